package io.agentcgroup.bench.density;

import io.agentcgroup.harness.Sample;
import io.agentcgroup.replay.Recording;
import io.agentcgroup.replay.ReplayProgram;
import io.agentcgroup.replay.Workload;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** One step: so many sessions are made ready, let go one after the other, and followed to their ends. */
final class DensityRun {

    private static final String ERRORS = "agent.err";

    /** Enough to see what happened. */
    private static final int TOLD_LINES = 4;

    private static final double HIGH_PERCENTILE = 95;

    /** As a shell says that a process died of a signal. */
    private static final int SIGNALLED = 128;

    private static final String GO = "go\n";
    private static final long ENDED_WITHIN_S = 30;

    private final Mix mix;
    private final Duration atMost;
    private final Path folder;
    private final ReplayProgram program;

    /**
     * @param atMost what is not done by then is ended
     * @param folder empty, for the sessions' files
     */
    DensityRun(Mix mix, Duration atMost, Path folder) throws IOException {
        this.mix = mix;
        this.atMost = atMost;
        this.folder = folder;
        this.program = ReplayProgram.in(folder);
    }

    /** A session that is running, or was. */
    private record Running(Member member, Workload workload, Process process, Path folder) {
    }

    /**
     * @param name unlike that of any other step
     * @param aloneMs the high session's figure alone; null when this is that
     * @param bound the largest ratio to it that counts
     */
    Step run(String name, int sessions, int attempt, Stage stage, Double aloneMs, double bound) throws IOException, InterruptedException {
        List<Running> all = new ArrayList<>();
        try {
            for (Member member : mix.members(name, sessions)) {
                all.add(start(member, stage));
            }
            for (Running session : all) {
                awaitReady(session);
            }
            long deadlineNs = System.nanoTime() + atMost.toNanos();
            letGo(all);
            boolean timedOut = !awaitAll(all, deadlineNs);
            if (timedOut) {
                stage.clear();
                awaitAll(all, System.nanoTime() + TimeUnit.SECONDS.toNanos(ENDED_WITHIN_S));
            }
            List<Step.Outcome> outcomes = new ArrayList<>();
            for (Running session : all) {
                outcomes.add(outcome(session, timedOut));
            }
            Double p95 = p95(outcomes.get(0));
            return new Step(sessions, attempt, null, outcomes, timedOut, p95,
                    p95 == null ? null : aloneMs == null ? Double.valueOf(1) : Double.valueOf(p95 / aloneMs), bound);
        } finally {
            all.forEach(session -> session.process().destroyForcibly());
            stage.clear();
        }
    }

    private Running start(Member member, Stage stage) throws IOException {
        Path files = Files.createDirectory(folder.resolve(member.name()));
        Workload workload = Workload.agentWithCalls(files, program, member.trace(), mix.scale(), Workload.Gate.LINE, mix.declare());
        ProcessBuilder agent = stage.agent(member, workload.command());
        agent.redirectError(files.resolve(ERRORS).toFile());
        return new Running(member, workload, agent.start(), files);
    }

    private void awaitReady(Running session) throws IOException {
        // Not closed: the calls write to it too.
        BufferedReader said = session.process().inputReader(StandardCharsets.UTF_8);
        CompletableFuture<Void> late = CompletableFuture.runAsync(session.process()::destroyForcibly,
                CompletableFuture.delayedExecutor(atMost.toMillis(), TimeUnit.MILLISECONDS));
        String line = said.readLine();
        late.cancel(false);
        if (!Workload.READY.equals(line)) {
            throw new IOException("session " + session.member().name() + " did not start: "
                    + (line == null ? Files.readString(session.folder().resolve(ERRORS)).strip() : line));
        }
    }

    private void letGo(List<Running> sessions) throws IOException, InterruptedException {
        for (Running session : sessions) {
            // The high one comes first and is there while all others come; nobody tells us when it is time, so this is a pause.
            if (session != sessions.get(0)) {
                TimeUnit.NANOSECONDS.sleep(mix.stagger().toNanos());
            }
            try {
                session.process().getOutputStream().write(GO.getBytes(StandardCharsets.UTF_8));
                session.process().getOutputStream().flush();
            } catch (IOException e) {
                // It was killed while it waited for its turn: that is a result.
                if (session.process().isAlive()) {
                    throw e;
                }
            }
        }
    }

    private static boolean awaitAll(List<Running> sessions, long deadlineNs) throws InterruptedException {
        boolean all = true;
        for (Running session : sessions) {
            all &= session.process().waitFor(Math.max(0, deadlineNs - System.nanoTime()), TimeUnit.NANOSECONDS);
        }
        return all;
    }

    private static Step.Outcome outcome(Running session, boolean timedOut) throws IOException {
        Recording agent = session.workload().agentRecording();
        boolean alive = !session.process().isAlive() && session.process().exitValue() == 0 && agent.endNs().isPresent();
        int done = (int) agent.calls().stream().filter(call -> call.status() == 0).count();
        int killed = (int) agent.calls().stream().filter(call -> call.status() > SIGNALLED).count();
        // Whom we ended ourselves was not killed.
        int kills = timedOut ? killed : killed + (alive ? 0 : 1);
        return new Step.Outcome(session.member(), alive && done == session.workload().calls(), kills, session.workload().calls() - done - killed,
                alive ? (agent.endNs().getAsLong() - agent.beginNs().getAsLong()) / 1e9 : null,
                agent.calls().stream().map(call -> (call.endNs() - call.startNs()) / 1e6).toList(),
                Files.readAllLines(session.folder().resolve(ERRORS)).stream().limit(TOLD_LINES).toList());
    }

    private static Double p95(Step.Outcome high) {
        return high.callsMs().isEmpty() ? null
                : Sample.of(high.callsMs().stream().mapToDouble(Double::doubleValue).toArray()).percentile(HIGH_PERCENTILE);
    }
}
