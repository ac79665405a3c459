package io.agentcgroup.engine.internal;

import io.agentcgroup.api.DomainEvents;
import io.agentcgroup.api.Pressure;
import io.agentcgroup.api.Pressure.Kind;
import io.agentcgroup.api.Usage;
import io.agentcgroup.api.cgroup.CgroupException;
import io.agentcgroup.api.cgroup.DomainListener;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Listens to the kernel for one call: whether it is short of something, and, when its end is awaited, whether it is empty. */
final class CallWatch implements DomainListener {

    private static final Logger LOG = LoggerFactory.getLogger(CallWatch.class);

    /** A call that is stuck at its soft limit makes thousands of events a second; ten looks are enough to react. */
    private static final Duration LOOK_INTERVAL = Duration.ofMillis(100);

    private final EngineContext engine;
    private final OpenSession session;
    private final LiveCall call;
    private final Throttle throttle;
    private final Stalls stalls;
    private final AtomicBoolean awaited = new AtomicBoolean();
    private volatile boolean populated;
    /** Guarded by this. */
    private DomainEvents seen = DomainEvents.ZERO;

    CallWatch(EngineContext engine, OpenSession session, LiveCall call) {
        this.engine = engine;
        this.session = session;
        this.call = call;
        this.throttle = new Throttle(engine.workers(), engine.clocks(), LOOK_INTERVAL, this::lookAtPressure);
        this.stalls = new Stalls(engine.settings().stallTold());
    }

    /** The watch ends with the domain. */
    void open() {
        call.domain().watchLimits(this);
    }

    /** From now on the call's end is awaited, and the kernel tells when its last process leaves; it may have left already. */
    void awaitEmptiness() {
        if (awaited.compareAndSet(false, true)) {
            call.domain().watch(new DomainListener() {
                @Override
                public void cgroupEvents() {
                    if (call.waitsForEmptiness()) {
                        call.lookSoon();
                    }
                }
            });
        }
    }

    /** Likewise, for a call that was found. */
    void openFound() {
        open();
        awaitEmptiness();
        populated = call.waitsForEmptiness() && call.domain().populated();
    }

    /** @return whether an adopted call was alive when it was found */
    boolean wasPopulated() {
        return populated;
    }

    @Override
    public void memoryEvents() {
        throttle.poke();
    }

    @Override
    public void pidsEvents() {
        throttle.poke();
    }

    private synchronized void lookAtPressure() {
        try {
            DomainEvents now = call.domain().events();
            DomainEvents since = now.since(seen);
            seen = now;
            report(Kind.MEMORY_HIGH, since.high());
            report(Kind.MEMORY_MAX, since.max());
            report(Kind.PIDS_MAX, since.pidsMax());
            if (since.high() > 0) {
                tellOfStall();
            }
        } catch (CgroupException | IllegalStateException e) {
            LOG.debug("call {} ended while it was looked at: {}", call.id(), e.getMessage());
        }
    }

    private void report(Kind kind, long amount) {
        if (amount > 0) {
            engine.pressure().report(new Pressure(Optional.of(session.name()), Optional.of(call.id()), kind, amount, engine.clocks().monotonicNs()));
        }
    }

    private void tellOfStall() {
        Usage usage = call.domain().usage();
        if (stalls.worthTelling(usage.memoryStallSomeUs())) {
            call.conversation().tell(call.held().feedback().stalled(Duration.ofNanos(usage.memoryStallSomeUs().getAsLong() * 1_000),
                    usage.memoryCurrentBytes()));
        }
    }
}
