package io.agentcgroup.engine.internal;

import io.agentcgroup.api.CallId;
import io.agentcgroup.api.Explanation;
import io.agentcgroup.api.Grant;
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
import io.agentcgroup.api.engine.WaitingStatus;
import io.agentcgroup.api.policy.AdmissionRequest;
import io.agentcgroup.api.policy.Decision;
import io.agentcgroup.api.policy.PolicyState;
import io.agentcgroup.api.policy.SessionState;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The gate: intents, policy, domain, limits, in that order, while the agent waits. A call for which there is no room waits, and is looked at
 * again when there may be some.
 */
final class Gate implements ToolCalls {

    private static final Logger LOG = LoggerFactory.getLogger(Gate.class);
    private static final int ROOT = 0;
    private static final int SHOWN_CHARS = 200;
    /** Agents give up on a command that says nothing for longer. */
    private static final Duration PAUSE_MOST = Duration.ofMinutes(10);
    /** A decision that others overtook is made again, but a busy gate must not make it for ever. */
    private static final int DECIDE_AT_MOST = 3;
    /** When so many in a row find no room, nobody behind them does. */
    private static final int LOOK_AT_MOST = 8;
    /** An agent reads each line: one about a better place, now and then. */
    private static final long TELL_AGAIN_NS = 10_000_000_000L;
    /** What it takes, after the deadline, to make the domain on a busy host. */
    private static final long DEADLINE_SLACK_MS = 2_000;
    /** For the journal: nobody was there to be born. */
    private static final int ECANCELED = 125;

    private final EngineContext engine;
    private final SessionRegistry sessions;
    private final Intents intents;
    private final Admission admission;
    private final Fence fence;
    private final WaitingRoom room;
    private final CallIds ids;
    /** How many calls were let in. Who decides on an older state decides again. */
    private final AtomicLong letIn = new AtomicLong();

    Gate(EngineContext engine, SessionRegistry sessions, Intents intents, Admission admission, Fence fence) {
        this.engine = engine;
        this.sessions = sessions;
        this.intents = intents;
        this.admission = admission;
        this.fence = fence;
        this.room = engine.room();
        this.ids = new CallIds(engine.clocks().now());
    }

    @Override
    public CompletionStage<OpenCall> open(SessionName name, CallRequest request, CallListener listener) {
        return open(name, request, listener, fence.threads());
    }

    @Override
    public CompletionStage<OpenCall> open(SessionName name, CallRequest request, CallListener listener, Executor threads) {
        try {
            OpenSession session = sessions.get(name).orElseThrow(() -> new CallRefusedException("there is no session " + name));
            if (request.uid() != session.session().uid() && request.uid() != ROOT) {
                throw new CallRefusedException("session " + session.name() + " belongs to another user");
            }
            enter(session);
            ToolCall call = new ToolCall(ids.next(), session.name(), request.kind(), request.shell(), request.command(),
                    request.commandTruncated(), request.cwd(), request.hint(), request.uid(), request.pid(), engine.clocks().now(),
                    engine.clocks().monotonicNs());
            Applicant applicant = new Applicant(session, call, request, listener);
            fence.run(threads, errand -> arrive(errand, applicant), () -> Decision.admit(safeGrant(applicant)),
                    forMs -> listener.waiting("this host is busy", forMs), decision -> follow(applicant, decision));
            return applicant.answer();
        } catch (CallRefusedException e) {
            return CompletableFuture.failedStage(e);
        }
    }

    private static void enter(OpenSession session) throws CallRefusedException {
        if (!session.enter()) {
            throw new CallRefusedException("session " + session.name() + " is being closed");
        }
    }

    private Decision arrive(Errand errand, Applicant applicant) {
        intents.ask(errand, applicant.call(), applicant::says);
        return decide(errand, applicant, false);
    }

