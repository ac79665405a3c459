package io.agentcgroup.bench;

import io.agentcgroup.bench.reaction.ReactionMain;
import io.agentcgroup.cli.Document;
import io.agentcgroup.cli.Table;
import io.agentcgroup.harness.Sample;
import io.agentcgroup.harness.Scratch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code agentcgroup bench reaction}. */
@Command(name = "reaction", mixinStandardHelpOptions = true, sortOptions = false,
        description = "Time from a high-priority session's breach of its memory.high to the low-priority one off its CPU.",
        footer = {"", "By the memory guard in the kernel, and by a freeze that a ring buffer, a PSI trigger, memory.events or a look every",
            "50 ms brings about; one round of each in turn. Left out are rounds in which the low one was off its CPU anyway, or",
            "nobody reacted within a second. Needs the tier sched-ext: --guest where the host does not give it."})
final class ReactionCommand extends Benchmark {

    private static final int GUEST_MIB = 1536;
    private static final Duration GUEST_AT_MOST = Duration.ofMinutes(30);
    /** A JVM runs new code slowly; our user-space ways should not look bad for that. */
    private static final int WARM_UP = 10;
    private static final String REACTOR = "reactor";

    @Option(names = "--runs", paramLabel = "N", defaultValue = "100", description = "Rounds; ${DEFAULT-VALUE} by default.")
    private int runs;

    ReactionCommand() {
        super(GUEST_MIB, GUEST_AT_MOST);
    }

    @Override
    protected int here() throws IOException, InterruptedException {
        Instant started = Instant.now();
        Map<String, Sample> samples;
        try (Scratch scratch = new Scratch()) {
            samples = measure(scratch.folder());
        }
        Table table = new Table("way", "rounds", "left out", "P50", "P95", "P99", "most");
        samples.forEach((name, sample) -> table.row(name, sample.size(), runs - sample.size(), ms(sample.median()), ms(sample.percentile(95)),
                ms(sample.percentile(99)), ms(sample.percentile(100))));
        System.out.print(table);
        publish(document(started, samples));
        return 0;
    }

    private Map<String, Sample> measure(Path scratch) throws IOException, InterruptedException {
        Path result = scratch.resolve("result");
        OwnJvm.run(ReactionMain.class, List.of(OwnJvm.program(REACTOR, scratch).toString(), scratch.toString(), OwnJvm.libbpf().toString(),
                Integer.toString(runs), Integer.toString(WARM_UP), result.toString()));
        Map<String, Sample> samples = new LinkedHashMap<>();
        for (String line : Files.readAllLines(result)) {
            String[] words = line.strip().split(" ");
            double[] micros = Arrays.stream(words).skip(1).mapToDouble(Double::parseDouble).toArray();
            if (micros.length > 0) {
                samples.put(words[0], Sample.of(micros));
            } else {
                System.err.println(words[0] + ": every round was left out");
            }
        }
        return samples;
    }

    private static String ms(double micros) {
        return String.format(Locale.ROOT, "%.2f ms", micros / 1000);
    }

    private String document(Instant started, Map<String, Sample> samples) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("tier", "sched-ext");
        fields.put("started", started.truncatedTo(ChronoUnit.MILLIS).toString());
        fields.put("arms", samples.entrySet().stream().map(arm -> arm(arm.getKey(), arm.getValue())).toList());
        return Document.of("bench-reaction", fields);
    }

    private Map<String, Object> arm(String name, Sample sample) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("name", name);
        fields.put("runs", sample.size());
        fields.put("left_out", runs - sample.size());
        fields.put("p50_us", sample.median());
        fields.put("p95_us", sample.percentile(95));
        fields.put("p99_us", sample.percentile(99));
        fields.put("samples_us", sample.tenths());
        return fields;
    }
}
