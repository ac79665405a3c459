package io.agentcgroup.simulate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.agentcgroup.api.SessionName;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Against what can be worked out by hand: agents of 100 MB, with a call from second 1 to 4 that bursts at second 2; see {@link Traces}. */
class SimulationTest {

    private static final String ONE_AT_A_TIME = OneAtATime.class.getName();

    private static Result run(String policy, long memoryMb, int sessions, long burstMb) {
        return new Simulation(new Plugins()).run(Traces.scenario(policy, Traces.QUICK.withMemory(memoryMb * Traces.MB), sessions, burstMb * Traces.MB));
    }

    @Test
    void withEnoughMemoryEverythingTakesAsLongAsRecorded() {
        for (String policy : List.of("none", "static", "fixed", "graduated", ONE_AT_A_TIME)) {
            Result result = run(policy, 2000, 1, 300);
            assertEquals(5, result.makespanS(), 0.001, policy);
            assertEquals(3000, result.highP95Ms(), 1, policy);
            assertEquals(1, result.highP95Ratio(), 0.001, policy);
            assertEquals(1, result.finished(), policy);
            assertEquals(0, result.kills(), policy);
        }
    }

    @Test
    void withoutAnybodyToDecideTooMuchMemoryCostsALife() {
        // Three times 100 and two bursts of 300 fit into 1000, the third does not.
        Result result = run("none", 1000, 3, 300);
        assertEquals(1, result.kills());
        assertEquals(1, result.oomKills());
        assertEquals(2, result.finished());
    }

    @Test
    void peaksAsLimitsLetInAsManyAsFit() {
        assertEquals(2, run("static", 1000, 2, 300).finished());
        Result refused = run("static", 1000, 3, 300);
        assertTrue(refused.refused().contains("together"), refused::refused);
        assertEquals(0, refused.finished());
    }

    @Test
    void callsWaitForEachOtherAtTheGate() {
        Result result = run(ONE_AT_A_TIME, 700, 3, 300);
        assertEquals(0, result.kills(), result::toString);
        assertEquals(3, result.finished());
        // Calls run from 1 to 4, from 4 to 7 and from 7 to 10; the agents' last second follows.
        assertEquals(3 + 6, result.waitedS(), 0.2, result::toString);
        assertEquals(11, result.makespanS(), 0.2, result::toString);
        assertEquals(2L, result.noted().get("call-waits"));
    }

    @Test
    void priorityGoesFirst() {
        Scenario three = Traces.scenario(ONE_AT_A_TIME, Traces.QUICK.withMemory(700 * Traces.MB), 3, 300 * Traces.MB);
        List<Member> reversed = new ArrayList<>(three.members());
        // The high one comes last, when the first call runs and the second waits.
        Collections.reverse(reversed);
        Result result = new Simulation(new Plugins()).run(new Scenario(three.policy(), three.machine(), three.tier(), reversed, three.scale(),
                300_000_000, three.settings(), false));
        assertEquals(new SessionName("s0"), reversed.get(2).name());
        assertEquals(3, result.finished());
        assertTrue(result.sessions().get(2) < result.sessions().get(1), () -> result.sessions().toString());
    }

    @Test
    void theHighSessionsFigureIsThereOnlyIfItDidItsWork() {
        // Not even one burst fits.
        Result result = run("none", 350, 1, 300);
        assertEquals(0, result.finished());
        assertNull(result.highP95Ratio());
    }

    @Test
    void theSameScenarioEndsTheSame() {
        for (String policy : List.of("none", "fixed", "graduated", ONE_AT_A_TIME)) {
            assertEquals(facts(run(policy, 900, 4, 250)), facts(run(policy, 900, 4, 250)), policy);
        }
    }

    private static List<Object> facts(Result result) {
        List<Object> facts = new ArrayList<>(List.of(result.kills(), result.finished(), result.makespanS(), result.waitedS(), result.noted()));
        facts.add(result.sessions().toString());
        return facts;
    }

    @Test
    void aCallCostsWhatTheMachineSays() {
        Machine slow = new Machine(2000 * Traces.MB, 0, 64, 1L << 50, 500_000_000);
        assertEquals(3500, new Simulation(new Plugins()).run(Traces.scenario("none", slow, 1, 300 * Traces.MB)).highP95Ms(), 1);
    }

    @Test
    void aSettingReachesThePolicy() {
        Scenario scenario = Traces.scenario("fixed", Traces.QUICK.withMemory(2000 * Traces.MB), 1, 300 * Traces.MB);
        Scenario tight = new Scenario(scenario.policy(), scenario.machine(), scenario.tier(), scenario.members(), scenario.scale(), 0,
                Map.of("io.agentcgroup.policy.fixed", Map.of("default.memory", "100m")), false);
        assertFalse(new Simulation(new Plugins()).run(tight).kills() == 0, "a limit of 100m ends a burst of 300 MB");
    }
}
