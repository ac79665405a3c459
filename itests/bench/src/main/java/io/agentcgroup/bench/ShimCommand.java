package io.agentcgroup.bench;

import io.agentcgroup.cli.Document;
import io.agentcgroup.cli.Place;
import io.agentcgroup.cli.Table;
import io.agentcgroup.harness.Sample;
import io.agentcgroup.harness.Scratch;
import io.agentcgroup.harness.Spawner;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code agentcgroup bench shim}. */
@Command(name = "shim", mixinStandardHelpOptions = true, sortOptions = false,
        description = "Time of bash -c true: plain, through the shim with the daemon running, and by the reference's wrapper script.",
        footer = {"", "Plain and through the shim in turn, the reference forms in blocks between (a process that they move slows every fork of the host down for a",
            "moment): right after the daemon's start; then, when it has made a thousand calls, back to back and with idle time between calls, when moving",
            "a process costs the most. Medians with 95 %% bootstrap intervals; --json has every single time."})
final class ShimCommand extends Benchmark {

    /** From about 20 ms on the kernel's global lock for moving processes is slow again. */
    private static final Duration IDLE = Duration.ofMillis(25);

    /** So many show what the first agent of the day pays. */
    private static final int FIRST_CALLS = 100;

    /** The appliance, 3 arms and a JVM. */
    private static final int GUEST_MIB = 2048;

    private static final Duration GUEST_AT_MOST = Duration.ofMinutes(20);

    @Option(names = "--runs", paramLabel = "N", defaultValue = "400", description = "Rounds; ${DEFAULT-VALUE} by default.")
    private int runs;

    ShimCommand() {
        super(GUEST_MIB, GUEST_AT_MOST);
    }

    @Override
    protected int here() throws IOException, InterruptedException {
        Instant started = Instant.now();
        try (Scratch scratch = new Scratch(); ShimBench bench = new ShimBench(Place.current().home(), scratch)) {
            bench.start();
            System.err.println("the first calls after a start ...");
            Map<String, Sample> first = bench.measureFirst(Math.min(runs, FIRST_CALLS));
            bench.settle();
            System.err.println("back to back ...");
            Map<String, Sample> busy = bench.measure(runs, Spawner.Pace.BACK_TO_BACK);
            System.err.println(IDLE.toMillis() + " ms idle before each call ...");
            Map<String, Sample> idle = bench.measure(runs, Spawner.Pace.withGaps(IDLE));
            print("the first calls after a start, back to back", first);
            print("back to back, in a daemon that has run for a while", busy);
            print(IDLE.toMillis() + " ms idle before each call", idle);
            long withoutDomain = bench.callsWithoutDomain();
            System.out.println(withoutDomain + " calls of the shim ran without a domain: the daemon did not answer in time");
            if (!ShimBench.systemdRuns()) {
                System.out.println("systemd-run --scope is left out: no systemd runs here");
            }
            publish(document(bench.tier(), started, first, busy, idle, withoutDomain));
        }
        return 0;
    }

    private static void print(String title, Map<String, Sample> samples) {
        Sample plain = samples.values().iterator().next();
        Table table = new Table("arm", "calls", "median", "P95", "P99", "added median (95 %)", "added P99", "times bash");
        samples.forEach((name, sample) -> {
            Sample.Interval added = sample.addedMedianInterval(plain);
            table.row(name, sample.size(), ms(sample.median()), ms(sample.percentile(95)), ms(sample.percentile(99)),
                    sample == plain ? null : ms(sample.median() - plain.median()) + " (" + ms(added.low()) + " to " + ms(added.high()) + ")",
                    sample == plain ? null : ms(sample.percentile(99) - plain.percentile(99)),
                    String.format(Locale.ROOT, "%.2f", sample.median() / plain.median()));
        });
        System.out.println(title + "\n" + table);
    }

    private static String ms(double micros) {
        return String.format(Locale.ROOT, "%.2f ms", micros / 1000);
    }

    private String document(String tier, Instant started, Map<String, Sample> first, Map<String, Sample> busy, Map<String, Sample> idle,
            long withoutDomain) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("tier", tier);
        fields.put("started", started.truncatedTo(ChronoUnit.MILLIS).toString());
        fields.put("arms", arms(busy));
        fields.put("first_calls", Map.of("arms", arms(first)));
        fields.put("after_idle", Map.of("idle_ms", IDLE.toMillis(), "arms", arms(idle)));
        fields.put("shim_calls_without_domain", withoutDomain);
        fields.put("left_out", ShimBench.systemdRuns() ? List.of() : List.of("systemd-run: no systemd runs here"));
        return Document.of("bench-shim", fields);
    }

    private static List<Map<String, Object>> arms(Map<String, Sample> samples) {
        Sample plain = samples.values().iterator().next();
        return samples.entrySet().stream().map(arm -> arm(arm.getKey(), arm.getValue(), plain)).toList();
    }

    private static Map<String, Object> arm(String name, Sample sample, Sample plain) {
        Sample.Interval median = sample.medianInterval();
        Sample.Interval added = sample.addedMedianInterval(plain);
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("name", name);
        fields.put("calls", sample.size());
        fields.put("p50_us", sample.median());
        fields.put("p50_interval_us", List.of(median.low(), median.high()));
        fields.put("p95_us", sample.percentile(95));
        fields.put("p99_us", sample.percentile(99));
        fields.put("added_p50_us", sample.median() - plain.median());
        fields.put("added_p50_interval_us", List.of(added.low(), added.high()));
        fields.put("added_p99_us", sample.percentile(99) - plain.percentile(99));
        fields.put("samples_us", sample.tenths());
        return fields;
    }
}
