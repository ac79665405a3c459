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
 * it never tells when memory was given back. How often is a matter of {@link Attention}; with no call running it does not look at all.
 */
final class Lookout {

    /** Most calls of agents are over before that. */
    private static final Duration FIRST_AFTER = Duration.ofMillis(10);

    private final EngineContext engine;
    private final WaitingRoom room;
    private final Consumer<Pressure> report;
    // Guarded by this.
    private final Attention attention = new Attention();
    private Future<?> next;
    private boolean closed;

    Lookout(EngineContext engine, Consumer<Pressure> report) {
        this.engine = engine;
        this.room = engine.room();
        this.report = report;
    }

    synchronized void callBegan() {
        if (next == null && !closed) {
            next = engine.workers().runAfter(FIRST_AFTER, this::look);
        }
    }

    /** Somebody was put on a rung, or let go. */
    synchronized void rungsChanged() {
        attention.rungsChanged();
    }

    /** @param cpuNs what it has taken to do something about what was seen */
    synchronized void took(long cpuNs) {
        attention.took(cpuNs, engine.clocks().monotonicNs());
    }

    private void look() {
        long cpuBeforeNs = engine.clocks().threadCpuNs();
        long nowNs = engine.clocks().monotonicNs();
        HostState host = engine.state().look(nowNs);
        OptionalLong left = host.leftBytes();
        boolean held = !room.isEmpty() || engine.calls().all().stream().anyMatch(call -> call.standing().rung() != Rung.FREE);
        if (left.isPresent()) {
            tell(host, left.getAsLong(), held, nowNs);
        }
        took(engine.clocks().threadCpuNs() - cpuBeforeNs);
        synchronized (this) {
            boolean nothingRuns = engine.calls().isEmpty() && room.isEmpty();
            long untilNextNs = attention.untilNextNs(left, held, engine.clocks().monotonicNs());
            next = nothingRuns || closed ? null : engine.workers().runAfter(Duration.ofNanos(untilNextNs), this::look);
        }
    }

    private void tell(HostState host, long left, boolean held, long nowNs) {
        long budget = host.budgetBytes().orElse(left);
        boolean isShort;
        boolean worth;
        synchronized (this) {
            isShort = attention.leftSoon(left, nowNs) < engine.settings().shortBytes(budget);
            worth = attention.isWorthAsking(left, budget, isShort, held, nowNs);
        }
        if (worth) {
            report.accept(new Pressure(Optional.empty(), Optional.empty(), isShort ? Pressure.Kind.HOST_SHORT : Pressure.Kind.MEMORY_FREED,
                    left, nowNs));
        }
    }

    synchronized void close() {
        closed = true;
        if (next != null) {
            next.cancel(false);
        }
    }
}