    /** On a state in which nobody else is let in meanwhile. */
    private Decision decide(Errand errand, Applicant applicant, boolean timeIsUp) {
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

    private AdmissionRequest request(Applicant applicant, boolean timeIsUp) {
        long nowNs = engine.clocks().monotonicNs();
        PolicyState state = engine.state().read(StateReader.RECENT_NS, room.shown(room.before(applicant, nowNs), nowNs));
        SessionState session = state.session(applicant.session().name())
                .orElseGet(() -> engine.state().session(applicant.session(), StateReader.RECENT_NS));
        return new AdmissionRequest(applicant.call(), applicant.weighed().merged(), Said.intents(applicant.said()), session, state,
                applicant.waited(nowNs), timeIsUp);
    }

    private Grant safeGrant(Applicant applicant) {
        return SafeGrant.of(request(applicant, true));
    }

    /** The answer to a call that has just come. */
    private void follow(Applicant applicant, Decision decision) {
        try {
            if (decision instanceof Decision.Wait wait) {
                queue(applicant, wait);
            } else {
                letIn(applicant, ((Decision.Admit) decision).grant());
            }
        } finally {
            applicant.session().entered();
        }
    }

    private void queue(Applicant applicant, Decision.Wait wait) {
        synchronized (room) {
            applicant.waitsFor(wait, engine.clocks().monotonicNs(), engine.settings().waitMost());
            room.add(applicant);
        }
        reportBadHints(applicant);
        applicant.answer().whenComplete((call, failure) -> {
            if (room.remove(applicant)) {
                LOG.debug("call {} gave up waiting", applicant.call().id());
            }
        });
        armDeadline(applicant);
        tell(applicant);
        engine.workers().run(() -> engine.event("call-waits", applicant.session().name(), wait.reason(),
                Map.of("call", applicant.call().id().value(), "at_most_s", wait.atMost().toSeconds())));
        if (applicant.session().isClosing()) {
            room.refuse(applicant.session().name(), "session " + applicant.session().name() + " is being closed");
        }
        engine.workers().hurry();
        // What there was no room for when it was decided may have become free before it waited.
        engine.pressure().reconsider();
    }

    private void armDeadline(Applicant applicant) {
        synchronized (room) {
            Duration left = applicant.left(engine.clocks().monotonicNs());
            applicant.deadline(engine.workers().runAfter(left, () -> timeIsUp(applicant)));
        }
    }

    private void tell(Applicant applicant) {
        long nowNs = engine.clocks().monotonicNs();
        int place;
        long leftMs;
        String reason;
        synchronized (room) {
            List<Applicant> all = room.inOrder(nowNs);
            place = all.indexOf(applicant) + 1;
            if (place == 0 || !applicant.worthTelling(place, nowNs, TELL_AGAIN_NS)) {
                return;
            }
            leftMs = applicant.left(nowNs).toMillis();
            reason = Feedback.waits(applicant.waits().reason(), place, all.size(), leftMs);
        }
        try {
            applicant.listener().waiting(PrintableText.escape(reason), leftMs + DEADLINE_SLACK_MS);
        } catch (RuntimeException e) {
            LOG.warn("an agent could not be told that it waits", e);
        }
    }

    /** There may be room: looks at all who wait, in their order. On the thread of reactions, which asks one after the other. */
    void reconsider() {
        int stillWaiting = 0;
        for (Applicant applicant : room.inOrder(engine.clocks().monotonicNs())) {
            if (stillWaiting == LOOK_AT_MOST) {
                return;
            }
            Decision decision = fence.call(errand -> decide(errand, applicant, false), applicant::waits);
            if (decision instanceof Decision.Wait wait) {
                stillWaiting++;
                goOnWaiting(applicant, wait);
            } else {
                enterAfterWaiting(applicant, ((Decision.Admit) decision).grant());
            }
        }
    }

    private void goOnWaiting(Applicant applicant, Decision.Wait wait) {
        boolean sooner;
        synchronized (room) {
            sooner = room.contains(applicant) && applicant.waitsFor(wait, engine.clocks().monotonicNs(), engine.settings().waitMost());
        }
        if (sooner) {
            armDeadline(applicant);
        }
        tell(applicant);
    }

    private void timeIsUp(Applicant applicant) {
        if (!room.contains(applicant)) {
            return;
        }
        Decision decision = fence.call(errand -> decide(errand, applicant, true), applicant::waits);
        enterAfterWaiting(applicant, decision instanceof Decision.Admit admit ? admit.grant() : applicant.otherwise());
    }

    private void enterAfterWaiting(Applicant applicant, Grant grant) {
        OpenSession session = applicant.session();
        if (!room.remove(applicant)) {
            session.expectNoMore(applicant.call().id());
            return;
        }
        try {
            enter(session);
        } catch (CallRefusedException e) {
            session.expectNoMore(applicant.call().id());
            applicant.answer().completeExceptionally(e);
            return;
        }
        try {
            letIn(applicant, grant);
        } finally {
            session.entered();
        }
    }

    /** Makes the domain and answers. The caller has entered the session. */
    private void letIn(Applicant applicant, Grant grant) {
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
            if (!applicant.isWaiting()) {
                reportBadHints(applicant);
            }
            Explanation why = applicant.weighed().explanation(applicant.waited(engine.clocks().monotonicNs()));
            CallRecord record = new CallRecord(applicant.call(), grant, Said.intents(applicant.said()), why, declared(applicant));
            return grant.placement() == Placement.SERVICE
                    ? newService(session, record, request, applicant.listener())
                    : newDomain(session, record, request, applicant.listener());
        } catch (CgroupException | IllegalStateException e) {
            LOG.error("no domain for a call of session {}: {}", session.name(), e.getMessage());
            throw refused(session, e);
        }
    }

