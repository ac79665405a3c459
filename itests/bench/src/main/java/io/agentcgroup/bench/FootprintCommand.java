package io.agentcgroup.bench;

import io.agentcgroup.cli.Document;
import io.agentcgroup.cli.Place;
import io.agentcgroup.harness.Sample;
import io.agentcgroup.harness.Scratch;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code agentcgroup bench footprint}. */
@Command(name = "footprint", mixinStandardHelpOptions = true, sortOptions = false,
        description = "What the appliance itself takes: time to start, memory, CPU and wake-ups when idle and under load.")
final class FootprintCommand extends Benchmark {

    /** After a start the JVM still compiles and File Install looks around. */
    private static final Duration SETTLE = Duration.ofSeconds(10);

    private static final int CALLS_PER_SECOND = 50;

    /** Long enough for a hundred wake-ups at three a second, and for a per mille of a core to be 20 ms. */
    private static final Duration LOAD = Duration.ofSeconds(20);

    private static final int GUEST_MIB = 2048;

    private static final Duration GUEST_AT_MOST = Duration.ofMinutes(10);

    @Option(names = "--starts", paramLabel = "N", defaultValue = "5", description = "Starts to measure; ${DEFAULT-VALUE} by default.")
    private int starts;

    @Option(names = "--seconds", paramLabel = "N", defaultValue = "30", description = "Time to look at it idle; ${DEFAULT-VALUE} by default.")
    private int seconds;

    FootprintCommand() {
        super(GUEST_MIB, GUEST_AT_MOST);
    }

    @Override
    protected int here() throws IOException, InterruptedException {
        Instant started = Instant.now();
        try (Scratch scratch = new Scratch(); FootprintBench bench = new FootprintBench(Place.current().home(), scratch)) {
            bench.open();
            System.err.println("starting it " + starts + " times ...");
            Sample ready = bench.ready(starts);
            System.err.println("idle for " + (SETTLE.toSeconds() + seconds) + " s ...");
            FootprintBench.Idle idle = bench.idle(SETTLE, Duration.ofSeconds(seconds));
            System.err.println(CALLS_PER_SECOND + " calls a second for " + LOAD.toSeconds() + " s ...");
            FootprintBench.Loaded loaded = bench.loaded(CALLS_PER_SECOND, LOAD);
            print(ready, idle, loaded);
            publish(document(bench.tier(), started, ready, idle, loaded));
        }
        return 0;
    }

    private static void print(Sample ready, FootprintBench.Idle idle, FootprintBench.Loaded loaded) {
        System.out.printf("start to ready     %.2f s (median of %d; %.2f to %.2f)%n", ready.median(), ready.size(), ready.percentile(0),
                ready.percentile(100));
        System.out.printf("resident           %.1f MB, %.1f MB with shared pages by share%n", idle.rssBytes() / 1e6, idle.pssBytes() / 1e6);
        System.out.printf("idle               %.3f %% of a core, %.1f wake-ups/s (over %.0f s)%n", idle.cpuPercent(),
                idle.wakeupsPerSecond(), idle.seconds());
        System.out.printf("%.1f calls/s       %.1f %% of a core, resident %.1f MB, %d calls without a domain%n", loaded.callsPerSecond(),
                loaded.cpuPercent(), loaded.rssBytes() / 1e6, loaded.withoutDomain());
    }

    private static String document(String tier, Instant started, Sample ready, FootprintBench.Idle idle, FootprintBench.Loaded loaded) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("tier", tier);
        fields.put("started", started.truncatedTo(ChronoUnit.MILLIS).toString());
        fields.put("ready_s", ready.median());
        fields.put("ready_samples_s", ready.values());
        fields.put("rss_bytes", idle.rssBytes());
        fields.put("pss_bytes", idle.pssBytes());
        fields.put("idle_s", idle.seconds());
        fields.put("idle_cpu_percent", idle.cpuPercent());
        fields.put("wakeups_per_s", idle.wakeupsPerSecond());
        fields.put("loaded", Map.of("calls_per_s", loaded.callsPerSecond(), "cpu_percent", loaded.cpuPercent(), "rss_bytes",
                loaded.rssBytes(), "calls_without_domain", loaded.withoutDomain()));
        return Document.of("bench-footprint", fields);
    }
}
