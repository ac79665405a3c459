package io.agentcgroup.engine.internal;

import io.agentcgroup.api.CallId;
import io.agentcgroup.api.DomainEvents;
import io.agentcgroup.api.Outcome;
import io.agentcgroup.api.cgroup.Domain.Watch;
import io.agentcgroup.api.engine.OpenCall;
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
final class ServiceCall implements OpenCall {

    private final EngineContext engine;
    private final OpenSession session;
    private final CallRecord record;
    private final Conversation conversation;
    private final List<String> notices;
    private final Watch permit;
    private final AtomicBoolean over = new AtomicBoolean();

    ServiceCall(EngineContext engine, OpenSession session, CallRecord record, Conversation conversation, int uid, int gid) {
        this.engine = engine;
        this.session = session;
        this.record = record;
        this.conversation = conversation;
        this.notices = conversation.note(record.intents().stream().flatMap(intent -> intent.notices().stream()).map(Word::plain).toList());
        this.permit = session.node().permitBirth(session.node().services(), uid, gid);
    }

    @Override
    public CallId id() {
        return record.call().id();
    }

    @Override
    public int directoryDescriptor() {
        return session.node().services().directoryDescriptor();
    }

    @Override
    public int oomScoreAdj() {
        return OomScore.of(session.session().priority());
    }

    @Override
    public OptionalInt schedulingPolicy() {
        return engine.enforcers().schedulingPolicy();
    }

    @Override
    public List<String> notices() {
        return notices;
    }

    @Override
    public Optional<String> twin(String line) {
        return conversation.twin(line);
    }

    @Override
    public void started(int pid) {
        permit.close();
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
        permit.close();
        if (over.compareAndSet(false, true)) {
            Duration duration = Duration.ofNanos(engine.clocks().monotonicNs() - record.call().receivedMonotonicNs());
            Outcome outcome = new Outcome(record.call(), record.grant(), record.intents(), end,
                    leader.map(WaitStatus::exitCode).orElse(OptionalInt.empty()),
                    leader.map(WaitStatus::signal).orElse(OptionalInt.empty()),
                    duration, engine.clocks().now(), Usages.UNKNOWN, DomainEvents.ZERO, 0, conversation.told(), false, Optional.empty(), record.why());
            engine.workers().run(() -> engine.journal().append(outcome));
        }
    }
}
