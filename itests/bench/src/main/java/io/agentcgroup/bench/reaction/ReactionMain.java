package io.agentcgroup.bench.reaction;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;

/**
 * The measuring itself, in a JVM of its own: it uses the classes of our bundles without a framework, and these are not on the class
 * path of the command line. Writes one line a way: its name and its microseconds.
 */
public final class ReactionMain {

    private ReactionMain() {
    }

    /** @param arguments program of the race, scratch folder, libbpf, rounds, rounds to warm up, file for the result */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        Path libbpf = Path.of(arguments[2]);
        Map<ReactionBench.Arm, List<Double>> measured;
        try (ReactionBench bench = new ReactionBench(Path.of(arguments[0]), Path.of(arguments[1]),
                Optional.of(libbpf).filter(Files::exists))) {
            measured = bench.measure(Integer.parseInt(arguments[3]), Integer.parseInt(arguments[4]));
        }
        StringBuilder lines = new StringBuilder();
        measured.forEach((arm, micros) -> {
            StringJoiner line = new StringJoiner(" ", "", "\n");
            line.add(arm.label());
            micros.forEach(value -> line.add(String.format(Locale.ROOT, "%.3f", value)));
            lines.append(line);
        });
        Files.writeString(Path.of(arguments[5]), lines);
        // JNA's and the events' threads are no reason to stay.
        System.exit(0);
    }
}
