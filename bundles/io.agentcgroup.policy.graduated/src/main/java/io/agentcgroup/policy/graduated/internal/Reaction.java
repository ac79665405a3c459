package io.agentcgroup.policy.graduated.internal;

import static io.agentcgroup.api.Quantity.formatBytes;

import io.agentcgroup.api.Action;
import io.agentcgroup.api.CallId;
import io.agentcgroup.api.Limits;
import io.agentcgroup.api.Pressure;
import io.agentcgroup.api.Priority;
import io.agentcgroup.api.Rung;
import io.agentcgroup.api.Standing;
import io.agentcgroup.api.enforce.Tier;
import io.agentcgroup.api.policy.PolicyState;
import io.agentcgroup.api.policy.SessionState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;

/**
 * What is done about pressure: each call is held back as much as it must be, one rung at a time, and let go when there is room. Somebody may
 * always go on: the first of all contenders is never held. Pure.
 */
final class Reaction {

    /** On the first rung a call still runs; what it does there is looked at again soon. */
    private static final Duration SOFT_FOR = Duration.ofMillis(500);
    /** The kernel's own bound on holds. */
    private static final Duration DELAY_FOR = Duration.ofMillis(500);
    /** After a freeze a call runs for that long, with what it has. */
    private static final Duration REST_FOR = Duration.ofMillis(100);
    /** A held call is let go when there is more room than it was held for, by that share of it: else it would be on and off. */
    private static final int LET_GO_SHARE = 4;
    /** A step of a soft limit: small ones cost a round each, large ones let others wait. */
    private static final long STEP_LEAST_BYTES = 32L << 20;
    private static final int STEP_SHARE = 4;
    /** Of what a frozen call holds, to swap at once; the rest when it is not enough. */
    private static final int RECLAIM_SHARE = 4;

    private final Settings settings;
    private final Pressure pressure;
    private final PolicyState state;
    private final Room room;
    private final List<Contender> contenders = new ArrayList<>();
    private final List<Action> actions = new ArrayList<>();

    Reaction(Settings settings, Pressure pressure, PolicyState state) {
        this.settings = settings;
        this.pressure = pressure;
        this.state = state;
        this.room = new Room(settings, state);
        for (SessionState session : state.sessions()) {
            session.calls().stream().filter(call -> !call.ending()).forEach(call -> contenders.add(new Contender(session, call)));
        }
        contenders.sort(Contender.ORDER);
    }

    List<Action> actions() {
        contenders.forEach(this::look);
        lastResort();
        return actions;
    }

    private void look(Contender one) {
        Hold hold = hold(one);
        boolean atItsSoftLimit = isAbout(one, Pressure.Kind.MEMORY_HIGH);
        boolean expired = isAbout(one, Pressure.Kind.RUNG_EXPIRED);
        if (expired && tellOrEnd(one, hold)) {
            return;
        }
        if (hold == Hold.NONE) {
            letGrow(one, atItsSoftLimit);
        } else if (hold == Hold.STOP) {
            stop(one);
        } else if (expired || atItsSoftLimit || one.isFree() && one.grows()) {
            climb(one, expired);
        }
    }

    private boolean isAbout(Contender one, Pressure.Kind kind) {
        return pressure.kind() == kind && pressure.call().equals(Optional.of(one.call().id()));
    }

    // How much it must be held back.

    private Hold hold(Contender one) {
        if (contenders.get(0) == one) {
            return Hold.NONE;
        }
        Hold onHost = hold(one, room.ofHost(one.priority()), room.turnsOfHost(), isFirst(one, other -> other.priority() == one.priority()));
        boolean firstOfSession = isFirst(one, other -> other.session() == one.session());
        Hold inSession = firstOfSession ? Hold.NONE : hold(one, room.ofSession(one.session()), room.turnsOfSession(one.session()), false);
        return onHost.compareTo(inSession) > 0 ? onHost : inSession;
    }

    private boolean isFirst(Contender one, Predicate<Contender> among) {
        return contenders.stream().filter(among).findFirst().filter(first -> first == one).isPresent();
    }

    /** @param first whether it is the one that may grow when only one may */
    private static Hold hold(Contender one, OptionalLong room, long turns, boolean first) {
        if (room.isEmpty()) {
            return Hold.NONE;
        }
        long more = one.isFree() ? 0 : turns / LET_GO_SHARE;
        if (room.getAsLong() < more) {
            return Hold.STOP;
        }
        return first || room.getAsLong() >= turns + more ? Hold.NONE : Hold.TURN;
    }

    // Down the ladder.

    private void letGrow(Contender one, boolean atItsSoftLimit) {
        if (!one.isFree()) {
            actions.add(new Action.Release(one.call().id(), "there is room again"));
        }
        if (atItsSoftLimit) {
            raise(one);
        }
    }

    /** It needs more than was expected of it, and there is room: the expectation was wrong, not the call. */
    private void raise(Contender one) {
        Limits limits = one.call().grant().limits();
        OptionalLong high = limits.memoryHighBytes();
        if (high.isEmpty() || high.getAsLong() == Limits.UNLIMITED) {
            return;
        }
        long step = Math.max(STEP_LEAST_BYTES, one.used() / STEP_SHARE);
        long raised = Math.max(high.getAsLong(), one.used()) + Math.min(step, Math.max(STEP_LEAST_BYTES, room.forCall(one.session()) / 2));
        long hard = limits.memoryMaxBytes().orElse(Limits.UNLIMITED);
        long now = raised >= hard ? Limits.UNLIMITED : raised;
        actions.add(new Action.SetLimits(one.call().id(), Limits.builder().memoryHighBytes(now).build(), now == Limits.UNLIMITED
                ? "it needs more than was expected, and there is room up to its hard limit of " + formatBytes(hard)
                : "it needs more than was expected, and there is room: soft limit " + formatBytes(now)));
    }

