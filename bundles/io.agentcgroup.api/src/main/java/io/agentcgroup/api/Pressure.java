package io.agentcgroup.api;

import java.util.Optional;

/**
 * Something the kernel said about a shortage.
 *
 * @param session where
 * @param call in which call; empty when it is the session as a whole
 * @param kind what
 * @param amount how much, in the unit of the kind
 * @param kernelMonotonicNs when, on {@code CLOCK_MONOTONIC}: by the kernel's own stamp where there is one, else when the
 *         event was read
 */
public record Pressure(SessionName session, Optional<CallId> call, Kind kind, long amount, long kernelMonotonicNs) {

    /** What kind of shortage. */
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
        OOM_VICTIM
    }
}
