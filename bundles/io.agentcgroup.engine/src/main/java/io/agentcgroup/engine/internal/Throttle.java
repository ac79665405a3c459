package io.agentcgroup.engine.internal;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;

/** Runs work when it is poked: at once, but not more often than once in an interval. The kernel can tell of a million events. */
final class Throttle {

    private final Workers workers;
    private final Clocks clocks;
    private final long intervalNs;
    private final Runnable work;
    private final AtomicBoolean pending = new AtomicBoolean();
    private volatile long lastNs;

    Throttle(Workers workers, Clocks clocks, Duration interval, Runnable work) {
        this.workers = workers;
        this.clocks = clocks;
        this.intervalNs = interval.toNanos();
        this.work = work;
        this.lastNs = clocks.monotonicNs() - intervalNs;
    }

    /** Never blocks. */
    void poke() {
        if (pending.compareAndSet(false, true)) {
            long waitNs = lastNs + intervalNs - clocks.monotonicNs();
            if (waitNs <= 0) {
                workers.run(this::fire);
            } else {
                workers.runAfter(Duration.ofNanos(waitNs), this::fire);
            }
        }
    }

    private void fire() {
        lastNs = clocks.monotonicNs();
        // Before the work: what happens while it runs must be looked at again.
        pending.set(false);
        work.run();
    }
}
