package io.agentcgroup.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** What {@code /proc} says of one process. */
record ProcessFigures(Path proc) {

    static ProcessFigures of(long pid) {
        return new ProcessFigures(Path.of("/proc", Long.toString(pid)));
    }

    /** Resident memory, pages shared with others counted whole. */
    long rssBytes() throws IOException {
        return kibibytes("Rss:") * 1024;
    }

    /** Resident memory, pages shared with others counted by share. */
    long pssBytes() throws IOException {
        return kibibytes("Pss:") * 1024;
    }

    private long kibibytes(String name) throws IOException {
        return number(Files.readAllLines(proc.resolve("smaps_rollup")), name);
    }

    /** How often its threads, by their id, have gone to sleep of their own will, and so were woken: once each. */
    record Sleeps(Map<String, Long> ofThreads) {

        /** By threads that are still there; what one that ended did in the end is not known. */
        long since(Sleeps before) {
            return ofThreads.entrySet().stream().mapToLong(now -> now.getValue() - before.ofThreads.getOrDefault(now.getKey(), 0L)).sum();
        }
    }

    Sleeps sleeps() throws IOException {
        List<Path> threads;
        try (Stream<Path> tasks = Files.list(proc.resolve("task"))) {
            threads = tasks.toList();
        }
        Map<String, Long> sleeps = new HashMap<>();
        for (Path thread : threads) {
            try {
                sleeps.put(thread.getFileName().toString(), number(Files.readAllLines(thread.resolve("status")), "voluntary_ctxt_switches:"));
            } catch (NoSuchFileException gone) {
                // A thread that ended since it was listed.
            }
        }
        return new Sleeps(sleeps);
    }

    /** Lines are {@code name value [kB]}. */
    private static long number(List<String> lines, String name) throws IOException {
        for (String line : lines) {
            if (line.startsWith(name)) {
                return Long.parseLong(line.substring(name.length()).strip().split(" ")[0]);
            }
        }
        throw new IOException("the kernel does not say " + name);
    }
}
