package io.agentcgroup.engine.internal;

import java.lang.management.ManagementFactory;
import java.time.Clock;
import java.time.Instant;
import java.util.function.LongSupplier;

/**
 * The clocks.
 *
 * @param wall for people
 * @param monotonic nanoseconds of CLOCK_MONOTONIC, comparable with kernel time stamps and over restarts of the daemon
 * @param threadCpu nanoseconds of CPU that the asking thread has had
 */
record Clocks(Clock wall, LongSupplier monotonic, LongSupplier threadCpu) {

    /** On Linux {@code System.nanoTime} is CLOCK_MONOTONIC. */
    static final Clocks SYSTEM = new Clocks(Clock.systemUTC(), System::nanoTime, ManagementFactory.getThreadMXBean()::getCurrentThreadCpuTime);

    /** For a modelled host, on which the engine itself takes no time. */
    Clocks(Clock wall, LongSupplier monotonic) {
        this(wall, monotonic, () -> 0);
    }

    Instant now() {
        return wall.instant();
    }

    long monotonicNs() {
        return monotonic.getAsLong();
    }

    long threadCpuNs() {
        return threadCpu.getAsLong();
    }
}
