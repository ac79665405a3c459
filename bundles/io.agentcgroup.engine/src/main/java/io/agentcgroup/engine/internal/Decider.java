package io.agentcgroup.engine.internal;

import io.agentcgroup.api.policy.AdmissionRequest;
import io.agentcgroup.api.policy.Decision;
import io.agentcgroup.api.policy.PolicyState;
import io.agentcgroup.api.policy.SessionState;
import java.util.concurrent.atomic.AtomicLong;

/** Decides about who is at the gate, on the state of the host as it is then. Thread-safe. */
final class Decider {

    /** A decision that others overtook is made again, but a busy gate must not make it for ever. */
    private static final int DECIDE_AT_MOST = 3;

    private final EngineContext engine;
    private final Admission admission;
    private final WaitingRoom room;
    /** How many calls were let in. Who decides on an older state decides again. */
    private final AtomicLong letIn = new AtomicLong();

    Decider(EngineContext engine, Admission admission) {
        this.engine = engine;
        this.admission = admission;
        this.room = engine.room();
    }

    /** Asks the policy, on a state in which nobody else is let in meanwhile. Who is admitted is expected by his session from now on. */
    Decision decide(Errand errand, Applicant applicant, boolean timeIsUp) {
        for (int attempt = 1; ; attempt++) {
            long before = letIn.get();
            Decision decision = admission.admit(errand, request(applicant, timeIsUp));
            if (!(decision instanceof Decision.Admit admit)) {
                return decision;
            }
            applicant.session().expect(applicant.call().id(), admit.grant());
            if (letIn.compareAndSet(before, before + 1) || attempt == DECIDE_AT_MOST) {
                return decision;
            }
            applicant.session().expectNoMore(applicant.call().id());
        }
    }

    /** @return what holds when no plug-in answers */
    Decision otherwise(Applicant applicant) {
        return Decision.admit(SafeGrant.of(request(applicant, true)));
    }

    private AdmissionRequest request(Applicant applicant, boolean timeIsUp) {
        long nowNs = engine.clocks().monotonicNs();
        PolicyState state = engine.state().read(StateReader.RECENT_NS, room.shown(room.before(applicant, nowNs), nowNs));
        SessionState session = state.session(applicant.session().name())
                .orElseGet(() -> engine.state().session(applicant.session(), StateReader.RECENT_NS));
        return new AdmissionRequest(applicant.call(), applicant.weighed().merged(), Said.intents(applicant.said()), session, state,
                applicant.waited(nowNs), timeIsUp);
    }
}
