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

    /** The end of a sentence about a guest that went wrong. */
    String lastLines() {
        try {
            List<String> lines = new String(Files.readAllBytes(file), StandardCharsets.UTF_8).lines()
                    .map(String::strip).filter(line -> !line.isEmpty()).toList();
            String last = String.join("\n  ", lines.subList(Math.max(0, lines.size() - LINES_SHOWN), lines.size()));
            return ". " + (last.isEmpty() ? "Its console stayed empty." : "The end of its console (" + file + "):\n  " + last);
        } catch (IOException e) {
            return ". Its console cannot be read: " + e.getMessage();
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
