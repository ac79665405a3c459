package io.agentcgroup.bench;

import io.agentcgroup.bench.SchedBench.Arm;
import io.agentcgroup.bench.SchedBench.Interactive;
import io.agentcgroup.cli.CommandException;
import io.agentcgroup.cli.Document;
import io.agentcgroup.cli.Place;
import io.agentcgroup.cli.Table;
import io.agentcgroup.harness.Appliance;
import io.agentcgroup.harness.Sample;
import io.agentcgroup.harness.Scratch;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code agentcgroup bench sched}. */
@Command(name = "sched", mixinStandardHelpOptions = true, sortOptions = false,
        description = "CPU shares by weight, and short calls beside hogs: under the kernel's scheduler and under ours, in turns.",
        footer = {"", "Shares are medians over the rounds; background_share_kept is what the hogs got beside short calls under our scheduler,",
            "of what they got under the kernel's."})
final class SchedCommand extends Benchmark {

    private static final int GUEST_MIB = 1536;
    /** The rounds take a minute each in a quiet guest, its daemon another to start. */
    private static final Duration GUEST_AT_MOST = Duration.ofMinutes(30);
    private static final List<SharedCpus> SHARED = List.of(SharedCpus.of("1:3", "a=100 b=300"), SharedCpus.of("1:2:3", "a=100 b=200 c=300"),
            SharedCpus.of("nested", "one=100 one/b=100 one/c=100 two=200 two/d=100"));
    /** Of one CPU. */
    private static final double LIMIT_CPUS = 0.2;

    @Option(names = "--rounds", paramLabel = "N", defaultValue = "3", description = "Rounds; ${DEFAULT-VALUE} by default.")
    private int rounds;

    @Option(names = "--calls", paramLabel = "N", defaultValue = "40", description = "Short calls a round and arm; ${DEFAULT-VALUE} by default.")
    private int calls;

    SchedCommand() {
        super(GUEST_MIB, GUEST_AT_MOST);
    }

    /** What one arm measured, round by round. */
    private static final class Figures {
        /** By experiment, and by group. */
        private final Map<SharedCpus, Map<String, List<Double>>> shares = new LinkedHashMap<>();
        private final List<Double> limitedCpus = new ArrayList<>();
        private final List<Double> callsMs = new ArrayList<>();
        private final List<Double> hogCpus = new ArrayList<>();

        private void addShare(SharedCpus shared, String group, double share) {
            shares.computeIfAbsent(shared, unused -> new LinkedHashMap<>()).computeIfAbsent(group, unused -> new ArrayList<>()).add(share);
        }

        private double share(SharedCpus shared, SharedCpus.Group group) {
            return sample(shares.get(shared).get(group.path())).median();
        }
    }

    @Override
    protected int here() throws IOException, InterruptedException {
        Instant started = Instant.now();
        try (Scratch scratch = new Scratch(); Appliance appliance = new Appliance(Place.current().home(), scratch.folder())) {
            appliance.start();
            // The scheduler is put in force for the first session.
            appliance.warmUp();
            String tier = String.valueOf(appliance.status().get("tier"));
            if (!"enabled".equals(state())) {
                throw new CommandException("no sched_ext scheduler is attached here (tier " + tier + "); \"agentcgroup doctor\" says why");
            }
            Map<Arm, Figures> figures = measure(agent(scratch.folder()));
            print(figures);
            publish(document(tier, started, figures));
            // What is in the kernel would stay there without it.
            appliance.release();
        }
        return 0;
    }

    private static String state() throws IOException {
        Path state = Path.of("/sys/kernel/sched_ext/state");
        return Files.exists(state) ? Files.readString(state).strip() : "missing";
    }

    private static Path agent(Path folder) throws IOException {
        Path script = folder.resolve("sched-agent.pl");
        try (InputStream in = SchedCommand.class.getResourceAsStream("sched-agent.pl")) {
            Files.copy(in, script);
        }
        return script;
    }

