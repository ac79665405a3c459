package io.agentcgroup.vm;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * The folder of one run: its sockets, its scratch disk, what it puts into the guest. It goes away with the run; what a
 * killed run left behind goes with the next one.
 */
final class Workspace implements AutoCloseable {

    /** The address of a Unix socket has 107 bytes; names of files in here are short. */
    private static final int LONGEST_FOLDER = 85;

    private static final AtomicInteger RUNS = new AtomicInteger();

    private final Path folder;

    /** @param runs the folder of all runs, on a disk rather than in memory: the scratch disk grows there */
    Workspace(Path runs) throws IOException {
        removeAbandoned(runs);
        String name = ProcessHandle.current().pid() + "-" + RUNS.incrementAndGet();
        Path here = runs.resolve(name);
        folder = here.toString().length() <= LONGEST_FOLDER ? Files.createDirectories(here)
                : Files.createTempDirectory("agentcgroup-vm-");
    }

    Path file(String name) {
        return folder.resolve(name);
    }

    Path folder(String name) throws IOException {
        return Files.createDirectories(folder.resolve(name));
    }

    @Override
    public void close() throws IOException {
        Folders.delete(folder);
    }

    private static void removeAbandoned(Path runs) throws IOException {
        List<Path> all;
        try (Stream<Path> folders = Files.list(runs)) {
            all = folders.toList();
        }
        for (Path run : all) {
            long pid = Long.parseLong(run.getFileName().toString().replaceFirst("-.*", ""));
            if (ProcessHandle.of(pid).isEmpty()) {
                Folders.delete(run);
            }
        }
    }
}
