package io.agentcgroup.bench.overhead;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.stream.Stream;

/**
 * The measuring itself, in a JVM of its own: it uses the classes of our bundles without a framework. Writes one line for each place,
 * loop, arm and subject ({@code time}, {@code cpu}, {@code programs}), and then the nanoseconds of each time it was done, one value a round.
 */
public final class OverheadMain {

    private OverheadMain() {
    }

    /** @param arguments worker, libbpf, rounds, file for the result */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        Path libbpf = Path.of(arguments[1]);
        List<OverheadBench.Series> measured;
        try (OverheadBench bench = new OverheadBench(Path.of(arguments[0]), Optional.of(libbpf).filter(Files::exists))) {
            measured = bench.measure(Integer.parseInt(arguments[2]));
        }
        StringBuilder lines = new StringBuilder();
        for (OverheadBench.Series series : measured) {
            series.took().forEach((arm, took) -> {
                line(lines, series, arm, "time", took.stream().map(Worker.Took::ns));
                line(lines, series, arm, "cpu", took.stream().map(Worker.Took::cpuNs));
            });
            series.programsNs().forEach((arm, ns) -> line(lines, series, arm, "programs", ns.stream()));
        }
        Files.writeString(Path.of(arguments[3]), lines);
        // JNA's threads are no reason to stay.
        System.exit(0);
    }

    private static void line(StringBuilder lines, OverheadBench.Series series, OverheadBench.Arm arm, String subject, Stream<Long> ns) {
        StringJoiner line = new StringJoiner(" ", "", "\n");
        line.add(series.place()).add(series.loop().word()).add(arm.label()).add(subject);
        ns.forEach(one -> line.add(String.format(Locale.ROOT, "%.1f", one / (double) series.times())));
        lines.append(line);
    }
}