    private Map<Arm, Figures> measure(Path agent) throws IOException, InterruptedException {
        Map<Arm, Figures> figures = new EnumMap<>(Arm.class);
        try (SchedBench bench = new SchedBench(agent)) {
            for (int round = 1; round <= rounds; round++) {
                for (Arm arm : Arm.values()) {
                    System.err.println("round " + round + " of " + rounds + ", " + arm.label + " ...");
                    Figures mine = figures.computeIfAbsent(arm, unused -> new Figures());
                    for (SharedCpus shared : SHARED) {
                        bench.shares(arm, shared).forEach((group, share) -> mine.addShare(shared, group, share));
                    }
                    mine.limitedCpus.add(bench.limited(arm, LIMIT_CPUS));
                    Interactive interactive = bench.interactive(arm, calls);
                    mine.callsMs.addAll(interactive.callsMs());
                    mine.hogCpus.add(interactive.hogCpus());
                }
            }
        }
        return figures;
    }

    private static Sample sample(List<Double> values) {
        return Sample.of(values.stream().mapToDouble(Double::doubleValue).toArray());
    }

    private static double mean(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
    }

    private static double kept(Map<Arm, Figures> figures, Arm arm) {
        return mean(figures.get(arm).hogCpus) / mean(figures.get(Arm.KERNEL).hogCpus);
    }

    private static void print(Map<Arm, Figures> figures) {
        Table shares = new Table("shares", "group", "expected", Arm.KERNEL.label, Arm.SCHED_EXT.label);
        for (SharedCpus shared : SHARED) {
            for (SharedCpus.Group group : shared.leaves()) {
                shares.row(shared.name(), group.path(), percent(shared.expected(group)), percent(figures.get(Arm.KERNEL).share(shared, group)),
                        percent(figures.get(Arm.SCHED_EXT).share(shared, group)));
            }
        }
        shares.row("cpu.max", "of one CPU", percent(LIMIT_CPUS), percent(sample(figures.get(Arm.KERNEL).limitedCpus).median()),
                percent(sample(figures.get(Arm.SCHED_EXT).limitedCpus).median()));
        System.out.println(shares);
        Table beside = new Table("arm", "short call: mean", "P50", "P95", "P99", "hogs keep");
        figures.forEach((arm, mine) -> {
            Sample calls = sample(mine.callsMs);
            beside.row(arm.label, ms(mean(mine.callsMs)), ms(calls.median()), ms(calls.percentile(95)), ms(calls.percentile(99)),
                    String.format(Locale.ROOT, "%.3f", kept(figures, arm)));
        });
        System.out.println(beside);
    }

    private static String percent(double part) {
        return String.format(Locale.ROOT, "%.1f %%", 100 * part);
    }

    private static String ms(double value) {
        return String.format(Locale.ROOT, "%.1f ms", value);
    }

    private static String document(String tier, Instant started, Map<Arm, Figures> figures) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("tier", tier);
        fields.put("started", started.truncatedTo(ChronoUnit.MILLIS).toString());
        fields.put("arms", figures.keySet().stream().map(arm -> arm(arm, figures)).toList());
        return Document.of("bench-sched", fields);
    }

    private static Map<String, Object> arm(Arm arm, Map<Arm, Figures> figures) {
        Figures mine = figures.get(arm);
        Sample calls = sample(mine.callsMs);
        Map<String, Object> interactive = new LinkedHashMap<>();
        interactive.put("p50_ms", calls.median());
        interactive.put("p95_ms", calls.percentile(95));
        interactive.put("p99_ms", calls.percentile(99));
        interactive.put("mean_ms", mean(mine.callsMs));
        interactive.put("samples_ms", mine.callsMs);
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("name", arm.label);
        fields.put("weights", SHARED.stream().flatMap(shared -> shared.leaves().stream().map(group -> weight(mine, shared, group))).toList());
        fields.put("cpu_max", Map.of("cpus", LIMIT_CPUS, "cpus_used", sample(mine.limitedCpus).median(), "cpus_used_samples",
                mine.limitedCpus));
        fields.put("interactive", interactive);
        fields.put("background_cpus", mine.hogCpus);
        fields.put("background_share_kept", kept(figures, arm));
        return fields;
    }

    private static Map<String, Object> weight(Figures mine, SharedCpus shared, SharedCpus.Group group) {
        return Map.of("experiment", shared.name(), "group", group.path(), "weight", group.weight(), "cpu_share", mine.share(shared, group),
                "expected_share", shared.expected(group), "cpu_share_samples", mine.shares.get(shared).get(group.path()));
    }
}
