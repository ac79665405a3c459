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
        PIDS_MAX
    }
}
