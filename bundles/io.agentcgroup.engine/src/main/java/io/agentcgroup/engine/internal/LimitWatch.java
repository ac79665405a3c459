package io.agentcgroup.engine.internal;

import io.agentcgroup.api.CallId;
import io.agentcgroup.api.DomainEvents;
import io.agentcgroup.api.Pressure;
import io.agentcgroup.api.Pressure.Kind;
import io.agentcgroup.api.cgroup.CgroupException;
import io.agentcgroup.api.cgroup.DomainListener;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Hears that a limit was reached, looks now and then how often, and reports that as pressure. */
abstract class LimitWatch implements DomainListener {

    private static final Logger LOG = LoggerFactory.getLogger(LimitWatch.class);

    /** What is stuck at its soft limit makes thousands of events a second; ten looks are enough to react. */
    private static final Duration LOOK_INTERVAL = Duration.ofMillis(100);

    private final EngineContext engine;
    private final OpenSession session;
    private final Throttle throttle;
    /** Guarded by this. */
    private DomainEvents seen = DomainEvents.ZERO;

    LimitWatch(EngineContext engine, OpenSession session) {
        this.engine = engine;
        this.session = session;
        this.throttle = new Throttle(engine.workers(), engine.clocks(), LOOK_INTERVAL, this::look);
    }

    /** @return whom it is about; empty for the session as a whole */
    abstract Optional<CallId> call();

    /** @return the counters as they are now */
    abstract DomainEvents counters();

    /** The counters were looked at. @param since what was added since the look before */
    abstract void looked(DomainEvents since);

    /** What was counted until now is nothing new. */
    final synchronized void beginHere() {
        seen = counters();
    }

    @Override
    public final void memoryEvents() {
        throttle.poke();
    }

    @Override
    public final void pidsEvents() {
        throttle.poke();
    }

    private synchronized void look() {
        try {
            DomainEvents now = counters();
            DomainEvents since = now.since(seen);
            seen = now;
            report(Kind.MEMORY_HIGH, since.high());
            report(Kind.MEMORY_MAX, since.max());
            report(Kind.PIDS_MAX, since.pidsMax());
            looked(since);
        } catch (CgroupException | IllegalStateException e) {
            LOG.debug("{} ended while it was looked at: {}", call().map(id -> "call " + id).orElse("session " + session.name()), e.getMessage());
        }
    }

    final void report(Kind kind, long amount) {
        if (amount > 0) {
            engine.pressure().report(new Pressure(Optional.of(session.name()), call(), kind, amount, engine.clocks().monotonicNs()));
        }
    }
}
