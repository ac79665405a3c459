package io.agentcgroup.bench.density;

import io.agentcgroup.bench.ReplayedAgent;
import io.agentcgroup.harness.Sample;
import io.agentcgroup.replay.Recording;
import io.agentcgroup.replay.ReplayProgram;
import io.agentcgroup.replay.Workload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** One step: so many sessions are made ready, let go one after the other, and followed to their ends. */
final class DensityRun {

    /** Enough to see what happened. */
    private static final int TOLD_LINES = 4;

    private static final double HIGH_PERCENTILE = 95;

    /** As a shell says that a process died of a signal. */
    private static final int SIGNALLED = 128;

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

    /**
     * @param name unlike that of any other step
     * @param aloneMs the high session's figure alone; null when this is that
     * @param bound the largest ratio to it that counts
     */
    Step run(String name, int sessions, int attempt, Stage stage, Double aloneMs, double bound) throws IOException, InterruptedException {
        List<Member> members = mix.members(name, sessions);
        List<ReplayedAgent> all = new ArrayList<>();
        try {
            for (Member member : members) {
                all.add(start(member, stage));
            }
            for (ReplayedAgent agent : all) {
                agent.awaitReady(atMost);
            }
            long deadlineNs = System.nanoTime() + atMost.toNanos();
            letGo(all);
            boolean timedOut = !ReplayedAgent.awaitAll(all, deadlineNs);
            if (timedOut) {
                stage.clear();
                ReplayedAgent.awaitAll(all, System.nanoTime() + TimeUnit.SECONDS.toNanos(ENDED_WITHIN_S));
            }
            List<Step.Outcome> outcomes = new ArrayList<>();
            for (int i = 0; i < all.size(); i++) {
                outcomes.add(outcome(members.get(i), all.get(i), timedOut));
            }
            Double p95 = p95(outcomes.get(0));
            return new Step(sessions, attempt, null, outcomes, timedOut, p95,
                    p95 == null ? null : aloneMs == null ? Double.valueOf(1) : Double.valueOf(p95 / aloneMs), bound);
        } finally {
            all.forEach(ReplayedAgent::end);
            stage.clear();
        }
    }

    private ReplayedAgent start(Member member, Stage stage) throws IOException {
        Path files = Files.createDirectory(folder.resolve(member.name()));
        Workload workload = Workload.agentWithCalls(files, program, member.trace(), mix.scale(), Workload.Gate.LINE, mix.declare());
        return ReplayedAgent.start(member.name(), workload, stage.agent(member, workload.command()), files);
    }

    private void letGo(List<ReplayedAgent> agents) throws IOException, InterruptedException {
        for (ReplayedAgent agent : agents) {
            // The high one comes first and is there while all others come; nobody tells us when it is time, so this is a pause.
            if (agent != agents.get(0)) {
                TimeUnit.NANOSECONDS.sleep(mix.stagger().toNanos());
            }
            agent.letGo();
        }
    }

    private static Step.Outcome outcome(Member member, ReplayedAgent agent, boolean timedOut) throws IOException {
        Recording recording = agent.recording();
        boolean alive = agent.finished(recording);
        int planned = agent.workload().calls();
        int done = ReplayedAgent.done(recording);
        int killed = (int) recording.calls().stream().filter(call -> call.status() > SIGNALLED).count();
        // Whom we ended ourselves was not killed.
        int kills = timedOut ? killed : killed + (alive ? 0 : 1);
        return new Step.Outcome(member, alive && done == planned, kills, planned - done - killed, agent.completionS(recording),
                recording.calls().stream().map(call -> (call.endNs() - call.startNs()) / 1e6).toList(), agent.told(TOLD_LINES));
    }

    private static Double p95(Step.Outcome high) {
        return high.callsMs().isEmpty() ? null
                : Sample.of(high.callsMs().stream().mapToDouble(Double::doubleValue).toArray()).percentile(HIGH_PERCENTILE);
    }
}
