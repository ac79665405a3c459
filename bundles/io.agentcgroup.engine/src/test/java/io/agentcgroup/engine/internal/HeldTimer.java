package io.agentcgroup.engine.internal;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** A timer whose time comes when the test says so, however slow the machine is. */
final class HeldTimer extends ScheduledThreadPoolExecutor {

    private final Queue<Runnable> held = new ConcurrentLinkedQueue<>();

    HeldTimer() {
        super(1);
    }

    @Override
    public ScheduledFuture<?> schedule(Runnable work, long delay, TimeUnit unit) {
        held.add(work);
        return super.schedule(() -> { }, 1, TimeUnit.HOURS);
    }

    /** @return how much waits for its time */
    int waiting() {
        return held.size();
    }

    /** Runs what has waited. */
    void fire() {
        for (Runnable work = held.poll(); work != null; work = held.poll()) {
            work.run();
        }
    }
}
