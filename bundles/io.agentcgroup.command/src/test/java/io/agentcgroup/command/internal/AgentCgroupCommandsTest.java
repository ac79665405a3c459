package io.agentcgroup.command.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.agentcgroup.api.CallId;
import io.agentcgroup.api.engine.PolicyChoice;
import io.agentcgroup.api.engine.PolicySwitch;
import io.agentcgroup.api.engine.Sessions;
import io.agentcgroup.api.engine.ToolCalls;
import io.agentcgroup.api.journal.Journal;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class AgentCgroupCommandsTest {

    private static final Map<String, Object> LINE = Map.of("ended", "2026-11-22T21:55:58Z", "id", "c1", "session", "agent-1",
            "end", "oom_killed", "signal", 9, "duration_us", 1_500_000, "usage", Map.of("memory_peak_bytes", 3L << 20),
            "command", "make\u001b[2J all\n");

    private final AgentCgroupCommands commands = new AgentCgroupCommands();

    @Test
    void theJournalIsATableInWhichNothingOfTheAgentReachesTheTerminal() {
        commands.journal = journal();
        List<String> lines = commands.journal("", 20).lines().toList();
        assertEquals(2, lines.size());
        assertTrue(lines.get(1).matches("2026-\\S+ +c1 +agent-1 +oom_killed +9 +1.50 s +3 MiB +make\\\\x1b\\[2J all\\\\n"),
                lines.get(1));
    }

    @Test
    void theJournalOfAnotherSessionIsEmpty() {
        commands.journal = journal();
        assertEquals(1, commands.journal("other", 20).lines().count());
        assertEquals(2, commands.journal("agent-1", 20).lines().count());
    }

    @Test
    void wrongArgumentsAreRefusedInWords() {
        commands.journal = journal();
        assertThrows(IllegalArgumentException.class, () -> commands.journal("", 0));
        assertThrows(IllegalArgumentException.class, () -> commands.journal("../x", 20));
        assertThrows(IllegalArgumentException.class, () -> commands.calls("A B"));
        assertThrows(IllegalArgumentException.class, () -> commands.end("no call"));
    }

    @Test
    void aMissingServiceIsNamed() {
        assertTrue(assertThrows(IllegalStateException.class, commands::sessions).getMessage().contains("engine"));
        assertTrue(assertThrows(IllegalStateException.class, commands::doctor).getMessage().contains("cgroup tree"));
        assertTrue(assertThrows(IllegalStateException.class, () -> commands.journal("", 1)).getMessage().contains("journal"));
    }

    @Test
    void endingACallSaysWhetherThereWasOne() {
        commands.toolCalls = service(ToolCalls.class, (proxy, method, arguments) -> arguments[0].equals(new CallId("c1")));
        assertTrue(commands.end("c1").contains("is ended"));
        assertTrue(commands.end("c2").contains("no running call"));
    }

    @Test
    void tablesWithoutRowsStillHaveTheirHeads() {
        commands.sessions = service(Sessions.class, (proxy, method, arguments) -> List.of());
        assertTrue(commands.sessions().startsWith("SESSION"));
        assertFalse(commands.sessions().lines().skip(1).findAny().isPresent());
    }

    @Test
    void aPolicyIsChosenByItsNameAndTheRestIsUsage() {
        List<String> asked = new ArrayList<>();
        commands.policySwitch = service(PolicySwitch.class, (proxy, method, arguments) -> {
            asked.add(method.getName() + List.of(arguments));
            return new PolicyChoice(Optional.of("evil\u001b[2J"), PolicyChoice.Source.OPERATOR, true, List.of());
        });

        assertEquals("evil\\x1b[2J decides while it is there: an operator chose it\n", commands.policy("use", "fixed"));
        commands.policy("reset");
        commands.policy("roll-back");
        assertEquals(List.of("use[fixed, the shell]", "reset[the shell]", "rollBack[the shell]"), asked);
        assertThrows(IllegalArgumentException.class, () -> commands.policy("use"));
        assertThrows(IllegalArgumentException.class, () -> commands.policy("reset", "fixed"));
        assertThrows(IllegalArgumentException.class, () -> commands.policy("like", "fixed"));
    }

    @SuppressWarnings("unchecked")
    private static Journal journal() {
        return service(Journal.class, (proxy, method, arguments) ->
                Stream.of(LINE).filter((Predicate<Map<String, Object>>) arguments[0]).toList());
    }

    private static <T> T service(Class<T> type, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }
}
