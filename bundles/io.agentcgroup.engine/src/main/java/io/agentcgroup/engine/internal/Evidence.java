package io.agentcgroup.engine.internal;

import io.agentcgroup.api.DomainEvents;
import io.agentcgroup.api.Outcome.End;
import io.agentcgroup.api.Usage;
import io.agentcgroup.api.enforce.KernelAccount;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What the kernel says about the end of a call.
 *
 * @param events the call's counters
 * @param usage empty when nothing happened that makes the numbers worth the reading
 * @param sessionOoms how often memory ran out at the session's own limit since the call was granted
 * @param account what programs in the kernel counted; empty where none do
 */
record Evidence(DomainEvents events, Optional<Usage> usage, long sessionOoms, Optional<KernelAccount> account) {

    /** Where memory ran out. */
    enum Shortage {
        /** At the call's own limit. */
        CALL,
        /** At the session's budget. */
        SESSION,
        /** Above: the budget of all sessions, or the machine. */
        HOST
    }

    static final Evidence NONE = new Evidence(DomainEvents.ZERO, Optional.empty(), 0, Optional.empty());

    Evidence(DomainEvents events, Optional<Usage> usage, long sessionOoms) {
        this(events, usage, sessionOoms, Optional.empty());
    }

    /** @return for how long programs in the kernel kept it waiting for a more important session */
    Duration slowed() {
        return account.map(KernelAccount::slowed).orElse(Duration.ZERO);
    }

    boolean oomKilled() {
        return events.oomKill() > 0 || events.oomGroupKill() > 0;
    }

    /** @return where the memory ran out that cost the call its processes; empty when it lost none */
    Optional<Shortage> shortage() {
        if (!oomKilled()) {
            return Optional.empty();
        }
        // The kernel counts `oom` at the cgroup whose limit was hit and above it, never below.
        return Optional.of(events.oom() > 0 ? Shortage.CALL : sessionOoms > 0 ? Shortage.SESSION : Shortage.HOST);
    }

    OptionalLong peakBytes() {
        return usage.map(Usage::memoryPeakBytes).orElse(OptionalLong.empty());
    }

    /**
     * @param leader the leader's end, if somebody saw it
     * @param endedByUs whether we ended it
     * @param seen whether somebody saw it become empty
     */
    End end(Optional<WaitStatus> leader, boolean neverStarted, boolean endedByUs, boolean seen) {
        if (neverStarted) {
            return End.NOT_STARTED;
        }
        // A call that lost a process and still succeeded has dealt with it.
        if (oomKilled() && !leader.map(WaitStatus::success).orElse(false)) {
            return End.OOM_KILLED;
        }
        if (endedByUs) {
            return End.ENDED;
        }
        return leader.isPresent() || seen ? End.EXITED : End.UNSEEN;
    }
}
