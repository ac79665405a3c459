package io.agentcgroup.api;

import java.util.Optional;

/**
 * A reason to look again at who may have what: the kernel told of a shortage, or the engine saw that one began, or is over.
 *
 * @param session where; empty when it is the host as a whole
 * @param call in which call; empty when it is the session, or the host, as a whole
 * @param kind what
 * @param amount how much, in the unit of the kind
 * @param kernelMonotonicNs when, on {@code CLOCK_MONOTONIC}: by the kernel's own stamp where there is one, else when the
 *         event was read
 */
public record Pressure(Optional<SessionName> session, Optional<CallId> call, Kind kind, long amount, long kernelMonotonicNs) {

    /** What kind of reason. */
    public enum Kind {
        /** New slow-downs at {@code memory.high}; the amount is their number. */
        MEMORY_HIGH,
        /** New reclaims at {@code memory.max}; the amount is their number. */
        MEMORY_MAX,
        /** A PSI trigger on memory fired; the amount is the stall in microseconds that it was set to. */
        MEMORY_STALL,
        /** Forks refused at {@code pids.max}; the amount is their number. */
        PIDS_MAX,
        /** A program in the kernel saw a session run short and may hold others back; the amount is by how many bytes, 0 if not known. */
        BREACH,
        /** A program in the kernel holds the call back for a more important session; the amount is for how many nanoseconds at least. */
        HELD,
        /** It let the call go; the amount is for how many nanoseconds it was held. */
        RELEASED,
        /** A program in the kernel delays the call's charges; the amount is by how many nanoseconds. */
        DELAYED,
        /** The OOM killer chose a process; the amount is its anonymous memory in bytes. */
        OOM_VICTIM,
        /** A PSI trigger on the memory of all sessions together fired; the amount is the stall in microseconds that it was set to. */
        HOST_STALL,
        /** All sessions together come close to the host's budget; the amount is how many bytes are left. Told again while it is so. */
        HOST_SHORT,
        /** There is more room than before, while a call waits or stands on a rung; the amount is how many bytes are left. */
        MEMORY_FREED,
        /** A call began or ended beside others in a session with a budget; the amount is how many run now. */
        CALLS_CHANGED,
        /** The bound of a call's rung is reached: the call is let go unless the policy says otherwise; the amount is 0. */
        RUNG_EXPIRED
    }
}
