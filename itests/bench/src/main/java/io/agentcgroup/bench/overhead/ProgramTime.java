package io.agentcgroup.bench.overhead;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How long the BPF programs that this process holds have run, on all CPUs and for whomever, as the kernel counts it itself
 * ({@code kernel.bpf_stats_enabled}). Its two looks at the clock for each run are counted too, so that is an upper bound. The kernel counts
 * only until this is closed: counting costs something.
 */
final class ProgramTime implements AutoCloseable {

    private static final Path SWITCH = Path.of("/proc/sys/kernel/bpf_stats_enabled");
    private static final Path DESCRIPTORS = Path.of("/proc/self/fdinfo");

    private final String before = Files.readString(SWITCH).strip();

    ProgramTime() throws IOException {
        Files.writeString(SWITCH, "1");
    }

    /** @return nanoseconds so far */
    long ns() throws IOException {
        // A program may be open more than once.
        Map<String, Long> byId = new HashMap<>();
        try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(DESCRIPTORS)) {
            for (Path descriptor : descriptors) {
                Map<String, String> fields = fields(descriptor);
                if (fields.containsKey("run_time_ns")) {
                    byId.put(fields.get("prog_id"), Long.parseLong(fields.get("run_time_ns")));
                }
            }
        }
        if (byId.isEmpty()) {
            throw new IOException("this process holds no BPF program");
        }
        return byId.values().stream().mapToLong(Long::longValue).sum();
    }

    private static Map<String, String> fields(Path descriptor) throws IOException {
        Map<String, String> fields = new HashMap<>();
        for (String line : lines(descriptor)) {
            int colon = line.indexOf(':');
            if (colon > 0) {
                fields.put(line.substring(0, colon), line.substring(colon + 1).strip());
            }
        }
        return fields;
    }

    private static List<String> lines(Path descriptor) throws IOException {
        try {
            return Files.readAllLines(descriptor);
        } catch (NoSuchFileException e) {
            // That which the directory itself was read by, or another thread's, closed since.
            return List.of();
        }
    }

    @Override
    public void close() throws IOException {
        Files.writeString(SWITCH, before);
    }
}
