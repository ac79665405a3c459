package io.agentcgroup.engine.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.agentcgroup.api.DomainEvents;
import io.agentcgroup.api.Outcome.End;
import io.agentcgroup.engine.internal.Evidence.Shortage;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EvidenceTest {

    private static final Optional<WaitStatus> SUCCESS = Optional.of(new WaitStatus(0));
    private static final Optional<WaitStatus> SIGKILL = Optional.of(new WaitStatus(9));
    private static final Optional<WaitStatus> EXIT_137 = Optional.of(new WaitStatus(137 << 8));

    @Test
    void anExitOf137AloneIsNoOutOfMemory() {
        assertEquals(End.EXITED, Evidence.NONE.end(EXIT_137, false, false, true));
        assertEquals(End.EXITED, Evidence.NONE.end(SIGKILL, false, false, true));
        assertEquals(Optional.empty(), Evidence.NONE.shortage());
    }

    @Test
    void whatTheKernelKilledWasOutOfMemoryWhateverTheExitCode() {
        assertEquals(End.OOM_KILLED, evidence(1, 1, 0).end(SIGKILL, false, false, true));
        assertEquals(End.OOM_KILLED, evidence(1, 1, 0).end(EXIT_137, false, false, true));
        assertEquals(End.OOM_KILLED, evidence(1, 1, 0).end(Optional.empty(), false, true, true));
    }

    @Test
    void aCallThatLostAProcessAndSucceededHasExited() {
        assertEquals(End.EXITED, evidence(1, 1, 0).end(SUCCESS, false, false, true));
    }

    @Test
    void theCountersTellWhereMemoryRanOut() {
        assertEquals(Optional.of(Shortage.CALL), evidence(1, 1, 3).shortage());
        assertEquals(Optional.of(Shortage.SESSION), evidence(0, 1, 1).shortage());
        assertEquals(Optional.of(Shortage.HOST), evidence(0, 1, 0).shortage());
        assertEquals(Optional.empty(), evidence(1, 0, 0).shortage());
    }

    @Test
    void theOtherEnds() {
        assertEquals(End.NOT_STARTED, Evidence.NONE.end(Optional.empty(), true, false, true));
        assertEquals(End.ENDED, Evidence.NONE.end(SIGKILL, false, true, true));
        assertEquals(End.UNSEEN, Evidence.NONE.end(Optional.empty(), false, false, false));
        assertEquals(End.EXITED, Evidence.NONE.end(Optional.empty(), false, false, true));
        assertEquals(End.EXITED, Evidence.NONE.end(SUCCESS, false, false, false));
    }

    private static Evidence evidence(long oom, long oomKill, long sessionOoms) {
        return new Evidence(new DomainEvents(0, 0, 0, oom, oomKill, 0, 0), Optional.empty(), sessionOoms);
    }
}
