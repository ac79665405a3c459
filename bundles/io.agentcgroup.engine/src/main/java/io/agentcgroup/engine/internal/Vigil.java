package io.agentcgroup.engine.internal;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Looks at what takes longer than it should. Most things never do, so they share one timer, which is set for the one that is due first
 * and runs only while there is one: each with a timer of its own would wake a thread for every call. Thread-safe.
 */
final class Vigil {

    /** Something that is to be over by a certain time. */
    interface Item {

        /** @return when it is to be looked at next, monotonic */
        long dueNs();

        /** It is due. It is looked at again when it is due again, unless it is over. On the timer: must not block. */
        void look();
    }

    private final Workers workers;
    private final Clocks clocks;
    private final Set<Item> items = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean armed = new AtomicBoolean();

    Vigil(Workers workers, Clocks clocks) {
        this.workers = workers;
        this.clocks = clocks;
    }

    void begin(Item item) {
        items.add(item);
        arm(item.dueNs());
    }

    void end(Item item) {
        items.remove(item);
    }

    private void arm(long dueNs) {
        if (armed.compareAndSet(false, true)) {
            workers.onTimerAfter(Duration.ofNanos(Math.max(0, dueNs - clocks.monotonicNs())), this::lookAtAll);
        }
    }

    private void lookAtAll() {
        // First: whoever begins from here on sets the timer himself, or is seen below.
        armed.set(false);
        long nowNs = clocks.monotonicNs();
        for (Item item : items) {
            if (item.dueNs() <= nowNs) {
                item.look();
            }
        }
        items.stream().mapToLong(Item::dueNs).min().ifPresent(this::arm);
    }
}
