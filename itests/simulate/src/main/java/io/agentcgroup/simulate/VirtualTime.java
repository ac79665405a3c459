package io.agentcgroup.simulate;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.PriorityQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Delayed;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * A clock that jumps to whatever comes next. What is to be done at the same time is done in the order in which that was said, all of it on
 * one thread, so the same simulation always does the same.
 */
final class VirtualTime extends Threadless implements ScheduledExecutorService {

    /** Not 0: to an engine that has just started, 0 looks like never. */
    private static final long START_NS = 1_000_000_000;
    private static final Instant START = Instant.parse("2026-06-01T00:00:00Z");

    private final PriorityQueue<Event<?>> events = new PriorityQueue<>();
    private long nowNs = START_NS;
    private long said;
    private long done;

    /** Something that is done when its time comes. */
    private final class Event<V> extends CompletableFuture<V> implements ScheduledFuture<V> {

        private final long atNs;
        private final long turn = said++;
        private final Callable<V> what;

        Event(long atNs, Callable<V> what) {
            this.atNs = atNs;
            this.what = what;
        }

        void happen() {
            if (isDone()) {
                return;
            }
            try {
                complete(what.call());
            } catch (Exception e) {
                throw new IllegalStateException("the simulation went wrong at " + nowNs + " ns", e);
            }
        }

        @Override
        public long getDelay(TimeUnit unit) {
            return unit.convert(atNs - nowNs, TimeUnit.NANOSECONDS);
        }

        @Override
        public int compareTo(Delayed other) {
            Event<?> event = (Event<?>) other;
            int byTime = Long.compare(atNs, event.atNs);
            return byTime != 0 ? byTime : Long.compare(turn, event.turn);
        }

        @Override
        public boolean equals(Object other) {
            return this == other;
        }

        @Override
        public int hashCode() {
            return Long.hashCode(turn);
        }
    }

    long nowNs() {
        return nowNs;
    }

    /** @return how long it has lasted, in seconds */
    double seconds() {
        return (nowNs - START_NS) / 1e9;
    }

    /** @return how many things were done */
    long done() {
        return done;
    }

    /** @return for people's times */
    Clock wall() {
        return new Clock() {
            @Override
            public ZoneId getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
                return this;
            }

            @Override
            public Instant instant() {
                return START.plusNanos(nowNs);
            }
        };
    }

    /** Does it after so many nanoseconds. */
    ScheduledFuture<?> after(long delayNs, Runnable what) {
        return schedule(what, delayNs, TimeUnit.NANOSECONDS);
    }

    /**
     * Lets time pass.
     *
     * @param finished asked after each event
     * @return whether it was finished in time
     */
    boolean run(long atMostNs, BooleanSupplier finished) {
        long endNs = START_NS + atMostNs;
        while (!finished.getAsBoolean()) {
            Event<?> next = events.poll();
            if (next == null || next.atNs > endNs) {
                return false;
            }
            nowNs = next.atNs;
            done++;
            next.happen();
        }
        return true;
    }

    private <V> Event<V> add(Callable<V> what, long delayNs) {
        Event<V> event = new Event<>(nowNs + Math.max(0, delayNs), what);
        if (isShutdown()) {
            event.completeExceptionally(new CancellationException());
        } else {
            events.add(event);
        }
        return event;
    }

    @Override
    public void execute(Runnable what) {
        add(() -> {
            what.run();
            return null;
        }, 0);
    }

    @Override
    public ScheduledFuture<?> schedule(Runnable what, long delay, TimeUnit unit) {
        return add(() -> {
            what.run();
            return null;
        }, unit.toNanos(delay));
    }

    @Override
    public <V> ScheduledFuture<V> schedule(Callable<V> what, long delay, TimeUnit unit) {
        return add(what, unit.toNanos(delay));
    }

    @Override
    public ScheduledFuture<?> scheduleAtFixedRate(Runnable what, long first, long period, TimeUnit unit) {
        throw new UnsupportedOperationException("nothing ticks here");
    }

    @Override
    public ScheduledFuture<?> scheduleWithFixedDelay(Runnable what, long first, long delay, TimeUnit unit) {
        throw new UnsupportedOperationException("nothing ticks here");
    }

    @Override
    public void shutdown() {
        super.shutdown();
        events.clear();
    }
}
