package io.agentcgroup.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Folders as a whole. */
public final class Folders {

    private static final Path BPFFS = Path.of("/sys/fs/bpf");

    private Folders() {
    }

    /** Deletes a folder with all that is in it; one that is not there is fine. Links are not followed. */
    public static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        List<Path> paths;
        try (Stream<Path> found = Files.walk(folder)) {
            // What is in a folder comes before the folder.
            paths = found.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : paths) {
            Files.deleteIfExists(path);
        }
    }

    /**
     * Where an appliance pins its eBPF programs, maps and links. They outlive the daemon on purpose, each at the cost of every fork of the
     * host; without its pin, a program that nobody runs any more is gone.
     *
     * @param root name of the appliance's tree
     */
    public static Path pins(String root) {
        Path pins = BPFFS.resolve(root).normalize();
        if (!BPFFS.equals(pins.getParent())) {
            throw new IllegalArgumentException("no name of a tree: " + root);
        }
        return pins;
    }
}
