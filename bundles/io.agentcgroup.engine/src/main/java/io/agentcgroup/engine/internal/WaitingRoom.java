package io.agentcgroup.engine.internal;

import io.agentcgroup.api.SessionName;
import io.agentcgroup.api.engine.CallRefusedException;
import io.agentcgroup.api.engine.WaitingStatus;
import io.agentcgroup.api.policy.WaitingCall;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Who waits at the gate, in order: by priority, which rises with the time that one has waited, so that nobody waits for ever; then the
 * session with the fewest calls running or before, so that no session takes all the room; then who came first. Thread-safe.
 */
final class WaitingRoom {

    private final Duration aging;
    // Guarded by this.
    private final List<Applicant> waiting = new ArrayList<>();

    /** @param aging after so much waiting a call counts as one priority higher */
    WaitingRoom(Duration aging) {
        this.aging = aging;
    }

    synchronized void add(Applicant one) {
        waiting.add(one);
    }

    /** @return whether it still waited */
    synchronized boolean remove(Applicant one) {
        one.noDeadline();
        return waiting.remove(one);
    }

    synchronized boolean isEmpty() {
        return waiting.isEmpty();
    }

    synchronized boolean contains(Applicant one) {
        return waiting.contains(one);
    }

    /** @return all, the next to be let in first */
    synchronized List<Applicant> inOrder(long nowNs) {
        return ordered(waiting, nowNs);
    }

    /** @return those that go before this one, which may wait itself or have just come */
    synchronized List<Applicant> before(Applicant one, long nowNs) {
        if (waiting.isEmpty()) {
            return List.of();
        }
        List<Applicant> all = new ArrayList<>(waiting);
        if (!all.contains(one)) {
            all.add(one);
        }
        List<Applicant> ordered = ordered(all, nowNs);
        return ordered.subList(0, ordered.indexOf(one));
    }

    /** A session is being closed: who waits for it waits for nothing. */
    void refuse(SessionName session, String reason) {
        refuse(one -> one.session().name().equals(session), reason);
    }

    /** The engine stops: commands that wait run without a domain, as all do while it is away. */
    void refuseAll(String reason) {
        refuse(one -> true, reason);
    }

    private void refuse(Predicate<Applicant> whom, String reason) {
        List<Applicant> refused;
        synchronized (this) {
            refused = waiting.stream().filter(whom).toList();
            waiting.removeAll(refused);
        }
        for (Applicant one : refused) {
            one.noDeadline();
            one.answer().completeExceptionally(new CallRefusedException(reason));
        }
    }

    /** As policies see them. */
    synchronized List<WaitingCall> shown(List<Applicant> some, long nowNs) {
        List<WaitingCall> shown = new ArrayList<>();
        for (Applicant one : some) {
            if (one.isWaiting()) {
                shown.add(one.waiting(shown.size() + 1, nowNs));
            }
        }
        return shown;
    }

    /** In order, as people see them. */
    synchronized List<WaitingStatus> statuses(long nowNs) {
        List<WaitingStatus> statuses = new ArrayList<>();
        for (Applicant one : inOrder(nowNs)) {
            statuses.add(new WaitingStatus(one.call(), Said.intents(one.said()), one.waiting(statuses.size() + 1, nowNs),
                    one.weighed().explanation(one.waited(nowNs))));
        }
        return statuses;
    }

    /** A place in the order. */
    private record Place(Applicant one, long level, int turn) {
    }

    private List<Applicant> ordered(List<Applicant> some, long nowNs) {
        Map<SessionName, Integer> turns = new HashMap<>();
        return some.stream().sorted(Comparator.comparingLong(one -> one.call().receivedMonotonicNs()))
                .map(one -> new Place(one, level(one, nowNs), turns.merge(one.session().name(), 1, Integer::sum)
                        + one.session().calls().size()))
                .sorted(Comparator.comparingLong(Place::level).thenComparingInt(Place::turn)
                        .thenComparingLong(place -> place.one().call().receivedMonotonicNs()))
                .map(Place::one).toList();
    }

    /** Smaller goes first. */
    private long level(Applicant one, long nowNs) {
        long raised = Math.max(0, nowNs - one.call().receivedMonotonicNs()) / aging.toNanos();
        return one.session().session().priority().ordinal() - raised;
    }
}
