package io.agentcgroup.engine.internal;

import io.agentcgroup.api.CallId;
import io.agentcgroup.api.Explanation;
import io.agentcgroup.api.Grant;
import io.agentcgroup.api.Intent;
import io.agentcgroup.api.Limits;
import io.agentcgroup.api.Outcome;
import io.agentcgroup.api.Rung;
import io.agentcgroup.api.Standing;
import io.agentcgroup.api.ToolCall;
import io.agentcgroup.api.Usage;
import io.agentcgroup.api.cgroup.CgroupException;
import io.agentcgroup.api.cgroup.Domain;
import io.agentcgroup.api.cgroup.Domain.Watch;
import io.agentcgroup.api.enforce.KernelAccount;
import io.agentcgroup.api.engine.CallListener;
import io.agentcgroup.api.engine.CallStatus;
import io.agentcgroup.api.engine.OpenCall;
import io.agentcgroup.engine.internal.CallLife.State;
import io.agentcgroup.engine.internal.CallLife.Step;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One call with a domain of its own, from the grant to the removed directory. The agent waits for {@link #open} and
 * {@link #exited}; everything else is done by the workers.
 */
final class LiveCall implements OpenCall {

    private static final Logger LOG = LoggerFactory.getLogger(LiveCall.class);

    /** Who did it, in a call's explanation. */
    private static final String OPERATOR = "operator";
    /** How long a directory that cannot be removed is left alone before it is tried again; then twice that, and so on. */
    private static final Duration REMOVE_AGAIN = Duration.ofSeconds(1);
    private static final int REMOVE_ATTEMPTS = 6;
    /** A shim that lost its connection to an earlier daemon comes back with the exit code a moment after the command ends. */
    private static final Duration RESUME_GRACE = Duration.ofSeconds(1);

    private final EngineContext engine;
    private final OpenSession session;
    private final ToolCall call;
    private final List<Intent> intents;
    private final Explanation why;
    private final long declaredBytes;
    private final Chronicle chronicle = new Chronicle();
    private final Domain domain;
    private final long domainId;
    private final CallLife life;
    private final boolean adopted;
    private final long sessionOomsBefore;
    private final Conversation conversation;
    private final List<String> notices;
    private final CallWatch watch;
    private final Ladder ladder;
    private final Gauge gauge;
    private final Curve curve;
    private final long beganNs;
    private final Object recordLock = new Object();
    private final AtomicReference<String> endReason = new AtomicReference<>();
    private final AtomicBoolean answered = new AtomicBoolean();
    private final CompletableFuture<List<String>> answer = new CompletableFuture<>();
    private final CompletableFuture<Void> finished = new CompletableFuture<>();
    private volatile Watch permit = () -> { };
    private volatile Grant grant;
    private volatile boolean noted;
    private volatile Evidence evidence = Evidence.NONE;
    private volatile int leftovers;

    private LiveCall(EngineContext engine, OpenSession session, CallRecord record, Domain domain, CallLife life, boolean adopted,
            CallListener listener) {
        this.engine = engine;
        this.session = session;
        this.call = record.call();
        this.intents = record.intents();
        this.grant = record.grant();
        this.why = record.why();
        this.declaredBytes = record.declaredBytes();
        this.domain = domain;
        this.domainId = domain.id();
        this.life = life;
        this.adopted = adopted;
        this.noted = adopted;
        this.sessionOomsBefore = session.ooms();
        this.conversation = new Conversation(listener);
        this.notices = conversation.note(record.intents().stream().flatMap(intent -> intent.notices().stream()).map(Word::plain).toList());
        this.watch = new CallWatch(engine, session, this);
        this.beganNs = engine.clocks().monotonicNs();
        this.curve = new Curve(beganNs, call.receivedMonotonicNs());
        this.gauge = new Gauge(domain::memoryCurrentBytes, curve);
        this.ladder = new Ladder(engine, domain, () -> grant.limits(), () -> engine.pressure().expired(this),
                this::letGoAtBound);
    }

    /** A call that was just granted, in its new domain. */
    static LiveCall granted(EngineContext engine, OpenSession session, CallRecord record, Domain domain, CallListener listener) {
        return new LiveCall(engine, session, record, domain, new CallLife(), false, listener);
    }

    /** A call that a restarted daemon found. */
    static LiveCall adopted(EngineContext engine, OpenSession session, CallRecord record, Domain domain, CallLife life) {
        return new LiveCall(engine, session, record, domain, life, true, Conversation.NOBODY);
    }

    /** Puts the limits in force, listens to the kernel, and lets the agent be born into it. */
    void begin(int uid, int gid) {
        engine.enforcers().apply(session.session(), domain, grant.limits());
        watch.open();
        permit = session.node().permitBirth(domain, uid, gid);
    }

    /**
     * Notes with the domain what it is for, for a daemon that finds it. The agent has its answer by then and makes its first process: a daemon
     * that is killed in this very moment leaves a call of which the next one knows only what the kernel does.
     */
    void keepRecord() {
        try {
            if (!noted) {
                writeRecord();
            }
        } catch (CgroupException | IllegalStateException e) {
            if (!noted && !over()) {
                LOG.warn("call {} is not noted down; a restarted daemon will not know what it was: {}", id(), e.getMessage());
            }
        }
    }

    /** One at a time, so that the last one written is of the last grant. */
    private void writeRecord() {
        synchronized (recordLock) {
            domain.setAttribute(CallRecord.KEY, new CallRecord(call, grant, intents, why, declaredBytes).write());
            noted = true;
        }
    }

    /** Goes on with a call that was found. Its limits are in its files; the enforcer may not know it. */
    void goOn() {
        try {
            applyAgain();
        } catch (CgroupException | IllegalStateException e) {
            LOG.error("the limits of call {} cannot be put in force anew: {}", id(), e.getMessage());
        }
        ladder.releaseWhatWasFound();
        watch.openFound();
        engine.workers().run(life.state() == State.LEADER_EXITED ? this::lookForLeftovers : this::look);
    }

    @Override
    public CallId id() {
        return call.id();
    }

    ToolCall call() {
        return call;
    }

    Grant grant() {
        return grant;
    }

    Domain domain() {
        return domain;
    }

    /** @return the domain's id in the kernel, which can be asked when it is closed, too */
    long domainId() {
        return domainId;
    }

    Conversation conversation() {
        return conversation;
    }

    Ladder ladder() {
        return ladder;
    }

    Gauge gauge() {
        return gauge;
    }

    long beganNs() {
        return beganNs;
    }

    Standing standing() {
        return ladder.standing();
    }

    /** @return whether it is being ended, or only leftovers of it run */
    boolean ending() {
        return endReason.get() != null || life.state() == State.LEADER_EXITED || life.state() == State.ENDED;
    }

    /** @return whether nothing of it runs any more, and only its journalling is left to be done */
    boolean over() {
        return life.state() == State.ENDED;
    }

    /** Completes when the outcome is journalled and the directory is gone. */
    CompletableFuture<Void> finished() {
        return finished;
    }

    CallStatus status() {
        return new CallStatus(call, grant, intents, domain.usage(), domain.events(), life.state() == State.LEADER_EXITED,
                standing(), explanation());
    }

    private Explanation explanation() {
        return why.withSteps(chronicle.steps());
    }

    /** The bound of its rung is reached, and nobody has said anything else about it in time. */
    void letGoAtBound() {
        if (ladder.releaseAtBound()) {
            did(new Explanation.Step(engine.clocks().now(), "release", PressureDesk.ENGINE, "the bound of its rung was reached"));
        }
    }

    /** Takes down what was done to it. */
    void did(Explanation.Step step) {
        chronicle.add(step);
    }

    Feedback feedback() {
        return new Feedback(session.session(), grant, session.mostForACall(), engine.settings().stallTold());
    }

    @Override
    public int directoryDescriptor() {
        return domain.directoryDescriptor();
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
        life.started();
        if (endReason.get() != null) {
            // It was to be ended before it was born.
            domain.kill();
        }
    }

    @Override
    public void notStarted(int errno) {
        permit.close();
        carryOut(life.notStarted());
    }

    @Override
    public CompletionStage<List<String>> exited(int waitStatus) {
        permit.close();
        long nowNs = engine.clocks().monotonicNs();
        if (life.exited(waitStatus, nowNs) == Step.NONE) {
            return answer;
        }
        try {
            domain.setAttribute(ExitRecord.KEY, new ExitRecord(waitStatus, nowNs).write());
            if (staysPopulated()) {
                engine.workers().runAfter(engine.settings().grace(), this::lookForLeftovers);
            } else {
                carryOut(life.emptied());
            }
        } catch (CgroupException | IllegalStateException e) {
            // The kernel may have told the workers of the empty domain first, and they were faster.
            if (life.state() != State.ENDED) {
                LOG.warn("call {} cannot be read; it is taken for ended", id(), e);
                carryOut(life.emptied());
            }
        }
        return answer;
    }

    /** Births and ends are not listened to before: most calls leave nobody behind. */
    private boolean staysPopulated() {
        if (!domain.populated()) {
            return false;
        }
        watch.awaitEmptiness();
        return domain.populated();
    }

    @Override
    public void abandoned() {
        permit.close();
        carryOut(life.abandoned());
    }

    /** @return whether the call still runs, and now speaks to another listener */
    boolean resume(CallListener listener) {
        if (!life.resumed()) {
            return false;
        }
        conversation.goOnWith(listener);
        return true;
    }

    /** Ends the call's processes. @return whether there was something to end */
    boolean end(String reason) {
        if (life.state() == State.ENDED || !endReason.compareAndSet(null, reason)) {
            return false;
        }
        domain.kill();
        return true;
    }

    /** Stops the call's processes by hand. @return whether there was something to stop */
    boolean pause(Duration atMost, String reason) {
        if (life.state() == State.ENDED || !ladder.pause(atMost)) {
            return false;
        }
        did(new Explanation.Step(engine.clocks().now(), "pause", OPERATOR, reason));
        conversation.tell("This command is stopped for at most " + atMost.toSeconds() + " s: " + reason + ". It goes on by itself afterwards.");
        return true;
    }

    /** Lets go what {@link #pause} stopped. @return whether it was stopped by hand */
    boolean thaw(String reason) {
        if (!ladder.pausedByHand()) {
            return false;
        }
        ladder.release();
        did(new Explanation.Step(engine.clocks().now(), "thaw", OPERATOR, reason));
        conversation.tell("This command goes on: " + reason + ".");
        return true;
    }

    /** Notes why, without ending anything: the whole session is ended at once. */
    void endsWithSession(String reason) {
        endReason.compareAndSet(null, reason);
    }

    /** Writes the outcome of a call whose session was emptied. */
    void force() {
        carryOut(life.forced());
    }

    /** Changes what the call may have from now on. */
    void changeLimits(Limits change, String reason) {
        Grant before = grant;
        Grant changed = new Grant(LimitChange.apply(before.limits(), change), before.placement(), before.expectedBytes(), before.policy(), reason);
        // What the call stands on now stays; the new soft limit holds when it is let go.
        boolean held = ladder.standing().rung() == Rung.SOFT_LIMIT || ladder.standing().rung() == Rung.DELAY;
        engine.enforcers().update(session.session(), domain, held ? LimitChange.withoutHigh(change) : change);
        grant = changed;
        writeRecord();
    }

    /** Asks the kernel for memory back. May take a while. */
    void reclaim(long bytes) {
        try {
            domain.reclaim(bytes);
        } catch (CgroupException | IllegalStateException e) {
            LOG.debug("call {} ended before memory was taken back from it: {}", id(), e.getMessage());
        }
    }

    /** The last rung: nothing else made room. */
    void endAsLastRung(String reason) {
        if (end(reason)) {
            // A frozen process dies when it is told to; what it holds is then free at once.
            ladder.release();
        }
    }

    /** Puts the limits in force anew: another enforcer is in charge. */
    void applyAgain() {
        engine.enforcers().apply(session.session(), domain, grant.limits());
    }

    boolean waitsForEmptiness() {
        return life.waitsForEmptiness();
    }

    /** The domain may have become empty. Never blocks. */
    void lookSoon() {
        boolean shimMayComeBack = adopted && life.state() == State.RUNNING;
        if (shimMayComeBack) {
            engine.workers().runAfter(RESUME_GRACE, this::look);
        } else {
            engine.workers().run(this::look);
        }
    }

    /** Ends the call if its domain is empty. */
    void look() {
        if (!waitsForEmptiness()) {
            return;
        }
        if (!populated()) {
            carryOut(life.emptied());
        }
    }

    private boolean populated() {
        try {
            return domain.populated();
        } catch (CgroupException | IllegalStateException e) {
            LOG.debug("the domain of call {} is gone: {}", id(), e.getMessage());
            return false;
        }
    }

    private void carryOut(Step step) {
        switch (step) {
            case NONE -> { }
            case LOOK -> {
                awaitEmptiness();
                engine.workers().runAfter(engine.settings().grace(), this::look);
            }
            case FINISH -> {
                answer(List.of());
                engine.workers().runAfterwards(this::finish);
                if (!engine.room().isEmpty()) {
                    engine.workers().hurry();
                }
            }
        }
    }

    private void awaitEmptiness() {
        try {
            watch.awaitEmptiness();
        } catch (CgroupException | IllegalStateException e) {
            LOG.debug("the domain of call {} is gone: {}", id(), e.getMessage());
        }
    }

    /** The leader has exited and was given time: what runs now was left over. */
    private void lookForLeftovers() {
        if (!populated()) {
            carryOut(life.emptied());
        } else if (life.state() == State.LEADER_EXITED && killedAsAWhole()) {
            // They are no leftovers, only slow to leave on a busy host. The kernel tells when the last one has.
            answer(List.of());
        } else if (life.state() == State.LEADER_EXITED) {
            new Leftovers(engine, session, this).handle();
        }
    }

    /** @return whether memory ran out, and so the kernel ended each process of the call ({@code memory.oom.group}) */
    private boolean killedAsAWhole() {
        try {
            return domain.events().oomGroupKill() > 0;
        } catch (CgroupException | IllegalStateException e) {
            LOG.debug("the domain of call {} is gone: {}", id(), e.getMessage());
            return false;
        }
    }

    /** Answers whoever waits for the end of the leader, once. */
    void answer(List<Word> more) {
        if (!answered.compareAndSet(false, true)) {
            return;
        }
        evidence = readEvidence();
        List<Word> words = new ArrayList<>(life.neverStarted() ? List.of()
                : feedback().atEnd(evidence, Optional.ofNullable(endReason.get())));
        words.addAll(more);
        answer.complete(conversation.note(words));
    }

    void leftOver(int processes) {
        leftovers = processes;
    }

    private Evidence readEvidence() {
        try {
            Optional<KernelAccount> account = engine.enforcers().accounts().of(domain);
            Evidence events = new Evidence(domain.events(), Optional.empty(), 0, account);
            boolean quiet = !events.oomKilled() && events.events().pidsMax() == 0;
            return quiet ? events
                    : new Evidence(events.events(), Optional.of(domain.usage()), session.ooms() - sessionOomsBefore, account);
        } catch (CgroupException | IllegalStateException e) {
            LOG.warn("the counters of call {} cannot be read: {}", id(), e.getMessage());
            return Evidence.NONE;
        }
    }

    private void finish() {
        try {
            ladder.forget();
            journal(outcome());
        } finally {
            engine.enforcers().release(domain);
            remove(1);
        }
    }

    private Outcome outcome() {
        Usage usage = usage();
        // What was left running may have hit a limit since the answer.
        Evidence last = leftovers > 0 ? readEvidence() : evidence;
        Optional<WaitStatus> leader = life.waitStatus().isPresent()
                ? Optional.of(new WaitStatus(life.waitStatus().getAsInt())) : Optional.empty();
        long endedNs = life.leaderExitedNs().orElseGet(engine.clocks()::monotonicNs);
        return new Outcome(call, grant, intents,
                last.end(leader, life.neverStarted(), endReason.get() != null, !foundEmpty()),
                leader.map(WaitStatus::exitCode).orElse(OptionalInt.empty()),
                leader.map(WaitStatus::signal).orElse(OptionalInt.empty()),
                Duration.ofNanos(Math.max(0, endedNs - call.receivedMonotonicNs())), engine.clocks().now(), usage, last.events(),
                leftovers, conversation.told(), adopted, last.account(), explanation(), curve.read(engine.clocks().monotonicNs()));
    }

    private boolean foundEmpty() {
        return adopted && !watch.wasPopulated();
    }

    private Usage usage() {
        try {
            return domain.usage();
        } catch (CgroupException | IllegalStateException e) {
            LOG.warn("the use of call {} cannot be read: {}", id(), e.getMessage());
            return Usages.UNKNOWN;
        }
    }

    private void journal(Outcome outcome) {
        engine.journal().append(outcome);
        learn(outcome);
        engine.intents().tell(outcome);
    }

    /** How right the agent was about its own command. */
    private void learn(Outcome outcome) {
        OptionalLong peak = outcome.usage().memoryPeakBytes();
        if (declaredBytes > 0 && peak.isPresent() && outcome.end() != Outcome.End.NOT_STARTED) {
            session.trust().learn(declaredBytes, peak.getAsLong(), outcome.end() == Outcome.End.OOM_KILLED && outcome.events().oom() > 0);
            try {
                session.keepTrust();
            } catch (CgroupException | IllegalStateException e) {
                LOG.debug("session {} is gone: {}", session.name(), e.getMessage());
            }
        }
    }

    private void remove(int attempt) {
        try {
            domain.remove();
        } catch (CgroupException e) {
            if (attempt < REMOVE_ATTEMPTS) {
                engine.workers().runAfter(REMOVE_AGAIN.multipliedBy(1L << attempt), () -> remove(attempt + 1));
                return;
            }
            engine.event("cgroup-stays", session.name(), "the domain of call " + id() + " cannot be removed: " + e.getMessage(),
                    Map.of("call", id().value()));
        } catch (IllegalStateException e) {
            LOG.debug("the domain of call {} was closed with its session", id());
        }
        session.remove(this);
        finished.complete(null);
        engine.pressure().reconsider();
    }
}
