package io.agentcgroup.journal.internal;

import io.agentcgroup.api.Outcome;
import io.agentcgroup.api.journal.OutcomeListener;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells listeners what ended, on a thread of its own, which is there only while there is something to tell. Thread-safe, never
 * blocks, never throws.
 */
final class Listeners {

    private static final Logger LOG = LoggerFactory.getLogger(Listeners.class);

    /** Seconds of the busiest host that was measured, at some kilobytes each. */
    static final int WAITING_MOST = 512;
    /** So that calls which follow each other closely do not make a thread each. */
    private static final long IDLE_MS = 2_000;
    /** At the end of the journal; a listener that hangs must not hang the daemon's stop. */
    static final long CLOSE_MOST_MS = 1_000;

    private final List<OutcomeListener> listeners;
    private final Counters counters;
    private final ThreadPoolExecutor teller;
    private final AtomicBoolean losing = new AtomicBoolean();

    /** @param listeners may change at any time */
    Listeners(List<OutcomeListener> listeners, Counters counters) {
        this.listeners = listeners;
        this.counters = counters;
        teller = new ThreadPoolExecutor(0, 1, IDLE_MS, TimeUnit.MILLISECONDS, new ArrayBlockingQueue<>(WAITING_MOST), work -> {
            Thread thread = new Thread(work, "agentcgroup-outcomes");
            thread.setDaemon(true);
            return thread;
        }, (work, executor) -> lost());
    }

    void tell(Outcome outcome) {
        if (!listeners.isEmpty()) {
            teller.execute(() -> tellAll(outcome));
        }
    }

    private void tellAll(Outcome outcome) {
        if (teller.getQueue().isEmpty()) {
            losing.set(false);
        }
        listeners.forEach(listener -> tell(listener, outcome));
    }

    private void tell(OutcomeListener listener, Outcome outcome) {
        try {
            listener.ended(outcome);
        } catch (RuntimeException | LinkageError e) {
            // A listener is anybody's code, and may have been built against other versions.
            LOG.warn("{} failed at the outcome of call {}", listener.getClass().getName(), outcome.call().id(), e);
        }
    }

    private void lost() {
        counters.add(Counters.OUTCOMES_UNTOLD, 1);
        if (losing.compareAndSet(false, true)) {
            LOG.warn("listeners do not keep up with the calls that end: some outcomes reach only the journal");
        }
    }

    /** Tells what waits, for a second at most. */
    void close() {
        teller.shutdown();
        try {
            if (!teller.awaitTermination(CLOSE_MOST_MS, TimeUnit.MILLISECONDS)) {
                teller.shutdownNow();
            }
        } catch (InterruptedException e) {
            teller.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }
}