    /** What the agent declared, by which its next declarations are judged; 0 for nothing. */
    private static long declared(Applicant applicant) {
        return applicant.said().stream().filter(Said::advisory).map(Said::intent).filter(intent -> intent.memoryBytes().isPresent())
                .mapToLong(intent -> intent.memoryBytes().getAsLong()).findFirst().orElse(0);
    }

    private CallRefusedException refused(OpenSession session, RuntimeException cause) {
        engine.workers().run(() -> engine.event("call-refused", session.name(), "no domain: " + cause.getMessage(), Map.of()));
        CallRefusedException refused = new CallRefusedException("this command runs without a limit of its own: " + cause.getMessage());
        refused.initCause(cause);
        return refused;
    }

    private Made newService(OpenSession session, CallRecord record, CallRequest request, CallListener listener) {
        ServiceCall service = new ServiceCall(engine, session, record, listener);
        service.permitBirth(request.uid(), request.gid());
        return new Made(service, () -> { });
    }

    private Made newDomain(OpenSession session, CallRecord record, CallRequest request, CallListener listener) {
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

    private void reportBadHints(Applicant applicant) {
        ToolCall call = applicant.call();
        for (Said said : applicant.said()) {
            for (String notice : said.intent().notices()) {
                engine.workers().run(() -> engine.event("hint-bad", call.session(), notice, Map.of("call", call.id().value(),
                        "provider", said.intent().provider(),
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
    public List<WaitingStatus> waiting() {
        long nowNs = engine.clocks().monotonicNs();
        synchronized (room) {
            List<Applicant> all = room.inOrder(nowNs);
            return all.stream().map(one -> new WaitingStatus(one.call(), Said.intents(one.said()), one.waiting(all.indexOf(one) + 1, nowNs),
                    one.weighed().explanation(one.waited(nowNs)))).toList();
        }
    }

    @Override
    public boolean pause(CallId id, Duration atMost, String reason) {
        if (atMost.isNegative() || atMost.isZero() || atMost.compareTo(PAUSE_MOST) > 0) {
            throw new IllegalArgumentException("a call is paused for up to " + PAUSE_MOST.toSeconds() + " s, not " + atMost.toSeconds());
        }
        return note("call-paused", id, "paused", reason, engine.calls().find(id).filter(call -> call.treatment().pause(atMost, reason)));
    }

    @Override
    public boolean thaw(CallId id, String reason) {
        return note("call-thawed", id, "let go on", reason, engine.calls().find(id).filter(call -> call.treatment().thaw(reason)));
    }

    private boolean note(String kind, CallId id, String what, String reason, Optional<LiveCall> done) {
        done.ifPresent(call -> engine.event(kind, call.call().session(), "call " + id + " was " + what + ": " + reason, Map.of("call", id.value())));
        return done.isPresent();
    }

    @Override
    public boolean end(CallId id, String reason) {
        Optional<LiveCall> call = engine.calls().find(id);
        boolean ended = call.map(live -> live.treatment().end(reason)).orElse(false);
        if (ended) {
            engine.event("call-ended", call.get().call().session(), "call " + id + " was ended: " + reason, Map.of("call", id.value()));
        }
        return ended;
    }
}
