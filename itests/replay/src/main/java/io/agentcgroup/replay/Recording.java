package io.agentcgroup.replay;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * What a process of {@link ReplayProgram} recorded, as far as it got. Times are nanoseconds of {@code CLOCK_MONOTONIC}.
 *
 * @param beginNs when it began with its plan, or was told to; empty if it never started
 * @param endNs when it had carried out the plan; empty if it did not get there
 */
public record Recording(OptionalLong beginNs, OptionalLong endNs, List<Allocation> allocations, List<CallEnd> calls) {

    /** At most 1 MiB, each page written to. */
    public record Allocation(long atNs, long bytes, long tookNs) {
    }

    /**
     * A call that is over.
     *
     * @param status as a shell says it: 128 + n after signal n; -1 when it could not be started
     */
    public record CallEnd(int call, long startNs, long endNs, int status) {
    }

    /** @param file need not be there */
    public static Recording read(Path file) throws IOException {
        OptionalLong begin = OptionalLong.empty();
        OptionalLong end = OptionalLong.empty();
        List<Allocation> allocations = new ArrayList<>();
        List<CallEnd> calls = new ArrayList<>();
        for (String line : Files.exists(file) ? wholeLines(file) : List.<String>of()) {
            String[] words = line.split(" ");
            switch (words[0]) {
                case "begin" -> begin = OptionalLong.of(Long.parseLong(words[1]));
                case "end" -> end = OptionalLong.of(Long.parseLong(words[1]));
                case "alloc" -> allocations.add(new Allocation(Long.parseLong(words[1]), Long.parseLong(words[2]),
                        Long.parseLong(words[3])));
                case "call" -> calls.add(new CallEnd(Integer.parseInt(words[1]), Long.parseLong(words[2]),
                        Long.parseLong(words[3]), status(Integer.parseInt(words[4]))));
                default -> throw new IOException(file + " has a line that nobody writes: " + line);
            }
        }
        return new Recording(begin, end, allocations, calls);
    }

    /** The last line of a killed process may be torn. */
    private static List<String> wholeLines(Path file) throws IOException {
        String text = Files.readString(file);
        return text.substring(0, text.lastIndexOf('\n') + 1).lines().toList();
    }

    /** The encoding of wait(2): the low seven bits are the signal, the next byte the exit code. */
    private static int status(int raw) {
        int signal = raw & 0x7f;
        return raw < 0 ? raw : signal == 0 ? raw >> 8 & 0xff : 128 + signal;
    }
}
