package io.agentcgroup.bench.isolation;

import io.agentcgroup.replay.Recording;
import io.agentcgroup.replay.ReplayProgram;
import io.agentcgroup.replay.Shape;
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

/** One run of one arm: all sessions are made ready, let go at the same moment, and followed to their ends. */
final class IsolationRun {

    private static final String ERRORS = "agent.err";

    /** Enough to see what happened; an agent with a hundred calls may be told a hundred things. */
    private static final int TOLD_LINES = 8;

    /** The line that lets an agent go. */
    private static final String GO = "go\n";

    /** Sessions that were ended are gone as soon as they are scheduled once more. */
    private static final long ENDED_WITHIN_S = 20;

    private final Load load;
    private final Duration atMost;
    private final Path folder;
    private final ReplayProgram program;

    /**
     * @param atMost what is not done by then is ended
     * @param folder empty, for the sessions' files
     */
    IsolationRun(Load load, Duration atMost, Path folder) throws IOException {
        this.load = load;
        this.atMost = atMost;
        this.folder = folder;
        this.program = ReplayProgram.in(folder);
    }

    /** A session that is running, or was. */
    private record Running(Load.Member member, Workload workload, Process process, Path folder) {
    }

    RunResult run(Arm arm, int number, Stage stage) throws IOException, InterruptedException {
        List<Running> sessions = new ArrayList<>();
        try {
            for (Load.Member member : load.members()) {
                sessions.add(start(member, stage));
            }
            for (Running session : sessions) {
                awaitReady(session);
            }
            long goNs = System.nanoTime();
            for (Running session : sessions) {
                letGo(session);
            }
            boolean timedOut = !awaitAll(sessions, goNs + atMost.toNanos());
            if (timedOut) {
                stage.endAll();
                awaitAll(sessions, System.nanoTime() + TimeUnit.SECONDS.toNanos(ENDED_WITHIN_S));
            }
            List<SessionResult> results = new ArrayList<>();
            for (Running session : sessions) {
                results.add(result(session));
            }
            Evidence evidence = stage.evidence(results.stream().mapToInt(SessionResult::calls).sum());
            return new RunResult(arm.name(), number, results, timedOut, evidence);
        } finally {
            sessions.forEach(session -> session.process().destroyForcibly());
        }
    }

    private Running start(Load.Member member, Stage stage) throws IOException {
        Path files = Files.createDirectory(folder.resolve(member.name()));
        Workload workload = load.shape() == Shape.CALLS
                ? Workload.agentWithCalls(files, program, member.trace(), load.scale(), Workload.Gate.LINE, load.declare())
                : Workload.oneCall(files, program, member.trace(), load.scale(), Workload.Gate.LINE, load.declare());
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

    private static void letGo(Running session) throws IOException {
        session.process().getOutputStream().write(GO.getBytes(StandardCharsets.UTF_8));
        session.process().getOutputStream().flush();
    }

    private static boolean awaitAll(List<Running> sessions, long deadlineNs) throws InterruptedException {
        boolean all = true;
        for (Running session : sessions) {
            all &= session.process().waitFor(Math.max(0, deadlineNs - System.nanoTime()), TimeUnit.NANOSECONDS);
        }
        return all;
    }

    private static SessionResult result(Running session) throws IOException {
        Recording agent = session.workload().agentRecording();
        boolean alive = !session.process().isAlive() && session.process().exitValue() == 0 && agent.endNs().isPresent();
        int done = (int) agent.calls().stream().filter(call -> call.status() == 0).count();
        Double completionS = alive ? (agent.endNs().getAsLong() - agent.beginNs().getAsLong()) / 1e9 : null;
        return new SessionResult(session.member(), alive, agent.calls().size(), session.workload().calls() - done, completionS,
                session.workload().allocations().stream().map(allocation -> allocation.tookNs() / 1e6).toList(),
                Files.readAllLines(session.folder().resolve(ERRORS)).stream().limit(TOLD_LINES).toList());
    }
}
