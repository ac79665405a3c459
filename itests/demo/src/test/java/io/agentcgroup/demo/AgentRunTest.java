package io.agentcgroup.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.agentcgroup.api.Priority;
import io.agentcgroup.demo.CallResult.State;
import io.agentcgroup.harness.ControlGroup;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real agent with real commands, wherever the test runs, without limits. */
class AgentRunTest {

    @TempDir
    Path folder;

    @Test
    void anAgentThatDoesItsWorkIsAlive() throws Exception {
        SessionResult result = run("{\"id\": \"a\", \"command\": \"true\"}");
        assertTrue(result.alive());
        assertEquals(1, result.callsStarted());
        assertEquals(0, result.innocentCallsFailed());
    }

    @Test
    void theAgentSeesExitCodesAndSignalsAsAShellSaysThem() throws Exception {
        SessionResult result = run("{\"id\": \"a\", \"command\": \"exit 7\"}, {\"id\": \"b\", \"command\": \"kill -9 $$\"}");
        assertEquals(OptionalInt.of(7), result.calls().get(0).exitCode());
        assertEquals(OptionalInt.of(137), result.calls().get(1).exitCode());
        assertTrue(result.calls().get(1).killed());
        assertEquals(2, result.innocentCallsFailed());
    }

    @Test
    void aGuiltyCallThatFailsIsNoInnocentOne() throws Exception {
        SessionResult result = run("{\"id\": \"a\", \"command\": \"exit 1\", \"guilty\": \"by design\"}");
        assertEquals(0, result.innocentCallsFailed());
        assertTrue(result.calls().get(0).failed());
    }

    @Test
    void aBackgroundCallRunsBesideTheNext() throws Exception {
        SessionResult result = run("{\"id\": \"server\", \"command\": \"echo up; until [ -e stop ]; do sleep 0.01; done\", \"until\": \"up\"},"
                + "{\"id\": \"stop\", \"command\": \"touch stop\"}, {\"join\": \"server\"}");
        assertEquals(List.of(0, 0), result.calls().stream().map(call -> call.exitCode().getAsInt()).toList());
    }

    @Test
    void onlyLinesOfAgentCgroupAreFeedback() throws Exception {
        SessionResult result = run("{\"id\": \"a\", \"command\": \"echo other >&2; echo '[agentcgroup] told' >&2\"}");
        assertEquals(List.of("[agentcgroup] told"), result.calls().get(0).feedback());
    }

    @Test
    void anAgentThatIsKilledIsDeadAndTakesItsCallsAlong() throws Exception {
        SessionResult result = run("{\"id\": \"a\", \"command\": \"kill -9 $PPID\"}, {\"id\": \"b\", \"command\": \"true\"}");
        assertFalse(result.alive());
        assertEquals(State.LOST, result.calls().get(0).state());
        assertEquals(State.NOT_REACHED, result.calls().get(1).state());
        assertEquals(1, result.callsNotReached());
    }

    private SessionResult run(String steps) throws Exception {
        AgentSpec agent = AgentSpec.of("test", Priority.NORMAL, "{\"context_mib\": 1, \"steps\": [" + steps + "]}");
        return new AgentRun(new NoArm(), agent, line -> { }).run(folder.resolve("agent"));
    }

    /** Nothing around the agent. */
    private static final class NoArm implements Arm {

        @Override
        public String name() {
            return "none";
        }

        @Override
        public String meaning() {
            return "no limits";
        }

        @Override
        public ProcessBuilder agent(AgentSpec agent, List<String> command) {
            return new ProcessBuilder(command);
        }

        @Override
        public ControlGroup session(AgentSpec agent, long agentPid) throws IOException {
            return ControlGroup.of(agentPid);
        }

        @Override
        public void agentGone(AgentSpec agent) {
            // It has nothing that could stay.
        }

        @Override
        public List<CallResult> evidence(AgentSpec agent, List<CallResult> calls) {
            return calls;
        }

        @Override
        public void close() {
            // It made nothing.
        }
    }
}
