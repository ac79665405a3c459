package io.agentcgroup.bench.density;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.agentcgroup.replay.Scale;
import io.agentcgroup.replay.Trace;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class StepTest {

    private static final long MB = 1_000_000;
    private static final Trace SMALL = trace("small", 100 * MB);
    private static final Trace LARGE = trace("large", 400 * MB);
    private static final Mix MIX = new Mix(SMALL, List.of(LARGE, SMALL), new Scale(10, 0), false, Duration.ofSeconds(1));

    private static Trace trace(String name, long peak) {
        return new Trace(name, List.of(new Trace.Sample(0, 1), new Trace.Sample(30, peak)), List.of());
    }

    private static Step step(boolean finished, int kills, boolean timedOut, Double ratio) {
        Member member = MIX.members("s", 1).get(0);
        return new Step(1, 1, null, List.of(new Step.Outcome(member, finished, kills, 0, 1.0, List.of(), List.of())), timedOut, 5.0, ratio, 1.1);
    }

    @Test
    void passesWhenAllIsDoneAndNobodyWasHurt() {
        assertTrue(step(true, 0, false, 1.1).passed());
        assertEquals("", step(true, 0, false, 1.1).why());
    }

    @Test
    void oneKillIsTooMany() {
        assertFalse(step(true, 1, false, 1.0).passed());
        assertEquals("1 killed", step(true, 1, false, 1.0).why());
    }

    @Test
    void workThatWasNotDoneIsNoSuccess() {
        assertFalse(step(false, 0, false, 1.0).passed());
        assertFalse(step(true, 0, true, 1.0).passed());
    }

    @Test
    void theHighSessionMustNotBeHeldUp() {
        assertEquals("high P95 1.11 times alone", step(true, 0, false, 1.11).why());
        assertFalse(step(true, 0, false, null).passed());
    }

    @Test
    void othersTakeTheirTracesInTurn() {
        assertEquals(List.of("small", "large", "small", "large"), MIX.members("s", 4).stream().map(member -> member.trace().name()).toList());
        assertEquals(List.of("s-high", "s-low1", "s-low2", "s-low3"), MIX.members("s", 4).stream().map(Member::name).toList());
    }

    @Test
    void limitsByPeaksLetInAsManyAsFitTogether() {
        Arm fixed = ContainersArm.fixedPeaks(600 * MB);
        assertTrue(fixed.refuses(MIX, 2).isEmpty());
        assertFalse(fixed.refuses(MIX, 3).isEmpty());
        assertTrue(ContainersArm.none().refuses(MIX, 16).isEmpty());
    }
}
