package io.agentcgroup.bench.isolation;

import io.agentcgroup.bench.ReplayedAgent;
import io.agentcgroup.replay.Recording;
import io.agentcgroup.replay.ReplayProgram;
import io.agentcgroup.replay.Shape;
import io.agentcgroup.replay.Workload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** One run of one arm: all sessions are made ready, let go at the same moment, and followed to their ends. */
final class IsolationRun {

    /** Enough to see what happened; an agent with a hundred calls may be told a hundred things. */
    private static final int TOLD_LINES = 8;

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

    RunResult run(Arm arm, int number, Stage stage) throws IOException, InterruptedException {
        List<ReplayedAgent> agents = new ArrayList<>();
        try {
            for (Load.Member member : load.members()) {
                agents.add(start(member, stage));
            }
            for (ReplayedAgent agent : agents) {
                agent.awaitReady(atMost);
            }
            long goNs = System.nanoTime();
            for (ReplayedAgent agent : agents) {
                agent.letGo();
            }
            boolean timedOut = !ReplayedAgent.awaitAll(agents, goNs + atMost.toNanos());
            if (timedOut) {
                stage.endAll();
                ReplayedAgent.awaitAll(agents, System.nanoTime() + TimeUnit.SECONDS.toNanos(ENDED_WITHIN_S));
            }
            List<SessionResult> results = new ArrayList<>();
            for (int i = 0; i < agents.size(); i++) {
                results.add(result(load.members().get(i), agents.get(i)));
            }
            Evidence evidence = stage.evidence(results.stream().mapToInt(SessionResult::calls).sum());
            return new RunResult(arm.name(), number, results, timedOut, evidence);
        } finally {
            agents.forEach(ReplayedAgent::end);
        }
    }

    private ReplayedAgent start(Load.Member member, Stage stage) throws IOException {
        Path files = Files.createDirectory(folder.resolve(member.name()));
        Workload workload = load.shape() == Shape.CALLS
                ? Workload.agentWithCalls(files, program, member.trace(), load.scale(), Workload.Gate.LINE, load.declare())
                : Workload.oneCall(files, program, member.trace(), load.scale(), Workload.Gate.LINE, load.declare());
        return ReplayedAgent.start(member.name(), workload, stage.agent(member, workload.command()), files);
    }

    private static SessionResult result(Load.Member member, ReplayedAgent agent) throws IOException {
        Recording recording = agent.recording();
        return new SessionResult(member, agent.finished(recording), recording.calls().size(),
                agent.workload().calls() - ReplayedAgent.done(recording), agent.completionS(recording),
                agent.workload().allocations().stream().map(allocation -> allocation.tookNs() / 1e6).toList(), agent.told(TOLD_LINES));
    }
}
