package io.agentcgroup.bench.isolation;

import io.agentcgroup.harness.Scratch;
import io.agentcgroup.replay.Plan;
import io.agentcgroup.replay.ReplayProgram;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * The memory of a virtual machine is made by its host when it is first written to, which takes several times as long as the
 * page fault alone. Whichever arm comes first would pay for that; so as much as the sessions use is written to before, and
 * given back: the kernel hands out first what came back last.
 */
public final class FreshMemory {

    /** For what starts meanwhile: a guest that runs out of memory proves nothing. */
    private static final long LEFT_ALONE_BYTES = 256L << 20;

    /** A tenth more: page tables, and what the kernel hands out in between. */
    private static final int SLACK_SHARE = 10;

    private FreshMemory() {
    }

    /** @param wantedBytes as much as all sessions together use */
    public static void touch(long wantedBytes) throws IOException, InterruptedException {
        try (Scratch scratch = new Scratch()) {
            Path plan = scratch.folder().resolve("plan");
            long bytes = Math.max(0, Math.min(wantedBytes + wantedBytes / SLACK_SHARE, availableBytes() - LEFT_ALONE_BYTES));
            Files.writeString(plan, new Plan().hold(bytes).toString());
            int exit = new ProcessBuilder(ReplayProgram.in(scratch.folder()).command(plan, scratch.folder().resolve("record")))
                    .redirectError(ProcessBuilder.Redirect.INHERIT).start().waitFor();
            if (exit != 0) {
                throw new IOException("the machine's memory could not be touched, exit code " + exit);
            }
        }
    }

    /** @return what the machine could still give without swapping: {@code MemAvailable:    1234 kB} */
    public static long availableBytes() throws IOException {
        return bytes("MemAvailable:");
    }

    /** @return what the machine's kernel has to give, to itself too */
    public static long totalBytes() throws IOException {
        return bytes("MemTotal:");
    }

    private static long bytes(String field) throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("/proc/meminfo"))) {
            return lines.filter(line -> line.startsWith(field)).map(line -> line.split("\\s+")[1])
                    .mapToLong(kib -> Long.parseLong(kib) << 10).findFirst().orElse(0);
        }
    }
}
