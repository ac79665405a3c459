package io.agentcgroup.engine.internal;

import io.agentcgroup.api.CallId;
import io.agentcgroup.api.DomainEvents;
import io.agentcgroup.api.Grant;
import io.agentcgroup.api.Pressure;
import io.agentcgroup.api.Session;
import io.agentcgroup.api.SessionName;
import io.agentcgroup.api.Usage;
import io.agentcgroup.api.cgroup.Domain;
import io.agentcgroup.api.cgroup.SessionNode;
import io.agentcgroup.api.engine.CallRefusedException;
import io.agentcgroup.api.engine.SessionStatus;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One open session: its node, its limits and its calls. Thread-safe. */
final class OpenSession {

    private static final Logger LOG = LoggerFactory.getLogger(OpenSession.class);

    private final SessionNode node;
    private final long domainId;
    private final EngineContext engine;
    private final Map<CallId, LiveCall> calls = new ConcurrentHashMap<>();
    private final Map<CallId, Grant> expected = new ConcurrentHashMap<>();
    private final Trust trust = new Trust();
    private final LongAdder ended = new LongAdder();
    private final CompletableFuture<Void> closed = new CompletableFuture<>();
    private final Gauge gauge;
    private final Gauge standing;
    private volatile Session session;
    private volatile SessionLimits limits;

    // Guarded by this.
    private boolean closing;
    private int entering;
    private boolean used;
    private Optional<String> closeWhenIdle = Optional.empty();

    OpenSession(Session session, SessionNode node, EngineContext engine) {
        this.session = session;
        this.node = node;
        this.domainId = node.id();
        this.engine = engine;
        this.gauge = new Gauge(node::memoryCurrentBytes);
        this.standing = new Gauge(this::readStanding);
        this.limits = SessionLimits.of(session, engine.settings(), engine.hostBudget());
        findTrust();
    }

    Session session() {
        return session;
    }

    SessionName name() {
        return session.name();
    }

    SessionNode node() {
        return node;
    }

    /** @return the node's id in the kernel, which can be asked when it is closed, too */
    long domainId() {
        return domainId;
    }

    Gauge gauge() {
        return gauge;
    }

    /** @return of what agent, services and leftovers hold together, files left out */
    Gauge standing() {
        return standing;
    }

    private OptionalLong readStanding() {
        long sum = 0;
        for (Domain domain : List.of(node.agent(), node.background(), node.services())) {
            OptionalLong anon = domain.memoryAnonBytes();
            if (anon.isEmpty()) {
                return anon;
            }
            sum += anon.getAsLong();
        }
        return OptionalLong.of(sum);
    }

    /** @return what no call can have, as was last seen: it is said when a call ends, and then the session may, too */
    private long asideBytes() {
        return Math.max(limits.reserveBytes(), standing.last().orElse(0));
    }

    SessionLimits limits() {
        return limits;
    }

    CompletableFuture<Void> closed() {
        return closed;
    }

    /** Another budget or priority, from the next call on; running calls keep what they were granted. */
    void changeTo(Session changed) {
        session = changed;
        limits = SessionLimits.of(changed, engine.settings(), engine.hostBudget());
        keepRecord();
        applyLimits();
    }

    /** Where a restarted daemon finds it. */
    void keepRecord() {
        node.setAttribute(SessionRecord.KEY, SessionRecord.write(session));
    }

    /** Puts the session's own limits in force; calls have theirs. */
    void applyLimits() {
        engine.enforcers().apply(session, node, limits.session());
        engine.enforcers().apply(session, node.agent(), limits.agent());
        engine.enforcers().apply(session, node.background(), limits.background());
        engine.enforcers().apply(session, node.services(), limits.services());
    }

    /** Nobody keeps limits for what is about to be removed. */
    void releaseLimits() {
        for (Domain domain : List.of(node.services(), node.background(), node.agent(), node)) {
            engine.enforcers().release(domain);
        }
    }

    /**
     * A call is about to be made; the session is not closed before {@link #entered} is called.
     *
     * @throws CallRefusedException when the session is being closed
     */
    synchronized void enter() throws CallRefusedException {
        if (closing) {
            throw new CallRefusedException("session " + name() + " is being closed");
        }
        entering++;
        used = true;
    }

