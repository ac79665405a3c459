package io.agentcgroup.engine.internal;

import io.agentcgroup.api.DomainEvents;
import io.agentcgroup.api.Pressure;
import io.agentcgroup.api.Pressure.Kind;
import io.agentcgroup.api.cgroup.CgroupException;
import io.agentcgroup.api.cgroup.DomainListener;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Listens to the kernel for one session: whether it became idle, and whether it is short of something as a whole. */
final class SessionWatch implements DomainListener {

    private static final Logger LOG = LoggerFactory.getLogger(SessionWatch.class);

    /** Ten looks a second are enough to react, whatever the kernel counts. */
    private static final Duration LOOK_INTERVAL = Duration.ofMillis(100);
    /** 15 % of a second lost to waiting for memory is felt; the kernel takes windows of half a second and more. */
    private static final Duration STALL = Duration.ofMillis(150);
    private static final Duration STALL_WINDOW = Duration.ofSeconds(1);

    private final EngineContext engine;
    private final OpenSession session;
    private final Runnable mayBeIdle;
    private final Throttle throttle;
    // Guarded by this.
    private DomainEvents seen = DomainEvents.ZERO;
    private long agentProcessesKilled;

    SessionWatch(EngineContext engine, OpenSession session, Runnable mayBeIdle) {
        this.engine = engine;
        this.session = session;
        this.mayBeIdle = mayBeIdle;
        this.throttle = new Throttle(engine.workers(), engine.clocks(), LOOK_INTERVAL, this::lookAtPressure);
    }

    /** The watches end with the session's node. */
    void open() {
        synchronized (this) {
            seen = session.node().ownEvents();
            agentProcessesKilled = session.node().agent().events().oomKill();
        }
        session.node().watch(this);
        try {
            session.node().watchMemoryPressure(false, STALL, STALL_WINDOW, () -> engine.workers().run(this::stalled));
        } catch (CgroupException e) {
            LOG.warn("no stall trigger for session {}: {}", session.name(), e.getMessage());
        }
    }

    @Override
    public void cgroupEvents() {
        if (session.closeWhenIdle().isPresent()) {
            engine.workers().run(mayBeIdle);
        }
    }

    @Override
    public void memoryEvents() {
        throttle.poke();
    }

    @Override
    public void pidsEvents() {
        throttle.poke();
    }

    private void stalled() {
        try {
            report(Kind.MEMORY_STALL, STALL.toNanos() / 1_000);
        } catch (CgroupException | IllegalStateException e) {
            LOG.debug("session {} was closed while it stalled: {}", session.name(), e.getMessage());
        }
    }

    private synchronized void lookAtPressure() {
        try {
            DomainEvents now = session.node().ownEvents();
            DomainEvents since = now.since(seen);
            seen = now;
            report(Kind.MEMORY_HIGH, since.high());
            report(Kind.MEMORY_MAX, since.max());
            report(Kind.PIDS_MAX, since.pidsMax());
            lookAtTheAgent();
        } catch (CgroupException | IllegalStateException e) {
            LOG.debug("session {} was closed while it was looked at: {}", session.name(), e.getMessage());
        }
    }

    /** It is protected, but an agent that is over its session's budget alone leaves the kernel no other victim. */
    private void lookAtTheAgent() {
        long killed = session.node().agent().events().oomKill();
        if (killed > agentProcessesKilled) {
            engine.event("agent-killed", session.name(), "memory ran out and the kernel ended " + (killed - agentProcessesKilled)
                    + " of the agent's own processes", Map.of("processes", killed - agentProcessesKilled));
            agentProcessesKilled = killed;
        }
    }

    private void report(Kind kind, long amount) {
        if (amount > 0) {
            engine.pressure().report(new Pressure(Optional.of(session.name()), Optional.empty(), kind, amount, engine.clocks().monotonicNs()));
        }
    }
}
