package io.agentcgroup.engine.internal;

import io.agentcgroup.api.CallId;
import io.agentcgroup.api.DomainEvents;
import io.agentcgroup.api.Pressure.Kind;
import io.agentcgroup.api.cgroup.CgroupException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Listens to the kernel for one session: whether it became idle, and whether it is short of something as a whole. */
final class SessionWatch extends LimitWatch {

    private static final Logger LOG = LoggerFactory.getLogger(SessionWatch.class);

    /** 15 % of a second lost to waiting for memory is felt; the kernel takes windows of half a second and more. */
    private static final Duration STALL = Duration.ofMillis(150);
    private static final Duration STALL_WINDOW = Duration.ofSeconds(1);

    private final EngineContext engine;
    private final OpenSession session;
    private final Runnable mayBeIdle;
    /** Guarded by this. */
    private long agentProcessesKilled;

    SessionWatch(EngineContext engine, OpenSession session, Runnable mayBeIdle) {
        super(engine, session);
        this.engine = engine;
        this.session = session;
        this.mayBeIdle = mayBeIdle;
    }

    /** The watches end with the session's node. */
    void open() {
        synchronized (this) {
            beginHere();
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

    private void stalled() {
        try {
            report(Kind.MEMORY_STALL, STALL.toNanos() / 1_000);
        } catch (CgroupException | IllegalStateException e) {
            LOG.debug("session {} was closed while it stalled: {}", session.name(), e.getMessage());
        }
    }

    @Override
    Optional<CallId> call() {
        return Optional.empty();
    }

    @Override
    DomainEvents counters() {
        return session.node().ownEvents();
    }

    /** The agent is protected, but one that is over its session's budget alone leaves the kernel no other victim. */
    @Override
    void looked(DomainEvents since) {
        long killed = session.node().agent().events().oomKill();
        if (killed > agentProcessesKilled) {
            engine.event("agent-killed", session.name(), "memory ran out and the kernel ended " + (killed - agentProcessesKilled)
                    + " of the agent's own processes", Map.of("processes", killed - agentProcessesKilled));
            agentProcessesKilled = killed;
        }
    }
}
