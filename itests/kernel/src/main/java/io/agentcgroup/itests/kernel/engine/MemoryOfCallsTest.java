package io.agentcgroup.itests.kernel.engine;

import static io.agentcgroup.itests.kernel.engine.Agent.MIB;
import static io.agentcgroup.itests.kernel.engine.Agent.REAP;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.agentcgroup.api.Limits;
import io.agentcgroup.api.Outcome;
import io.agentcgroup.itests.kernel.KernelTree;
import io.agentcgroup.itests.kernel.engine.Agent.Ended;
import io.agentcgroup.itests.kernel.engine.Agent.Running;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What calls use and what becomes of them when it is too much. */
class MemoryOfCallsTest {

    private static final int SIGKILL = 9;

    private final Agent agent = new Agent(Map.of("stall.told.s", 1));

    @AfterEach
    void close() throws Exception {
        agent.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {20, 200, 800})
    void whatACallTouchesIsJournalled(int mebibytes) throws Exception {
        agent.openSession(OptionalLong.empty(), REAP);
        Running hog = agent.startHog(mebibytes);
        KernelTree.awaitWord(hog.process(), "full");
        hog.process().destroy();
        Outcome outcome = agent.outcome(agent.await(hog).id());
        long peak = outcome.usage().memoryPeakBytes().orElseThrow() / MIB;
        assertTrue(Math.abs(peak - mebibytes) <= Math.max(8, mebibytes / 20), peak + " MiB journalled");
        assertTrue(outcome.usage().cpuUsageUs().orElseThrow() > 0);
        assertEquals(Outcome.End.EXITED, outcome.end(), "a signal of the agent's own is no out of memory");
    }

    @Test
    void onlyTheGuiltyCallDiesAndTheAgentIsTold() throws Exception {
        agent.openSession(OptionalLong.of(512 * MIB), REAP);
        Process runtime = agent.kernel().start(agent.session().agent(), "exec sleep 600");
        agent.engine().grant(Limits.builder().memoryMaxBytes(64 * MIB).oomGroup(true).build());
        Running innocent = agent.start("exec sleep 600");
        Running guilty = agent.startHog(200);

        Ended ended = agent.await(guilty);

        assertTrue(runtime.isAlive() && innocent.process().isAlive());
        String told = ended.told().get(0);
        assertTrue(told.startsWith("Out of memory: this command was ended by the kernel after it used 64 MiB of its 64 MiB limit"), told);
        assertTrue(told.contains("AGENT_RESOURCE_HINT=memory:128m"), told);
        Outcome outcome = agent.outcome(ended.id());
        assertEquals(Outcome.End.OOM_KILLED, outcome.end());
        assertEquals(OptionalInt.of(SIGKILL), outcome.signal());
        assertTrue(outcome.events().oomGroupKill() > 0, outcome::toString);
        assertEquals(ended.told(), outcome.feedback());
    }

    @Test
    void theSessionsBudgetKillsACallAndIsNamed() throws Exception {
        agent.openSession(OptionalLong.of(128 * MIB), REAP);
        agent.engine().grant(Limits.builder().memoryMaxBytes(400 * MIB).oomGroup(true).build());
        Process runtime = agent.kernel().start(agent.session().agent(), "echo -900 > /proc/self/oom_score_adj; exec sleep 600");

        Ended ended = agent.await(agent.startHog(300));

        assertTrue(runtime.isAlive());
        assertTrue(ended.told().get(0).contains("the session used up its budget of 128 MiB"), ended::toString);
        assertEquals(Outcome.End.OOM_KILLED, agent.outcome(ended.id()).end());
    }

    @Test
    void anExitOf137AloneIsNoOutOfMemory() throws Exception {
        agent.openSession(OptionalLong.empty(), REAP);
        Ended ended = agent.run("exit 137");
        assertTrue(ended.told().isEmpty());
        assertEquals(Outcome.End.EXITED, agent.outcome(ended.id()).end());
    }

    @Test
    void aStallAtTheSoftLimitIsToldWhileItLasts() throws Exception {
        agent.openSession(OptionalLong.empty(), REAP);
        agent.engine().grant(Limits.builder().memoryHighBytes(24 * MIB).memoryMaxBytes(400 * MIB).oomGroup(true).build());
        Running hog = agent.startHog(256);

        String told = agent.hears();

        assertTrue(hog.process().isAlive());
        assertTrue(told.startsWith("This command has been held up for ") && told.contains("its soft limit of 24 MiB"), told);
        agent.engine().calls().end(hog.call().id(), "the test is over");
        Ended ended = agent.await(hog);
        Outcome outcome = agent.outcome(ended.id());
        assertEquals(Outcome.End.ENDED, outcome.end());
        assertTrue(outcome.feedback().contains(told));
        assertFalse(outcome.usage().memoryStallSomeUs().isEmpty());
    }

    @Test
    void theProcessLimitIsTold() throws Exception {
        agent.openSession(OptionalLong.empty(), REAP);
        agent.engine().grant(Limits.builder().pidsMax(8).build());
        Ended ended = agent.run("exec 2>/dev/null; for i in 1 2 3 4 5 6 7 8 9 10 11 12; do sleep 600 & done; exit 3");
        assertTrue(ended.told().get(0).startsWith("Too many processes: "), ended::toString);
        assertTrue(ended.told().get(0).contains("at its limit of 8"), ended::toString);
        assertTrue(agent.outcome(ended.id()).events().pidsMax() > 0);
    }
}
