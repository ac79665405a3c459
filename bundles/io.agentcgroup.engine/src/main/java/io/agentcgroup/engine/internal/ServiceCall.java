package io.agentcgroup.engine.internal;

import io.agentcgroup.api.DomainEvents;
import io.agentcgroup.api.Outcome;
import io.agentcgroup.api.engine.CallListener;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A long-lived child that is no tool call: born in {@code services/}, which it shares, so nothing is measured for it alone. When its
 * first process ends, what it started stays.
 */
final class ServiceCall extends GrantedCall {

    private final CallRecord record;
    private final AtomicBoolean over = new AtomicBoolean();

    ServiceCall(EngineContext engine, OpenSession session, CallRecord record, CallListener listener) {
        super(engine, session, record, session.node().services(), listener);
        this.record = record;
    }

    @Override
    public void started(int pid) {
        endPermit();
    }

    @Override
    public void notStarted(int errno) {
        end(Outcome.End.NOT_STARTED, Optional.empty());
    }

    @Override
    public CompletionStage<List<String>> exited(int waitStatus) {
        end(Outcome.End.EXITED, Optional.of(new WaitStatus(waitStatus)));
        return CompletableFuture.completedStage(List.of());
    }

    @Override
    public void abandoned() {
        end(Outcome.End.EXITED, Optional.empty());
    }

    private void end(Outcome.End end, Optional<WaitStatus> leader) {
        endPermit();
        if (over.compareAndSet(false, true)) {
            Duration duration = Duration.ofNanos(engine().clocks().monotonicNs() - call().receivedMonotonicNs());
            Outcome outcome = new Outcome(call(), record.grant(), record.intents(), end,
                    leader.map(WaitStatus::exitCode).orElse(OptionalInt.empty()),
                    leader.map(WaitStatus::signal).orElse(OptionalInt.empty()),
                    duration, engine().clocks().now(), Usages.UNKNOWN, DomainEvents.ZERO, 0, conversation().told(), false, Optional.empty(),
                    record.why());
            engine().workers().run(() -> engine().journal().append(outcome));
        }
    }
}
