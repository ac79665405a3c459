package io.agentcgroup.itests.kernel.engine;

import static io.agentcgroup.itests.kernel.engine.Agent.MIB;
import static io.agentcgroup.itests.kernel.engine.Agent.REAP;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.agentcgroup.api.Explanation.Step;
import io.agentcgroup.api.Outcome;
import io.agentcgroup.api.Priority;
import io.agentcgroup.api.SessionName;
import io.agentcgroup.api.ToolCall;
import io.agentcgroup.api.engine.CallRequest;
import io.agentcgroup.api.engine.OpenCall;
import io.agentcgroup.api.engine.SessionSpec;
import io.agentcgroup.itests.kernel.KernelTree;
import io.agentcgroup.itests.kernel.engine.Agent.Running;
import io.agentcgroup.policy.graduated.internal.GraduatedPolicy;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The graduated policy on real cgroups: who waits, who is held back, who is ended, and who is not touched. */
class LadderTest {

    private static final long PATIENCE_S = 60;
    private static final Duration FREEZE = Duration.ofMillis(400);
    /** An emulated machine with other work may be late by so much. */
    private static final Duration LATE = Duration.ofSeconds(2);
    private static final int STEPS_KEPT_OF_THE_BEGINNING = 10;

    private Agent agent;

    @AfterEach
    void close() throws Exception {
        agent.close();
    }

    @Test
    void aCallWaitsAtTheGateUntilAnotherHasGivenItsMemoryBack() throws Exception {
        agent = new Agent(Map.of(), GraduatedPolicy.configured(Map.of("unknown.memory", "80m", "overcommit.percent", 100)));
        agent.openSession(OptionalLong.of(128 * MIB), REAP);
        Running first = agent.startHog(30);
        KernelTree.awaitWord(first.process(), "full");

        CompletableFuture<OpenCall> second = request("true");

        String told = agent.hears();
        while (told.equals("this host is busy")) {
            // Said when it takes long to decide; an emulated machine is slow at what it does for the first time.
            told = agent.hears();
        }
        assertTrue(told.startsWith("Waiting to start: its session's commands need"), told);
        assertEquals(1, agent.engine().calls().waiting().size());
        assertFalse(second.isDone());
        first.process().destroyForcibly().waitFor();
        agent.end(first.call(), 137);
        OpenCall letIn = second.get(PATIENCE_S, TimeUnit.SECONDS);
        assertTrue(agent.engine().calls().waiting().isEmpty());
        letIn.notStarted(2);
        assertTrue(agent.outcome(letIn.id()).explanation().waited().toMillis() > 0);
    }

    /** Without swap a soft limit only slows down, and can be hit for ever: then comes the next rung, and in the end the last. */
    @Test
    void aCallForWhichThereIsNoRoomClimbsTheLadderAndTheImportantOneIsNotTouched() throws Exception {
        agent = new Agent(Map.of("host.memory", "320m", "agent.reserve", "1m"), GraduatedPolicy.configured(Map.of(
                "freeze.ms", (int) FREEZE.toMillis(), "told.s", 1, "held.most.s", 4, "overcommit.percent", 1_000)));
        agent.openSession(OptionalLong.empty(), REAP);
        SessionName important = new SessionName("important");
        agent.engine().sessions().open(new SessionSpec(important, Optional.of(Priority.HIGH), 0, 0, OptionalLong.empty(),
                OptionalLong.empty(), Optional.of(REAP)));
        CallRequest request = new CallRequest(ToolCall.Kind.SHELL, "sh", "hog", false, "/", Optional.empty(), 0, 0, 1);
        OpenCall high = agent.engine().calls().open(important, request, new SilentListener()).toCompletableFuture().get(PATIENCE_S, TimeUnit.SECONDS);
        Process held = agent.kernel().start(agent.kernel().tree().session(important).calls().get(high.id()), KernelTree.hog(120));
        high.started((int) held.pid());
        KernelTree.awaitWord(held, "full");

        Running greedy = agent.startHog(280);
        agent.await(greedy);

        Outcome ended = agent.outcome(greedy.call().id());
        List<Step> steps = ended.explanation().steps();
        List<String> actions = steps.stream().map(Step::action).toList();
        assertEquals(Outcome.End.ENDED, ended.end(), () -> steps + " " + ended.feedback());
        assertTrue(actions.containsAll(List.of("freeze", "soft-limit", "tell", "end-call")), actions::toString);
        assertTrue(ended.events().high() > 0, "its soft limit was hit");
        assertEquals(0, ended.events().oomKill());
        assertFreezesAreBounded(steps);
        assertTrue(held.isAlive());
        assertTrue(agent.engine().calls().running().stream().filter(call -> call.call().id().equals(high.id()))
                .allMatch(call -> call.explanation().steps().isEmpty() && call.events().oomKill() == 0));
        held.destroyForcibly().waitFor();
        high.exited(9).toCompletableFuture().get(PATIENCE_S, TimeUnit.SECONDS);
    }

    /** When a session's budget runs out the kernel ends the largest, whoever it is. So it does not come to that. */
    @Test
    void aCallThatGrowsMeetsItsOwnLimitBeforeItCostsALargerNeighbourItsMemory() throws Exception {
        agent = new Agent(Map.of(), GraduatedPolicy.configured(Map.of("unknown.memory", "100m")));
        agent.openSession(OptionalLong.of(256 * MIB), REAP);
        Running neighbour = agent.startHog(140);
        KernelTree.awaitWord(neighbour.process(), "full");

        Running greedy = agent.startHog(280);
        agent.await(greedy);

        Outcome ended = agent.outcome(greedy.call().id());
        assertEquals(Outcome.End.OOM_KILLED, ended.end(), () -> ended.feedback().toString());
        assertTrue(ended.feedback().toString().contains("of its 100 MiB limit"), () -> ended.feedback().toString());
        assertTrue(neighbour.process().isAlive());
        neighbour.process().destroyForcibly().waitFor();
        agent.end(neighbour.call(), 137);
    }

    /** After each freeze comes something else in time. */
    private static void assertFreezesAreBounded(List<Step> steps) {
        Instant frozen = null;
        for (Step step : steps) {
            if (steps.indexOf(step) == STEPS_KEPT_OF_THE_BEGINNING) {
                // Of many steps those in the middle are not kept: what ended that freeze may be among them.
                frozen = null;
            }
            if (step.action().equals("freeze") && frozen == null) {
                frozen = step.at();
            } else if (frozen != null && !step.action().equals("freeze") && !step.action().equals("tell")) {
                assertTrue(Duration.between(frozen, step.at()).compareTo(FREEZE.plus(LATE)) < 0, steps::toString);
                frozen = null;
            }
        }
    }

    private CompletableFuture<OpenCall> request(String command) {
        CallRequest request = new CallRequest(ToolCall.Kind.SHELL, "sh", command, false, "/", Optional.empty(), 0, 0, 1);
        return agent.engine().calls().open(Agent.SESSION, request, agent.listener()).toCompletableFuture();
    }
}
