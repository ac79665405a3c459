package io.agentcgroup.engine.internal;

import io.agentcgroup.api.Explanation.Step;
import io.agentcgroup.api.Limits;
import io.agentcgroup.api.Rung;
import io.agentcgroup.api.cgroup.CgroupException;
import io.agentcgroup.api.cgroup.Domain;
import io.agentcgroup.engine.internal.CallLife.State;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is done to one call while it runs, by a policy, by people or by the engine itself, and what is taken down of it. Thread-safe. */
final class Treatment {

    private static final Logger LOG = LoggerFactory.getLogger(Treatment.class);

    /** Who did it, in a call's explanation. */
    private static final String OPERATOR = "operator";

    private final EngineContext engine;
    private final Domain domain;
    private final CallLife life;
    private final HeldGrant held;
    private final Conversation conversation;
    private final Ladder ladder;
    private final Chronicle chronicle = new Chronicle();
    private final AtomicReference<String> endReason = new AtomicReference<>();

    Treatment(EngineContext engine, Domain domain, CallLife life, HeldGrant held, Conversation conversation) {
        this.engine = engine;
        this.domain = domain;
        this.life = life;
        this.held = held;
        this.conversation = conversation;
        this.ladder = new Ladder(engine, domain, () -> held.grant().limits(), () -> engine.pressure().expired(held.record().call()),
                this::letGoAtBound);
    }

    Ladder ladder() {
        return ladder;
    }

    /** Takes down what was done. */
    void did(String action, String who, String reason) {
        chronicle.add(new Step(engine.clocks().now(), action, who, reason));
    }

    List<Step> steps() {
        return chronicle.steps();
    }

    /** @return why it is ended, or was; empty when nobody wants that */
    Optional<String> endReason() {
        return Optional.ofNullable(endReason.get());
    }

    /** The bound of its rung is reached, and nobody has said anything else about it in time. */
    void letGoAtBound() {
        if (ladder.releaseAtBound()) {
            did("release", PressureDesk.ENGINE, "the bound of its rung was reached");
        }
    }

    /** Changes what the call may have from now on. What it stands on now stays. */
    void changeLimits(Limits change, String reason) {
        Rung rung = ladder.standing().rung();
        held.change(change, rung == Rung.SOFT_LIMIT || rung == Rung.DELAY, reason);
    }

    /** Asks the kernel for memory back. May take a while. */
    void reclaim(long bytes) {
        try {
            domain.reclaim(bytes);
        } catch (CgroupException | IllegalStateException e) {
            LOG.debug("call {} ended before memory was taken back from it: {}", held.record().call().id(), e.getMessage());
        }
    }

    /** Stops the call's processes by hand. @return whether there was something to stop */
    boolean pause(Duration atMost, String reason) {
        if (life.state() == State.ENDED || !ladder.pause(atMost)) {
            return false;
        }
        did("pause", OPERATOR, reason);
        conversation.tell("This command is stopped for at most " + atMost.toSeconds() + " s: " + reason + ". It goes on by itself afterwards.");
        return true;
    }

    /** Lets go what {@link #pause} stopped. @return whether it was stopped by hand */
    boolean thaw(String reason) {
        if (!ladder.pausedByHand()) {
            return false;
        }
        ladder.release();
        did("thaw", OPERATOR, reason);
        conversation.tell("This command goes on: " + reason + ".");
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

    /** The last rung: nothing else made room. */
    void endAsLastRung(String reason) {
        if (end(reason)) {
            // A frozen process dies when it is told to; what it holds is then free at once.
            ladder.release();
        }
    }

    /** Notes why, without ending anything: the whole session is ended at once. */
    void endsWithSession(String reason) {
        endReason.compareAndSet(null, reason);
    }
}
