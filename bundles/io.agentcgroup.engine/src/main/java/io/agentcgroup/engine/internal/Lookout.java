package io.agentcgroup.engine.internal;

import io.agentcgroup.api.Pressure;
import io.agentcgroup.api.Rung;
import io.agentcgroup.api.policy.HostState;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/**
 * Watches the memory of all sessions together while calls run: the kernel tells when a limit is reached, which is too late to make room, and
 * it never tells when memory was given back. The less is left, the more often it looks; with no call running it does not look at all.
 */
final class Lookout {

    /** Two CPUs of today fill no more than that in a second: between two looks only part of what is left can go. */
    private static final long FILLED_PER_S = 2L << 30;
    /** A look costs some 50 microseconds: half a percent of one CPU at its most frequent. */
    private static final long SHORTEST_NS = 10_000_000;
    private static final long LONGEST_NS = 250_000_000;
    /** Somebody is held back or waits: that should not last longer than it must. */
    private static final long LONGEST_WHILE_HELD_NS = 50_000_000;
    private static final double NS_PER_S = 1e9;
    /** That much of what is left can be gone at the next look, at the worst. */
    private static final double GONE_SHARE = 0.25;
    /** So much more than before is worth a question, as a share of the budget. */
    private static final int FREED_SHARE = 100;
    /** With somebody held back, the policy is asked at least so often: growth changes, too. */
    private static final long ASK_AGAIN_NS = 200_000_000;

    private final EngineContext engine;
    private final WaitingRoom room;
    private final Consumer<Pressure> report;
    // Guarded by this.
    private Future<?> next;
    private long askedNs;
    private long leftWhenAsked;
    private boolean closed;

    Lookout(EngineContext engine, Consumer<Pressure> report) {
        this.engine = engine;
        this.room = engine.room();
        this.report = report;
    }

    synchronized void callBegan() {
        if (next == null && !closed) {
            next = engine.workers().runAfter(Duration.ofNanos(SHORTEST_NS), this::look);
        }
    }

    /** Somebody was put on a rung, or let go. */
    synchronized void rungsChanged() {
        leftWhenAsked = Long.MAX_VALUE;
    }

    private void look() {
        long nowNs = engine.clocks().monotonicNs();
        HostState host = engine.state().look(nowNs);
        OptionalLong left = host.leftBytes();
        boolean held = !room.isEmpty() || engine.calls().all().stream().anyMatch(call -> call.standing().rung() != Rung.FREE);
        if (left.isPresent()) {
            tell(host, left.getAsLong(), held, nowNs);
        }
        synchronized (this) {
            boolean nothingRuns = engine.calls().isEmpty() && room.isEmpty();
            next = nothingRuns || closed ? null : engine.workers().runAfter(Duration.ofNanos(untilNextNs(left, held)), this::look);
        }
    }

    private void tell(HostState host, long left, boolean held, long nowNs) {
        boolean isShort = left < engine.settings().shortBytes(host.budgetBytes().orElse(left));
        synchronized (this) {
            boolean freed = left > leftWhenAsked && left - leftWhenAsked > host.budgetBytes().orElse(left) / FREED_SHARE;
            if (leftWhenAsked == Long.MAX_VALUE || left < leftWhenAsked) {
                leftWhenAsked = left;
            }
            if (!isShort && !(held && (freed || nowNs - askedNs > ASK_AGAIN_NS))) {
                return;
            }
            askedNs = nowNs;
            leftWhenAsked = left;
        }
        report.accept(new Pressure(Optional.empty(), Optional.empty(), isShort ? Pressure.Kind.HOST_SHORT : Pressure.Kind.MEMORY_FREED, left,
                nowNs));
    }

    private static long untilNextNs(OptionalLong left, boolean held) {
        long longest = held ? LONGEST_WHILE_HELD_NS : LONGEST_NS;
        long byRoom = left.isEmpty() ? longest : Math.round(left.getAsLong() * GONE_SHARE / FILLED_PER_S * NS_PER_S);
        return Math.max(SHORTEST_NS, Math.min(longest, byRoom));
    }

    synchronized void close() {
        closed = true;
        if (next != null) {
            next.cancel(false);
        }
    }
}
