package io.agentcgroup.engine.internal;

import io.agentcgroup.api.CallId;
import io.agentcgroup.api.Grant;
import io.agentcgroup.api.Intent;
import io.agentcgroup.api.Placement;
import io.agentcgroup.api.PrintableText;
import io.agentcgroup.api.SessionName;
import io.agentcgroup.api.ToolCall;
import io.agentcgroup.api.cgroup.CgroupException;
import io.agentcgroup.api.cgroup.Domain;
import io.agentcgroup.api.engine.CallListener;
import io.agentcgroup.api.engine.CallRefusedException;
import io.agentcgroup.api.engine.CallRequest;
import io.agentcgroup.api.engine.CallStatus;
import io.agentcgroup.api.engine.OpenCall;
import io.agentcgroup.api.engine.ToolCalls;
import io.agentcgroup.api.policy.AdmissionRequest;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The gate: intents, policy, domain, limits, in that order, while the agent waits. */
final class Gate implements ToolCalls {

    private static final Logger LOG = LoggerFactory.getLogger(Gate.class);
    private static final int ROOT = 0;
    private static final int SHOWN_CHARS = 200;

    private final EngineContext engine;
    private final SessionRegistry sessions;
    private final Intents intents;
    private final Admission admission;
    private final CallIds ids;

    Gate(EngineContext engine, SessionRegistry sessions, Intents intents, Admission admission) {
        this.engine = engine;
        this.sessions = sessions;
        this.intents = intents;
        this.admission = admission;
        this.ids = new CallIds(engine.clocks().now());
    }

    @Override
    public CompletionStage<OpenCall> open(SessionName name, CallRequest request, CallListener listener) {
        try {
            OpenSession session = sessions.get(name).orElseThrow(() -> new CallRefusedException("there is no session " + name));
            if (!session.enter()) {
                throw new CallRefusedException("session " + name + " is being closed");
            }
            try {
                return CompletableFuture.completedStage(admit(session, request, listener));
            } finally {
                session.entered();
            }
        } catch (CallRefusedException e) {
            return CompletableFuture.failedStage(e);
        }
    }

    private OpenCall admit(OpenSession session, CallRequest request, CallListener listener) throws CallRefusedException {
        if (request.uid() != session.session().uid() && request.uid() != ROOT) {
            throw new CallRefusedException("session " + session.name() + " belongs to another user");
        }
        ToolCall call = new ToolCall(ids.next(), session.name(), request.kind(), request.shell(), request.command(),
                request.commandTruncated(), request.cwd(), request.hint(), request.uid(), request.pid(), engine.clocks().now(),
                engine.clocks().monotonicNs());
        try {
            List<Intent> answers = intents.of(call);
            reportBadHints(call, answers);
            Grant grant = admission.admit(new AdmissionRequest(call, Intents.merge(answers), answers, session.policyState()));
            CallRecord record = new CallRecord(call, grant, answers);
            return grant.placement() == Placement.SERVICE
                    ? new ServiceCall(engine, session, record, new Conversation(listener), request.uid(), request.gid())
                    : newDomain(session, record, request, listener);
        } catch (CgroupException | IllegalStateException e) {
            LOG.error("no domain for a call of session {}: {}", session.name(), e.getMessage());
            throw refused(session, e);
        }
    }

    private CallRefusedException refused(OpenSession session, RuntimeException cause) {
        engine.workers().run(() -> engine.event("call-refused", session.name(), "no domain: " + cause.getMessage(), Map.of()));
        CallRefusedException refused = new CallRefusedException("this command runs without a limit of its own: " + cause.getMessage());
        refused.initCause(cause);
        return refused;
    }

    private LiveCall newDomain(OpenSession session, CallRecord record, CallRequest request, CallListener listener) {
        Domain domain = session.node().createCall(record.call().id());
        try {
            LiveCall live = LiveCall.granted(engine, session, record, domain, listener);
            live.begin(request.uid(), request.gid());
            session.add(live);
            return live;
        } catch (RuntimeException e) {
            engine.enforcers().release(domain);
            removeAfter(e, domain);
            throw e;
        }
    }

    private static void removeAfter(RuntimeException cause, Domain domain) {
        try {
            domain.remove();
        } catch (CgroupException | IllegalStateException e) {
            cause.addSuppressed(e);
        }
    }

    private void reportBadHints(ToolCall call, List<Intent> answers) {
        for (Intent answer : answers) {
            for (String notice : answer.notices()) {
                engine.workers().run(() -> engine.event("hint-bad", call.session(), notice, Map.of("call", call.id().value(),
                        "provider", answer.provider(),
                        "hint", call.hint().map(hint -> PrintableText.escape(hint.text(), SHOWN_CHARS)).orElse(""))));
            }
        }
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
    public boolean end(CallId id, String reason) {
        Optional<LiveCall> call = engine.calls().find(id);
        boolean ended = call.map(live -> live.end(reason)).orElse(false);
        if (ended) {
            engine.event("call-ended", call.get().call().session(), "call " + id + " was ended: " + reason, Map.of("call", id.value()));
        }
        return ended;
    }
}