    // Up the ladder.

    private void climb(Contender one, boolean expired) {
        Standing standing = one.call().standing();
        switch (standing.rung()) {
            case FREE -> soft(one, SOFT_FOR, "others go first");
            case SOFT_LIMIT -> {
                if (expired && !one.grows()) {
                    soft(one, SOFT_FOR, "others still go first");
                } else if (kernelDelays()) {
                    actions.add(new Action.Delay(one.call().id(), DELAY_FOR, "it goes on growing at its soft limit while others go first"));
                } else {
                    freeze(one, "it goes on growing at its soft limit while others go first");
                }
            }
            case DELAY -> freeze(one, "it goes on growing although it is delayed");
            case FREEZE -> {
                if (expired) {
                    rest(one);
                }
            }
        }
    }

    private boolean kernelDelays() {
        Tier tier = state.host().tier();
        return tier == Tier.SCHED_EXT || tier == Tier.MEMCG_BPF;
    }

    /** Who does not grow may run, with what it has; who grows is stopped. */
    private void stop(Contender one) {
        boolean expired = isAbout(one, Pressure.Kind.RUNG_EXPIRED);
        Rung rung = one.call().standing().rung();
        if (rung == Rung.FREEZE) {
            if (expired) {
                rest(one);
            }
        } else if (rung == Rung.FREE && !one.grows()) {
            soft(one, SOFT_FOR, why(one));
        } else if (one.grows() || rung == Rung.FREE || isAbout(one, Pressure.Kind.MEMORY_HIGH)) {
            freeze(one, why(one));
        } else if (expired) {
            soft(one, SOFT_FOR, why(one));
        }
    }

    private String why(Contender one) {
        return "the " + formatBytes(state.host().leftBytes().orElse(0)) + " that are left are kept for "
                + (one.priority() == Priority.HIGH ? "others" : "more important sessions and for who goes first");
    }

    private void soft(Contender one, Duration atMost, String reason) {
        if (one.call().memoryBytes().isPresent()) {
            actions.add(new Action.SoftLimit(one.call().id(), one.used(), atMost, reason));
        }
    }

    private void freeze(Contender one, String reason) {
        if (!one.call().standing().mayFreeze(state.nowNs())) {
            soft(one, REST_FOR, reason);
            return;
        }
        actions.add(new Action.Freeze(one.call().id(), settings.freeze(), reason));
        long swap = state.host().swapFreeBytes();
        if (swap > 0) {
            actions.add(new Action.Reclaim(one.call().id(), Math.max(1, Math.min(swap / 2, one.used() / RECLAIM_SHARE)),
                    "it does not run, so it can be swapped out"));
        }
    }

    /** Its freeze is over: it runs for a moment, so that it gets on, but may not grow. */
    private void rest(Contender one) {
        soft(one, REST_FOR, "it was frozen for its bound and runs for a moment");
    }

    // What is said and done when it takes long.

    /** @return whether it is ended */
    private boolean tellOrEnd(Contender one, Hold hold) {
        Duration held = one.call().standing().heldInAll(state.nowNs());
        boolean tooLong = held.compareTo(settings.heldMost()) >= 0;
        if (tooLong && hold == Hold.STOP) {
            end(one, "it was held back for " + held.toSeconds() + " s, and there is still no room for it (it has "
                    + formatBytes(one.used()) + "). Run it again when less is going on, or narrow it");
            return true;
        }
        if (held.compareTo(settings.told().multipliedBy(1L << Math.min(one.call().standing().told(), 20))) >= 0) {
            actions.add(new Action.Tell(one.call().id(), "This command has been held back for " + held.toSeconds() + " s in all, because memory is"
                    + " short and others go first; it has " + formatBytes(one.used()) + ". It goes on as soon as there is room, and is ended if it"
                    + " has been held back for " + settings.heldMost().toSeconds() + " s.", "it was held back for long"));
        }
        return false;
    }

    /** The kernel is about to end somebody: better the one of whom it costs least, and with words. */
    private void lastResort() {
        if (!room.hostIsAllButFull() || contenders.size() < 2 || !contenders.get(0).grows()) {
            return;
        }
        Contender victim = victim();
        if (victim.call().standing().rung() == Rung.FREEZE && victim != contenders.get(0)) {
            end(victim, "the host has no memory left and nothing else made room: it was the newest large command of the least important session (it had "
                    + formatBytes(victim.used()) + "). Run it again when less is going on");
        }
    }

    /** The newest heavy one of the lowest priority. */
    private Contender victim() {
        Priority lowest = contenders.get(contenders.size() - 1).priority();
        List<Contender> among = contenders.stream().filter(one -> one.priority() == lowest).toList();
        long heaviest = among.stream().mapToLong(Contender::used).max().orElse(0);
        return among.stream().filter(one -> one.used() >= heaviest / 2)
                .max(Comparator.comparingLong(one -> one.call().beganNs())).orElseThrow();
    }

    private void end(Contender one, String reason) {
        CallId id = one.call().id();
        actions.removeIf(action -> action.call().equals(id));
        actions.add(new Action.EndCall(id, reason));
    }
}
