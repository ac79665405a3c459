package io.agentcgroup.engine.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.agentcgroup.engine.internal.CallLife.State;
import io.agentcgroup.engine.internal.CallLife.Step;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class CallLifeTest {

    private final CallLife life = new CallLife();

    @Test
    void theUsualWay() {
        assertEquals(Step.NONE, life.started());
        assertEquals(State.RUNNING, life.state());
        assertEquals(Step.LOOK, life.exited(256, 5));
        assertEquals(State.LEADER_EXITED, life.state());
        assertEquals(OptionalInt.of(256), life.waitStatus());
        assertEquals(Step.FINISH, life.emptied());
        assertEquals(State.ENDED, life.state());
    }

    @Test
    void theEndIsGivenOutOnce() {
        life.started();
        life.exited(0, 1);
        assertEquals(Step.FINISH, life.emptied());
        assertEquals(Step.NONE, life.emptied());
        assertEquals(Step.NONE, life.forced());
        assertEquals(Step.NONE, life.exited(0, 2));
        assertEquals(Step.NONE, life.abandoned());
        assertEquals(Step.NONE, life.notStarted());
    }

    @Test
    void anEmptyDomainIsNoEndWhileSomebodyWillTellOfTheExit() {
        assertEquals(Step.NONE, life.emptied());
        life.started();
        assertEquals(Step.NONE, life.emptied());
        assertFalse(life.waitsForEmptiness());
    }

    @Test
    void whatWasNeverStartedEndsAtOnce() {
        assertEquals(Step.FINISH, life.notStarted());
        assertTrue(life.neverStarted());
    }

    @Test
    void anExitMayComeBeforeTheStartWasTold() {
        assertEquals(Step.LOOK, life.exited(0, 1));
        assertEquals(Step.NONE, life.started());
        assertEquals(State.LEADER_EXITED, life.state());
    }

    @Test
    void anAbandonedCallEndsWhenItsDomainIsEmpty() {
        life.started();
        assertEquals(Step.LOOK, life.abandoned());
        assertTrue(life.waitsForEmptiness());
        assertEquals(Step.FINISH, life.emptied());
    }

    @Test
    void aFoundCallCanBeAttendedAgain() {
        CallLife found = CallLife.found();
        assertTrue(found.waitsForEmptiness());
        assertTrue(found.resumed());
        assertEquals(Step.NONE, found.emptied());
        assertEquals(Step.LOOK, found.exited(9, 1));
        assertEquals(Step.FINISH, found.emptied());
        assertFalse(found.resumed());
    }

    @Test
    void aFoundCallWhoseExitIsOnRecordHasOnlyLeftovers() {
        CallLife found = CallLife.foundExited(256, 7);
        assertEquals(State.LEADER_EXITED, found.state());
        assertEquals(OptionalInt.of(256), found.waitStatus());
        assertFalse(found.resumed());
    }

    @Test
    void aClosedSessionEndsItInAnyState() {
        assertEquals(Step.FINISH, life.forced());
        CallLife running = new CallLife();
        running.started();
        assertEquals(Step.FINISH, running.forced());
    }
}
