package io.agentcgroup.engine.internal;

import io.agentcgroup.api.CallId;
import io.agentcgroup.api.DomainEvents;
import io.agentcgroup.api.Usage;
import io.agentcgroup.api.cgroup.DomainListener;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/** Listens to the kernel for one call: whether it is short of something, and, when its end is awaited, whether it is empty. */
final class CallWatch extends LimitWatch {

    private final LiveCall call;
    private final Stalls stalls;
    private final AtomicBoolean awaited = new AtomicBoolean();
    private volatile boolean populated;

    CallWatch(EngineContext engine, OpenSession session, LiveCall call) {
        super(engine, session);
        this.call = call;
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
    Optional<CallId> call() {
        return Optional.of(call.id());
    }

    @Override
    DomainEvents counters() {
        return call.domain().events();
    }

    @Override
    void looked(DomainEvents since) {
        if (since.high() == 0) {
            return;
        }
        Usage usage = call.domain().usage();
        if (stalls.worthTelling(usage.memoryStallSomeUs())) {
            call.conversation().tell(call.held().feedback().stalled(Duration.ofNanos(usage.memoryStallSomeUs().getAsLong() * 1_000),
                    usage.memoryCurrentBytes()));
        }
    }
}
