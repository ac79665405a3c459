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
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code agentcgroup bench overhead}. */
@Command(name = "overhead", mixinStandardHelpOptions = true, sortOptions = false,
        description = "What our programs in the kernel cost while nothing is short: touching pages, and starting programs.",
        footer = {"", "In a call, and in a cgroup that is none of ours; with nothing attached (twice, which shows how far apart equal arms",
            "come out), with the accounting, and with all (scheduler and memory guard too), in turns. Added: median of the rounds'",
            "differences to the same round without, and its 95 %% interval; of CPU time too, which a busy machine disturbs less.",
            "In programs: how long our programs ran meanwhile, as the kernel counts it itself, of the time without them.",
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

        Map<String, Object> asData() {
            Map<String, Object> data = percent("added", addedPercent());
            data.put("p50_us", us.median());
            data.put("samples_us", us.values());
            return data;
        }
    }

    private static Map<String, Object> percent(String name, Sample percent) {
        Map<String, Object> data = new LinkedHashMap<>();
        data.put(name + "_percent", percent.median());
        data.put(name + "_percent_low", percent.medianInterval().low());
        data.put(name + "_percent_high", percent.medianInterval().high());
        return data;
    }

    private static String inWords(Sample percent) {
        return String.format(Locale.ROOT, "%+.2f %% (%+.2f to %+.2f)", percent.median(), percent.medianInterval().low(),
                percent.medianInterval().high());
    }

    /**
     * One arm of one loop at one place.
     *
     * @param programsPercent what our programs took, of the time without them; empty for the arms without programs
     */
    private record Measured(String place, String loop, String arm, Figures time, Figures cpu, Optional<Sample> programsPercent) {

        Map<String, Object> asData() {
            Map<String, Object> data = new LinkedHashMap<>(Map.of("place", place, "loop", loop, "name", arm, "runs", time.us().size(),
                    "time", time.asData(), "cpu", cpu.asData()));
            programsPercent.ifPresent(percent -> {
                Map<String, Object> programs = percent("share", percent);
                programs.put("samples_percent", percent.values());
                data.put("programs", programs);
            });
            return data;
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
        Table table = new Table("where", "loop", "programs", "P50", "added", "added CPU time", "in programs");
        for (Measured one : all) {
            boolean off = one.arm().equals(OFF);
            table.row(one.place(), one.loop(), one.arm(), String.format(Locale.ROOT, "%.1f us", one.time().us().median()),
                    off ? null : inWords(one.time().addedPercent()), off ? null : inWords(one.cpu().addedPercent()),
                    one.programsPercent().map(OverheadCommand::inWords).orElse(null));
        }
        System.out.print(table);
        publish(document(started, all));
        return 0;
    }

    private static List<Measured> read(List<String> lines) {
        // By place and loop, then arm, then subject, each in the order of the file.
        Map<List<String>, Map<String, Map<String, Sample>>> samples = new LinkedHashMap<>();
        for (String line : lines) {
            String[] words = line.strip().split(" ");
            samples.computeIfAbsent(List.of(words[0], words[1]), place -> new LinkedHashMap<>())
                    .computeIfAbsent(words[2], arm -> new LinkedHashMap<>())
                    .put(words[3], Sample.of(Arrays.stream(words).skip(4).mapToDouble(ns -> Double.parseDouble(ns) / 1e3).toArray()));
        }
        List<Measured> all = new ArrayList<>();
        samples.forEach((place, arms) -> arms.forEach((arm, subjects) -> {
            Map<String, Sample> off = arms.get(OFF);
            double offUs = off.get("time").median();
            Optional<Sample> share = Optional.ofNullable(subjects.get("programs"))
                    .map(us -> Sample.of(us.values().stream().mapToDouble(one -> 100 * one / offUs).toArray()));
            all.add(new Measured(place.get(0), place.get(1), arm, new Figures(subjects.get("time"), off.get("time")),
                    new Figures(subjects.get("cpu"), off.get("cpu")), share));
        }));
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
