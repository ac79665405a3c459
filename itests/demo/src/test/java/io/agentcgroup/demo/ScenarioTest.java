package io.agentcgroup.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.agentcgroup.api.Priority;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ScenarioTest {

    private static final long BUDGET = 512L << 20;

    @Test
    void oneSessionMattersMoreThanTheOthers() throws IOException {
        List<Priority> priorities = Scenario.of(BUDGET, 768).agents().stream().map(AgentSpec::priority).toList();
        assertEquals(List.of(Priority.HIGH, Priority.LOW, Priority.LOW), priorities);
    }

    @Test
    void everySizeInTheScriptsIsFilledIn() throws IOException {
        for (AgentSpec agent : Scenario.of(BUDGET, 768).agents()) {
            // What is left of the form ${...} is the shell's own ${#...}.
            assertFalse(agent.script().matches("(?s).*\\$\\{[a-z].*"), agent.script());
        }
    }

    @Test
    void everyAgentHasInnocentCallsAndAGuiltyOne() throws IOException {
        for (AgentSpec agent : Scenario.of(BUDGET, 768).agents()) {
            assertTrue(agent.steps().stream().anyMatch(Step::innocent));
            assertTrue(agent.steps().stream().anyMatch(step -> !step.innocent()));
        }
    }

    @Test
    void callsAreToldApartByIdAndByCommand() throws IOException {
        for (AgentSpec agent : Scenario.of(BUDGET, 768).agents()) {
            Set<String> seen = new HashSet<>();
            for (Step step : agent.steps()) {
                assertTrue(seen.add(step.id()), step.id());
                assertTrue(seen.add(step.command()), step.command());
            }
        }
    }

    @Test
    void aBudgetTooSmallForTheInnocentIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> Scenario.of(256L << 20, 768));
    }
}