    synchronized void entered() {
        entering--;
        notifyAll();
    }

    /** A call was granted and is being made: it counts from now on. */
    void expect(CallId id, Grant grant) {
        expected.put(id, grant);
    }

    /** It is there, or does not come. */
    void expectNoMore(CallId id) {
        expected.remove(id);
    }

    Map<CallId, Grant> expected() {
        return expected;
    }

    /** @return how far this session's declarations are believed */
    Trust trust() {
        return trust;
    }

    /** Keeps what was learned where a restarted daemon finds it. */
    void keepTrust() {
        node.setAttribute(Trust.KEY, trust.write());
    }

    private void findTrust() {
        try {
            node.attribute(Trust.KEY).ifPresent(trust::read);
        } catch (IllegalArgumentException e) {
            LOG.warn("what was learned of the declarations of session {} cannot be read: {}", name(), e.getMessage());
        }
    }

    void add(LiveCall call) {
        calls.put(call.id(), call);
        engine.calls().add(call);
        shareAnew(calls.size() - 1);
    }

    void remove(LiveCall call) {
        calls.remove(call.id());
        engine.calls().remove(call);
        ended.increment();
        shareAnew(calls.size());
    }

    /** What a budget leaves beside what each call was promised is another now. */
    private void shareAnew(int others) {
        if (others > 0 && session.memoryBudgetBytes().isPresent()) {
            engine.pressure().report(new Pressure(Optional.of(name()), Optional.empty(), Pressure.Kind.CALLS_CHANGED, calls.size(),
                    engine.clocks().monotonicNs()));
        }
    }

    Collection<LiveCall> calls() {
        return calls.values();
    }

    Optional<LiveCall> call(CallId id) {
        return Optional.ofNullable(calls.get(id));
    }

    synchronized boolean isClosing() {
        return closing;
    }

    /** @return whether the caller may close it now; only one may */
    synchronized boolean beginClosing() {
        if (closing) {
            return false;
        }
        closing = true;
        return true;
    }

    /** @return whether nothing runs and the caller may close it now; else it is closed as soon as nothing runs */
    synchronized boolean beginClosingIfIdle(String reason) {
        if (closing || isBusy()) {
            closeWhenIdle = Optional.of(reason);
            return false;
        }
        closing = true;
        return true;
    }

    private boolean isBusy() {
        return entering > 0 || !calls.isEmpty() || node.populated();
    }

    /** @return why it is to be closed as soon as nothing runs in it; empty when it stays */
    synchronized Optional<String> closeWhenIdle() {
        return closeWhenIdle;
    }

    /** Somebody wants the session again. */
    synchronized void stay() {
        closeWhenIdle = Optional.empty();
        used = true;
    }

    /** @return whether neither a call nor an agent came since this daemon knows the session */
    synchronized boolean unused() {
        return !used;
    }

    /** Waits until no call is about to be made any more. */
    synchronized void awaitEntered(long atMostMs) throws InterruptedException {
        long deadline = System.nanoTime() + atMostMs * 1_000_000;
        for (long left = atMostMs; entering > 0 && left > 0; left = (deadline - System.nanoTime()) / 1_000_000) {
            wait(left);
        }
    }

    /** @return what a call of this session can be given at most */
    OptionalLong mostForACall() {
        OptionalLong budget = session.memoryBudgetBytes().isPresent() ? session.memoryBudgetBytes() : engine.hostBudget();
        return budget.isPresent() ? OptionalLong.of(Math.max(0, budget.getAsLong() - asideBytes())) : budget;
    }

    /** @return how often memory ran out at the session's own limit */
    long ooms() {
        DomainEvents own = node.ownEvents();
        return own.oom();
    }

    SessionStatus status() {
        Usage background = node.background().usage();
        // What no controller counts, none bounds.
        boolean bounded = background.memoryCurrentBytes().isPresent() && engine.enforcers().enforce();
        OptionalLong most = bounded ? limits.background().memoryMaxBytes() : OptionalLong.empty();
        return new SessionStatus(session, node.usage(), node.events(), node.agent().usage(), background, most, node.background().processes().size(),
                node.services().processes().size(), calls.size(), ended.sum());
    }
}
