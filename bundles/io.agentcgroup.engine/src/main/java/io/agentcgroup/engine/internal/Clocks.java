package io.agentcgroup.engine.internal;

import java.time.Clock;
import java.time.Instant;
import java.util.function.LongSupplier;

/**
 * The two clocks.
 *
 * @param wall for people
 * @param monotonic nanoseconds of CLOCK_MONOTONIC, comparable with kernel time stamps and over restarts of the daemon
 */
record Clocks(Clock wall, LongSupplier monotonic) {

    /** On Linux {@code System.nanoTime} is CLOCK_MONOTONIC. */
    static final Clocks SYSTEM = new Clocks(Clock.systemUTC(), System::nanoTime);

    Instant now() {
        return wall.instant();
    }

    long monotonicNs() {
        return monotonic.getAsLong();
    }
}
