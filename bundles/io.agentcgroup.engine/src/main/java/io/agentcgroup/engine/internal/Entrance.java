package io.agentcgroup.engine.internal;

import io.agentcgroup.api.Explanation;
import io.agentcgroup.api.Grant;
import io.agentcgroup.api.Placement;
import io.agentcgroup.api.cgroup.CgroupException;
import io.agentcgroup.api.cgroup.Domain;
import io.agentcgroup.api.engine.CallListener;
import io.agentcgroup.api.engine.CallRefusedException;
import io.agentcgroup.api.engine.CallRequest;
import io.agentcgroup.api.engine.OpenCall;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lets a call in: makes its domain, puts its limits in force, and answers whoever waits at the gate. */
final class Entrance {

    private static final Logger LOG = LoggerFactory.getLogger(Entrance.class);

    /** For the journal: nobody was there to be born. */
    private static final int ECANCELED = 125;

    private final EngineContext engine;

    Entrance(EngineContext engine) {
        this.engine = engine;
    }

    /** The caller has entered the session. */
    void letIn(Applicant applicant, Grant grant) {
        try {
            Made made = make(applicant, grant);
            // Now, not at the end: a quick call may be over before this thread is.
            applicant.session().expectNoMore(applicant.call().id());
            if (applicant.answer().complete(made.call())) {
                made.afterAnswer().run();
            } else {
                made.call().notStarted(ECANCELED);
            }
        } catch (CallRefusedException e) {
            applicant.answer().completeExceptionally(e);
        } catch (RuntimeException e) {
            LOG.error("a call of session {} could not be let in", applicant.session().name(), e);
            applicant.answer().completeExceptionally(e);
        } finally {
            applicant.session().expectNoMore(applicant.call().id());
        }
    }

    /**
     * A call that is let in.
     *
     * @param afterAnswer what is left to be done when the agent has its answer
     */
    private record Made(OpenCall call, Runnable afterAnswer) {
    }

    private Made make(Applicant applicant, Grant grant) throws CallRefusedException {
        OpenSession session = applicant.session();
        CallRequest request = applicant.request();
        try {
            Explanation why = applicant.weighed().explanation(applicant.waited(engine.clocks().monotonicNs()));
            CallRecord record = new CallRecord(applicant.call(), grant, Said.intents(applicant.said()), why, declared(applicant));
            return grant.placement() == Placement.SERVICE
                    ? service(session, record, request, applicant.listener())
                    : call(session, record, request, applicant.listener());
        } catch (CgroupException | IllegalStateException e) {
            LOG.error("no domain for a call of session {}: {}", session.name(), e.getMessage());
            throw refused(session, e);
        }
    }

    /** What the agent declared, by which its next declarations are judged; 0 for nothing. */
    private static long declared(Applicant applicant) {
        for (Said one : applicant.said()) {
            if (one.advisory() && one.intent().memoryBytes().isPresent()) {
                return one.intent().memoryBytes().getAsLong();
            }
        }
        return 0;
    }

    private CallRefusedException refused(OpenSession session, RuntimeException cause) {
        engine.workers().run(() -> engine.event("call-refused", session.name(), "no domain: " + cause.getMessage(), Map.of()));
        CallRefusedException refused = new CallRefusedException("this command runs without a limit of its own: " + cause.getMessage());
        refused.initCause(cause);
        return refused;
    }

    private Made service(OpenSession session, CallRecord record, CallRequest request, CallListener listener) {
        ServiceCall service = new ServiceCall(engine, session, record, listener);
        service.permitBirth(request.uid(), request.gid());
        return new Made(service, () -> { });
    }

    private Made call(OpenSession session, CallRecord record, CallRequest request, CallListener listener) {
        Domain domain = session.node().createCall(record.call().id());
        try {
            LiveCall live = LiveCall.granted(engine, session, record, domain, listener);
            live.begin(request.uid(), request.gid());
            session.add(live);
            engine.lookout().callBegan();
            return new Made(live, live::keepRecord);
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
}
