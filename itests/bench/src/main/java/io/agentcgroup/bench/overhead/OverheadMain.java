package io.agentcgroup.bench.overhead;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.StringJoiner;

/**
 * The measuring itself, in a JVM of its own: it uses the classes of our bundles without a framework. Writes one line for each place,
 * loop and arm, and then the nanoseconds of each time it was done, one value a round, all of them in time and then all of CPU.
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
                StringJoiner line = new StringJoiner(" ", "", "\n");
                line.add(series.place()).add(series.loop().word()).add(arm.label());
                took.forEach(one -> line.add(each(one.ns(), series)));
                took.forEach(one -> line.add(each(one.cpuNs(), series)));
                lines.append(line);
            });
        }
        Files.writeString(Path.of(arguments[3]), lines);
        // JNA's threads are no reason to stay.
        System.exit(0);
    }

    private static String each(long ns, OverheadBench.Series series) {
        return String.format(Locale.ROOT, "%.1f", ns / (double) series.times());
    }
}
