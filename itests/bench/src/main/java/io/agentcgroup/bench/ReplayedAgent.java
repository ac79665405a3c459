package io.agentcgroup.bench;

import io.agentcgroup.replay.Recording;
import io.agentcgroup.replay.Workload;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * A recorded session that is played again: made ready, let go, and followed to its end.
 *
 * @param name of the session
 * @param folder its files
 */
public record ReplayedAgent(String name, Workload workload, Process process, Path folder) {

    private static final String ERRORS = "agent.err";
    /** The line that lets an agent go. */
    private static final String GO = "go\n";

    /** @param builder runs the workload's command where the session is to be */
    public static ReplayedAgent start(String name, Workload workload, ProcessBuilder builder, Path folder) throws IOException {
        builder.redirectError(folder.resolve(ERRORS).toFile());
        return new ReplayedAgent(name, workload, builder.start(), folder);
    }

    /** Waits until it has what it starts with; one that is not ready in time is ended. */
    public void awaitReady(Duration atMost) throws IOException {
        // Not closed: the calls write to it too.
        BufferedReader said = process.inputReader(StandardCharsets.UTF_8);
        CompletableFuture<Void> late = CompletableFuture.runAsync(process::destroyForcibly,
                CompletableFuture.delayedExecutor(atMost.toMillis(), TimeUnit.MILLISECONDS));
        String line = said.readLine();
        late.cancel(false);
        if (!Workload.READY.equals(line)) {
            throw new IOException("session " + name + " did not start: "
                    + (line == null ? Files.readString(folder.resolve(ERRORS)).strip() : line));
        }
    }

    /** One that was killed while it waited for that stays dead: that is a result. */
    public void letGo() throws IOException {
        try {
            process.getOutputStream().write(GO.getBytes(StandardCharsets.UTF_8));
            process.getOutputStream().flush();
        } catch (IOException e) {
            if (process.isAlive()) {
                throw e;
            }
        }
    }

    /** @return whether all have ended by then */
    public static boolean awaitAll(List<ReplayedAgent> agents, long deadlineNs) throws InterruptedException {
        boolean all = true;
        for (ReplayedAgent agent : agents) {
            all &= agent.process.waitFor(Math.max(0, deadlineNs - System.nanoTime()), TimeUnit.NANOSECONDS);
        }
        return all;
    }

    /** Ends what is left of it. */
    public void end() {
        process.destroyForcibly();
    }

    public Recording recording() throws IOException {
        return workload.agentRecording();
    }

    /** @return whether it has come to its own end */
    public boolean finished(Recording recording) {
        return !process.isAlive() && process.exitValue() == 0 && recording.endNs().isPresent();
    }

    /** @return from the first step to the last, of one that has finished; else null */
    public Double completionS(Recording recording) {
        return finished(recording) ? (recording.endNs().getAsLong() - recording.beginNs().getAsLong()) / 1e9 : null;
    }

    /** @return how many of its calls have succeeded */
    public static int done(Recording recording) {
        return (int) recording.calls().stream().filter(call -> call.status() == 0).count();
    }

    /** @return the first lines of what it was told, and of its errors */
    public List<String> told(int lines) throws IOException {
        return Files.readAllLines(folder.resolve(ERRORS)).stream().limit(lines).toList();
    }
}
