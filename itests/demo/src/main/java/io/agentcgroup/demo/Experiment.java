package io.agentcgroup.demo;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/** Runs the scenario's agents side by side in one arm. */
final class Experiment {

    /** Ten times what the slowest machine seen needs; an agent that is not done by then is stuck. */
    private static final Duration ARM_AT_MOST = Duration.ofMinutes(8);

    private final Scenario scenario;
    private final Path folder;
    private final Consumer<String> progress;

    /** @param folder for the agents' files; one folder an agent and arm is made in it */
    Experiment(Scenario scenario, Path folder, Consumer<String> progress) {
        this.scenario = scenario;
        this.folder = folder;
        this.progress = progress;
    }

    ArmResult run(Arm arm) throws IOException, InterruptedException {
        List<SessionResult> sessions = new ArrayList<>();
        ExecutorService threads = Executors.newFixedThreadPool(scenario.agents().size());
        try {
            long deadlineNs = System.nanoTime() + ARM_AT_MOST.toNanos();
            List<Future<SessionResult>> running = new ArrayList<>();
            for (AgentSpec agent : scenario.agents()) {
                running.add(threads.submit(() -> new AgentRun(arm, agent, line -> progress.accept(arm.name() + "  " + line))
                        .run(folder.resolve(arm.name() + "-" + agent.name()))));
            }
            for (Future<SessionResult> agent : running) {
                sessions.add(get(agent, deadlineNs - System.nanoTime()));
            }
        } finally {
            threads.shutdownNow();
        }
        List<SessionResult> complete = new ArrayList<>();
        for (SessionResult session : sessions) {
            complete.add(session.withEvidence(arm));
        }
        return new ArmResult(arm.name(), arm.meaning(), complete);
    }

    private static SessionResult get(Future<SessionResult> agent, long atMostNs) throws IOException, InterruptedException {
        try {
            return agent.get(atMostNs, TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            throw new IOException("an agent could not be followed: " + e.getCause().getMessage(), e.getCause());
        } catch (TimeoutException e) {
            throw new IOException("an agent was not done after " + ARM_AT_MOST.toMinutes() + " minutes", e);
        }
    }
}
