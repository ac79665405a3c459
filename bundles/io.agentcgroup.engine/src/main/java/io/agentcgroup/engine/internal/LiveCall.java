package io.agentcgroup.engine.internal;

import io.agentcgroup.api.Explanation;
import io.agentcgroup.api.Grant;
import io.agentcgroup.api.MemoryCurve;
import io.agentcgroup.api.Standing;
import io.agentcgroup.api.cgroup.CgroupException;
import io.agentcgroup.api.cgroup.Domain;
import io.agentcgroup.api.engine.CallListener;
import io.agentcgroup.api.engine.CallStatus;
import io.agentcgroup.api.policy.CallState.Phase;
import io.agentcgroup.engine.internal.CallLife.State;
import io.agentcgroup.engine.internal.CallLife.Step;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One call with a domain of its own: takes it through its life, by what the shim says, what the kernel tells of the domain and what becomes
 * of the session. The agent waits for {@link #begin} and {@link #exited}; everything else is done by the workers.
 */
final class LiveCall extends GrantedCall {

    private static final Logger LOG = LoggerFactory.getLogger(LiveCall.class);

    /** A shim that lost its connection to an earlier daemon comes back with the exit code a moment after the command ends. */
    private static final Duration RESUME_GRACE = Duration.ofSeconds(1);

    private final Domain domain;
    private final long domainId;
    private final CallLife life;
    private final boolean adopted;
    private final HeldGrant held;
    private final Treatment treatment;
    private final LastWord lastWord;
    private final CallWatch watch;
    private final Gauge gauge;
    private final Curve curve;
    private final long beganNs;
    private final CompletableFuture<Void> finished = new CompletableFuture<>();

    private LiveCall(EngineContext engine, OpenSession session, CallRecord record, Domain domain, CallLife life, boolean adopted,
            CallListener listener) {
        super(engine, session, record, domain, listener);
        this.domain = domain;
        this.domainId = domain.id();
        this.life = life;
        this.adopted = adopted;
        this.held = new HeldGrant(engine, session, domain, record, adopted);
        this.treatment = new Treatment(engine, domain, life, held, conversation());
        this.lastWord = new LastWord(engine, session, this);
        this.watch = new CallWatch(engine, session, this);
        this.beganNs = engine.clocks().monotonicNs();
        this.curve = new Curve(beganNs, record.call().receivedMonotonicNs());
        this.gauge = new Gauge(domain::memoryCurrentBytes, curve);
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
        held.apply();
        watch.open();
        permitBirth(uid, gid);
    }

    /**
     * Notes with the domain what it is for, for a daemon that finds it. The agent has its answer by then and makes its first process: a daemon
     * that is killed in this very moment leaves a call of which the next one knows only what the kernel does.
     */
    void keepRecord() {
        held.keepRecord(life);
    }

    /** Goes on with a call that was found. Its limits are in its files; the enforcer may not know it. */
    void goOn() {
        try {
            held.apply();
        } catch (CgroupException | IllegalStateException e) {
            LOG.error("the limits of call {} cannot be put in force anew: {}", id(), e.getMessage());
        }
        treatment.ladder().releaseWhatWasFound();
        watch.openFound();
        engine().workers().run(life.state() == State.LEADER_EXITED ? this::lookForLeftovers : this::look);
    }

    Domain domain() {
        return domain;
    }

    /** @return the domain's id in the kernel, which can be asked when it is closed, too */
    long domainId() {
        return domainId;
    }

    CallLife life() {
        return life;
    }

    /** @return what it may have */
    HeldGrant held() {
        return held;
    }

    Grant grant() {
        return held.grant();
    }

    /** @return what is done to it */
    Treatment treatment() {
        return treatment;
    }

    Standing standing() {
        return treatment.ladder().standing();
    }

    /** @return what is said of its end */
    LastWord lastWord() {
        return lastWord;
    }

    Gauge gauge() {
        return gauge;
    }

    /** @return its memory from its beginning until now */
    MemoryCurve memoryCurve() {
        return curve.read(engine().clocks().monotonicNs());
    }

    long beganNs() {
        return beganNs;
    }

    /** @return whether an earlier daemon granted it */
    boolean isAdopted() {
        return adopted;
    }

    /** @return whether nothing ran in it any more when it was found */
    boolean foundEmpty() {
        return adopted && !watch.wasPopulated();
    }

    Phase phase() {
        if (treatment.endReason().isPresent()) {
            return Phase.IS_ENDED;
        }
        return life.state() == State.LEADER_EXITED || life.state() == State.ENDED ? Phase.LEFTOVERS : Phase.RUNS;
    }

    /** @return whether nothing of it runs any more, and only its journalling is left to be done */
    boolean over() {
        return life.state() == State.ENDED;
    }

    boolean waitsForEmptiness() {
        return life.waitsForEmptiness();
    }

    /** Completes when the outcome is journalled and the directory is gone. */
    CompletableFuture<Void> finished() {
        return finished;
    }

    CallStatus status() {
        return new CallStatus(call(), grant(), held.record().intents(), domain.usage(), domain.events(), life.state() == State.LEADER_EXITED,
                standing(), explanation());
    }

    Explanation explanation() {
        return held.record().why().withSteps(treatment.steps());
    }

    @Override
    public void started(int pid) {
        endPermit();
        life.started();
        if (treatment.endReason().isPresent()) {
            // It was to be ended before it was born.
            domain.kill();
        }
    }

    @Override
    public void notStarted(int errno) {
        endPermit();
        carryOut(life.notStarted());
    }

    @Override
    public CompletionStage<List<String>> exited(int waitStatus) {
        endPermit();
        long nowNs = engine().clocks().monotonicNs();
        if (life.exited(waitStatus, nowNs) == Step.NONE) {
            return lastWord.answer();
        }
        try {
            domain.setAttribute(ExitRecord.KEY, new ExitRecord(waitStatus, nowNs).write());
            if (staysPopulated()) {
                engine().workers().runAfter(engine().settings().grace(), this::lookForLeftovers);
            } else {
                carryOut(life.emptied());
            }
        } catch (CgroupException | IllegalStateException e) {
            // The kernel may have told the workers of the empty domain first, and they were faster.
            if (!over()) {
                LOG.warn("call {} cannot be read; it is taken for ended", id(), e);
                carryOut(life.emptied());
            }
        }
        return lastWord.answer();
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
        endPermit();
        carryOut(life.abandoned());
    }

    /** @return whether the call still runs, and now speaks to another listener */
    boolean resume(CallListener listener) {
        if (!life.resumed()) {
            return false;
        }
        conversation().goOnWith(listener);
        return true;
    }

    /** Writes the outcome of a call whose session was emptied. */
    void force() {
        carryOut(life.forced());
    }

    /** The domain may have become empty. Never blocks. */
    void lookSoon() {
        boolean shimMayComeBack = adopted && life.state() == State.RUNNING;
        if (shimMayComeBack) {
            engine().workers().runAfter(RESUME_GRACE, this::look);
        } else {
            engine().workers().run(this::look);
        }
    }

    /** Ends the call if its domain is empty. */
    void look() {
        if (waitsForEmptiness() && !populated()) {
            carryOut(life.emptied());
        }
    }

    /** The leader has exited and was given time: what runs now was left over. */
    private void lookForLeftovers() {
        if (!populated()) {
            carryOut(life.emptied());
        } else if (life.state() == State.LEADER_EXITED && killedAsAWhole()) {
            // They are no leftovers, only slow to leave on a busy host. The kernel tells when the last one has.
            lastWord.say(List.of());
        } else if (life.state() == State.LEADER_EXITED) {
            new Leftovers(engine(), session(), this).handle();
        }
    }

    private boolean populated() {
        return see(domain::populated);
    }

    /** @return whether memory ran out, and so the kernel ended each process of the call ({@code memory.oom.group}) */
    private boolean killedAsAWhole() {
        return see(() -> domain.events().oomGroupKill() > 0);
    }

    /** @return what is seen in the domain; false when it is gone */
    private boolean see(BooleanSupplier look) {
        try {
            return look.getAsBoolean();
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
                engine().workers().runAfter(engine().settings().grace(), this::look);
            }
            case FINISH -> {
                lastWord.say(List.of());
                engine().workers().runAfterwards(this::finish);
                if (!engine().room().isEmpty()) {
                    engine().workers().hurry();
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

    private void finish() {
        new CallCloser(engine(), session(), this).close();
    }
}
