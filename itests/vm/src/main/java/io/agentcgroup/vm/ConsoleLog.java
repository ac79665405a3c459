package io.agentcgroup.vm;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** What the kernel of one guest says, kept for a while after the run. */
final class ConsoleLog {

    private static final int KEPT = 20;
    private static final int LINES_SHOWN = 25;

    private final Path file;

    private ConsoleLog(Path file) {
        this.file = file;
    }

    static ConsoleLog create(Path folder) throws IOException {
        removeOldest(folder);
        return new ConsoleLog(Files.createTempFile(folder, "console-", ".log"));
    }

    Path file() {
        return file;
    }

    /** What the guest's scripts said before they gave up; empty when they did not. */
    String scriptSaid() {
        return lines().stream().filter(line -> line.startsWith("guest: ")).reduce((first, last) -> last)
                .map(line -> line.substring("guest: ".length())).orElse("");
    }

    /** The kernel's last words, as part of a sentence; empty when it did not panic. */
    String panic() {
        return lines().stream().filter(line -> line.contains("Kernel panic")).findFirst()
                .map(line -> ": " + line.replaceFirst("^\\[ *[0-9.]+\\] ", "")).orElse("");
    }

    /** The end of the log, as the end of a sentence. */
    String lastLines() {
        List<String> lines = lines();
        String last = String.join("\n  ", lines.subList(Math.max(0, lines.size() - LINES_SHOWN), lines.size()));
        return ". " + (last.isEmpty() ? "Its console stayed empty." : "The end of its console (" + file + "):\n  " + last);
    }

    private List<String> lines() {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.UTF_8).lines()
                    .map(String::strip).filter(line -> !line.isEmpty()).toList();
        } catch (IOException e) {
            return List.of("(cannot be read: " + e.getMessage() + ")");
        }
    }

    private static void removeOldest(Path folder) throws IOException {
        List<Path> logs;
        try (Stream<Path> files = Files.list(folder)) {
            logs = files.sorted(Comparator.comparingLong((Path path) -> path.toFile().lastModified()).reversed()).toList();
        }
        for (Path log : logs.subList(Math.min(logs.size(), KEPT - 1), logs.size())) {
            Files.deleteIfExists(log);
        }
    }
}
