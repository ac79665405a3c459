package io.agentcgroup.engine.internal;

import io.agentcgroup.api.CallId;
import io.agentcgroup.api.SessionName;
import io.agentcgroup.api.cgroup.CgroupException;
import io.agentcgroup.api.engine.CallListener;
import io.agentcgroup.api.engine.CallRequest;
import io.agentcgroup.api.engine.CallStatus;
import io.agentcgroup.api.engine.OpenCall;
import io.agentcgroup.api.engine.ToolCalls;
import io.agentcgroup.api.engine.WaitingStatus;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where agents, sockets and people come with calls: new ones go to the gate, of the others they see how they are, and may stop and end them. */
final class CallDesk implements ToolCalls {

    private static final Logger LOG = LoggerFactory.getLogger(CallDesk.class);

    /** Agents give up on a command that says nothing for longer. */
    private static final Duration PAUSE_MOST = Duration.ofMinutes(10);

    private final EngineContext engine;
    private final SessionRegistry sessions;
    private final Gate gate;

    CallDesk(EngineContext engine, SessionRegistry sessions, Gate gate) {
        this.engine = engine;
        this.sessions = sessions;
        this.gate = gate;
    }

    @Override
    public CompletionStage<OpenCall> open(SessionName session, CallRequest request, CallListener listener) {
        return gate.open(session, request, listener);
    }

    @Override
    public CompletionStage<OpenCall> open(SessionName session, CallRequest request, CallListener listener, Executor threads) {
        return gate.open(session, request, listener, threads);
    }

    @Override
    public Optional<OpenCall> resume(SessionName session, CallId id, CallListener listener) {
        return sessions.get(session).flatMap(open -> open.call(id)).filter(call -> call.resume(listener)).map(OpenCall.class::cast);
    }

    @Override
    public List<CallStatus> running() {
        return engine.calls().all().stream().flatMap(call -> status(call).stream()).toList();
    }

    private static Optional<CallStatus> status(LiveCall call) {
        try {
            return Optional.of(call.status());
        } catch (CgroupException | IllegalStateException e) {
            LOG.debug("call {} ended while it was listed", call.id());
            return Optional.empty();
        }
    }

    @Override
    public List<WaitingStatus> waiting() {
        return engine.room().statuses(engine.clocks().monotonicNs());
    }

    @Override
    public boolean pause(CallId id, Duration atMost, String reason) {
        if (atMost.isNegative() || atMost.isZero() || atMost.compareTo(PAUSE_MOST) > 0) {
            throw new IllegalArgumentException("a call is paused for up to " + PAUSE_MOST.toSeconds() + " s, not " + atMost.toSeconds());
        }
        return done("call-paused", id, "paused", reason, treatment -> treatment.pause(atMost, reason));
    }

    @Override
    public boolean thaw(CallId id, String reason) {
        return done("call-thawed", id, "let go on", reason, treatment -> treatment.thaw(reason));
    }

    @Override
    public boolean end(CallId id, String reason) {
        return done("call-ended", id, "ended", reason, treatment -> treatment.end(reason));
    }

    /** @return whether there was such a call and something to do, which is then journalled */
    private boolean done(String kind, CallId id, String what, String reason, Predicate<Treatment> deed) {
        Optional<LiveCall> done = engine.calls().find(id).filter(call -> deed.test(call.treatment()));
        done.ifPresent(call -> engine.event(kind, call.call().session(), "call " + id + " was " + what + ": " + reason, Map.of("call", id.value())));
        return done.isPresent();
    }
}
