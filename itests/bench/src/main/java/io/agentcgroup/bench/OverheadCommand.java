package io.agentcgroup.bench;

import io.agentcgroup.bench.overhead.OverheadMain;
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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code agentcgroup bench overhead}. */
@Command(name = "overhead", mixinStandardHelpOptions = true, sortOptions = false,
        description = "What our programs in the kernel cost while nothing is short: touching pages, and starting programs.",
        footer = {"", "In a call, and in a cgroup that is none of ours; with nothing attached (twice, which shows how far apart equal arms",
            "come out), with the accounting, and with all (scheduler and memory guard too), in turns. Added: median of the rounds'",
            "differences to the same round without, and its 95 %% interval; of CPU time too, which a busy machine disturbs less.",
            "Needs root and BTF; without sched_ext only the accounting is measured."})
final class OverheadCommand extends Benchmark {

    private static final int GUEST_MIB = 1536;
    /** A round takes 5 s in a quiet guest. */
    private static final Duration GUEST_AT_MOST = Duration.ofMinutes(40);
    private static final String OFF = "off";

    @Option(names = "--rounds", paramLabel = "N", defaultValue = "60", description = "Rounds; ${DEFAULT-VALUE} by default.")
    private int rounds;

    OverheadCommand() {
        super(GUEST_MIB, GUEST_AT_MOST);
    }

    /** Time, or CPU time, of one arm beside that of the arm without programs. */
    private record Figures(Sample us, Sample offUs) {

        Sample addedPercent() {
            double[] percent = new double[us.size()];
            for (int i = 0; i < percent.length; i++) {
                percent[i] = 100 * (us.values().get(i) / offUs.values().get(i) - 1);
            }
            return Sample.of(percent);
        }

        String inWords() {
            Sample added = addedPercent();
            return String.format(Locale.ROOT, "%+.2f %% (%+.2f to %+.2f)", added.median(), added.medianInterval().low(),
                    added.medianInterval().high());
        }

        Map<String, Object> asData() {
            Sample added = addedPercent();
            return Map.of("p50_us", us.median(), "added_percent", added.median(), "added_percent_low", added.medianInterval().low(),
                    "added_percent_high", added.medianInterval().high(), "samples_us", us.values());
        }
    }

    /** One arm of one loop at one place. */
    private record Measured(String place, String loop, String arm, Figures time, Figures cpu) {

        Map<String, Object> asData() {
            return Map.of("place", place, "loop", loop, "name", arm, "runs", time.us().size(), "time", time.asData(), "cpu", cpu.asData());
        }
    }

    @Override
    protected int here() throws IOException, InterruptedException {
        Instant started = Instant.now();
        List<Measured> all;
        try (Scratch scratch = new Scratch()) {
            Path result = scratch.folder().resolve("result");
            OwnJvm.run(OverheadMain.class, List.of(OwnJvm.program("worker", scratch.folder()).toString(), OwnJvm.libbpf().toString(),
                    Integer.toString(rounds), result.toString()));
            all = read(Files.readAllLines(result));
        }
        Table table = new Table("where", "loop", "programs", "P50", "added", "added CPU time");
        all.forEach(one -> table.row(one.place(), one.loop(), one.arm(), String.format(Locale.ROOT, "%.1f us", one.time().us().median()),
                one.arm().equals(OFF) ? null : one.time().inWords(), one.arm().equals(OFF) ? null : one.cpu().inWords()));
        System.out.print(table);
        publish(document(started, all));
        return 0;
    }

    /** Of each place and loop, the arm without programs comes first. */
    private static List<Measured> read(List<String> lines) {
        List<Measured> all = new ArrayList<>();
        Measured off = null;
        for (String line : lines) {
            String[] words = line.strip().split(" ");
            double[] us = Arrays.stream(words).skip(3).mapToDouble(ns -> Double.parseDouble(ns) / 1e3).toArray();
            Sample time = Sample.of(Arrays.copyOf(us, us.length / 2));
            Sample cpu = Sample.of(Arrays.copyOfRange(us, us.length / 2, us.length));
            Measured one = words[2].equals(OFF) || off == null
                    ? new Measured(words[0], words[1], words[2], new Figures(time, time), new Figures(cpu, cpu))
                    : new Measured(words[0], words[1], words[2], new Figures(time, off.time().us()), new Figures(cpu, off.cpu().us()));
            if (words[2].equals(OFF)) {
                off = one;
            }
            all.add(one);
        }
        return all;
    }

    private static String document(Instant started, List<Measured> all) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("tier", all.stream().anyMatch(one -> one.arm().equals("all")) ? "sched-ext" : "observe");
        fields.put("started", started.truncatedTo(ChronoUnit.MILLIS).toString());
        fields.put("confidence", Sample.CONFIDENCE);
        fields.put("arms", all.stream().map(Measured::asData).toList());
        return Document.of("bench-overhead", fields);
    }
}
