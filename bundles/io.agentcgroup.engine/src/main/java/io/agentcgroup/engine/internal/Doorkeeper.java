package io.agentcgroup.engine.internal;

import io.agentcgroup.api.Grant;
import io.agentcgroup.api.PrintableText;
import io.agentcgroup.api.engine.CallRefusedException;
import io.agentcgroup.api.policy.Decision;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks after who waits at the gate: says why, asks about him again when there may be room, and lets him in when his time is up. */
final class Doorkeeper {

    private static final Logger LOG = LoggerFactory.getLogger(Doorkeeper.class);

    /** When so many in a row find no room, nobody behind them does. */
    private static final int LOOK_AT_MOST = 8;
    /** An agent reads each line: one about a better place, now and then. */
    private static final long TELL_AGAIN_NS = 10_000_000_000L;
    /** What it takes, after the deadline, to make the domain on a busy host. */
    private static final long DEADLINE_SLACK_MS = 2_000;

    private final EngineContext engine;
    private final Decider decider;
    private final Fence fence;
    private final Entrance entrance;
    private final WaitingRoom room;

    Doorkeeper(EngineContext engine, Decider decider, Fence fence, Entrance entrance) {
        this.engine = engine;
        this.decider = decider;
        this.fence = fence;
        this.entrance = entrance;
        this.room = engine.room();
    }

    /** There is no room for who has just come. */
    void keepWaiting(Applicant applicant, Decision.Wait wait) {
        synchronized (room) {
            applicant.waitsFor(wait, engine.clocks().monotonicNs(), engine.settings().waitMost());
            room.add(applicant);
        }
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
            Decision decision = fence.call(errand -> decider.decide(errand, applicant, false), applicant::waits);
            if (decision instanceof Decision.Wait wait) {
                stillWaiting++;
                goOnWaiting(applicant, wait);
            } else {
                letIn(applicant, ((Decision.Admit) decision).grant());
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
        Decision decision = fence.call(errand -> decider.decide(errand, applicant, true), applicant::waits);
        letIn(applicant, decision instanceof Decision.Admit admit ? admit.grant() : applicant.otherwise());
    }

    private void letIn(Applicant applicant, Grant grant) {
        OpenSession session = applicant.session();
        if (!room.remove(applicant)) {
            session.expectNoMore(applicant.call().id());
            return;
        }
        try {
            session.enter();
        } catch (CallRefusedException e) {
            session.expectNoMore(applicant.call().id());
            applicant.answer().completeExceptionally(e);
            return;
        }
        try {
            entrance.letIn(applicant, grant);
        } finally {
            session.entered();
        }
    }
}
