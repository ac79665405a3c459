package io.agentcgroup.bench.overhead;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** A process in a cgroup that works when it is told to. */
final class Worker implements AutoCloseable {

    /** What it can do. */
    enum Loop {
        TOUCH("touch"), SPAWN("spawn");

        private final String word;

        Loop(String word) {
            this.word = word;
        }

        String word() {
            return word;
        }
    }

    private final Process process;
    private final BufferedReader says;
    private final Writer tell;

    /**
     * @param cgroup its directory
     * @param policy of {@code sched_setscheduler(2)}
     */
    Worker(Path program, String cgroup, int policy) throws IOException {
        process = new ProcessBuilder(List.of("sh", "-c", "echo $$ > \"$0\"/cgroup.procs && exec \"$@\"", cgroup, program.toString(),
                Integer.toString(policy))).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        says = process.inputReader(StandardCharsets.US_ASCII);
        tell = process.outputWriter(StandardCharsets.US_ASCII);
    }

    /** How long something took, and how much of a CPU it used, which a busy machine disturbs less. */
    record Took(long ns, long cpuNs) {
    }

    /** Does that so many times. */
    Took work(Loop loop, long times) throws IOException {
        tell.write(loop.word + " " + times + "\n");
        tell.flush();
        String line = says.readLine();
        if (line == null) {
            throw new IOException("the process that was to " + loop.word + " has ended");
        }
        String[] words = line.split(" ");
        return new Took(Long.parseLong(words[0]), Long.parseLong(words[1]));
    }

    @Override
    public void close() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }
}
