package io.agentcgroup.policy.graduated.internal;

import static io.agentcgroup.api.Quantity.formatBytes;
import static io.agentcgroup.api.Quantity.percentOf;

import io.agentcgroup.api.Action;
import io.agentcgroup.api.CallId;
import io.agentcgroup.api.Limits;
import io.agentcgroup.api.Pressure;
import io.agentcgroup.api.Priority;
import io.agentcgroup.api.Rung;
import io.agentcgroup.api.Standing;
import io.agentcgroup.api.enforce.Tier;
import io.agentcgroup.api.policy.CallState;
import io.agentcgroup.api.policy.CallState.Phase;
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
    /** A soft limit is not raised by less: that would be used up in a moment. */
    private static final long RAISE_LEAST_BYTES = 4L << 20;
    /** A call that far below its soft limit has no need of a higher one. */
    private static final int AT_LIMIT_SHARE = 16;
    /** A hard limit is not changed for less than that. */
    private static final long CHANGE_LEAST_BYTES = 4L << 20;
    /**
     * The kernel slows a call down by the square of its excess: at its soft limit not at all, that share above it to a quarter of a MB a second
     * (a sleep of a second for every 64 pages). At half the excess it gets four times as much, which was too much in the isolation experiment.
     */
    private static final int BRAKE_SHARE = 8;
    /** Who grows at least so fast while next to nothing is left is about to be ended, or to have somebody ended. */
    private static final long CREEPS_BYTES_PER_S = 1L << 20;
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
        share();
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
            letGrow(one, atItsSoftLimit, expired);
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
        Hold onHost = hold(one, room.ofHost(one), room.turnsOfHost(), isFirst(one, other -> other.priority() == one.priority()));
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

    private void letGrow(Contender one, boolean atItsSoftLimit, boolean expired) {
        boolean wantsMore = atItsSoftLimit || one.call().standing().rung() == Rung.SOFT_LIMIT && isAtItsSoftLimit(one);
        if (wantsMore && Shares.isHeldBySoftLimit(one.call())) {
            raiseOrKeep(one, expired);
        } else {
            release(one, "there is room again");
        }
    }

    private void release(Contender one, String reason) {
        if (!one.isFree()) {
            actions.add(new Action.Release(one.call().id(), reason));
        }
    }

    private static boolean isAtItsSoftLimit(Contender one) {
        long high = Shares.softLimit(one.call().grant());
        return one.used() >= high - high / AT_LIMIT_SHARE;
    }

    /** It needs more than was expected of it. While there is room the expectation was wrong, not the call. */
    private void raiseOrKeep(Contender one, boolean expired) {
        CallState call = one.call();
        long from = Math.max(Shares.softLimit(call.grant()), one.used());
        long step = Math.min(Shares.step(one.used()), Math.max(Shares.step(0), room.beyondPromises(one) / 2));
        long most = new Shares(settings, one.session()).most(call);
        long wanted = wantedHard(one.session(), call);
        // The last of it is above the soft limit: a call is told before the kernel ends it.
        long softMost = most < wanted ? most - most / Shares.GAP_SHARE : wanted;
        long raised = Math.min(from + step, softMost);
        if (raised < from + RAISE_LEAST_BYTES && most < wanted) {
            keep(one, most, expired);
            return;
        }
        release(one, "there is room for more than was expected");
        Limits.Builder limits = Limits.builder().memoryHighBytes(raised >= wanted ? Limits.UNLIMITED : raised);
        if (wanted != Limits.UNLIMITED) {
            limits.memoryMaxBytes(Math.min(wanted, most));
        }
        actions.add(new Action.SetLimits(call.id(), limits.build(), raised >= wanted
                ? "it needs more than was expected, and there is room up to its hard limit of " + formatBytes(wanted)
                : "it needs more than was expected, and there is room: soft limit " + formatBytes(raised)));
    }

    /**
     * What is left is promised to its neighbours: it goes on slowly in the hope that one of them ends. For a while; then it has to do with
     * its limit, and whether it can only the kernel knows: a call that reads files can, one that needs the memory is ended. That one.
     */
    private void keep(Contender one, long most, boolean expired) {
        boolean neighbours = one.session().calls().stream().anyMatch(other -> !other.ending() && !other.id().equals(one.call().id()));
        Standing standing = one.call().standing();
        if (!neighbours || standing.heldInAll(state.nowNs()).compareTo(settings.stuckMost()) >= 0) {
            long last = Math.max(most, one.used());
            release(one, "it was held back for long enough");
            actions.add(new Action.SetLimits(one.call().id(), Limits.builder().memoryHighBytes(Limits.UNLIMITED).memoryMaxBytes(last).build(),
                    promisedElsewhere(one, last)));
        } else if (standing.rung() != Rung.SOFT_LIMIT || expired) {
            actions.add(new Action.SoftLimit(one.call().id(), Math.min(one.used(), Shares.softLimit(one.call().grant())), SOFT_FOR,
                    "it needs more than was expected, and the rest of its session's budget is promised to others"));
            if (standing.told() == 0) {
                actions.add(tellOfPromises(one, most));
            }
        }
    }

    private static String promisedElsewhere(Contender one, long limit) {
        return formatBytes(limit) + " is what its session's budget of " + formatBytes(one.session().session().memoryBudgetBytes().orElse(0))
                + " leaves beside the agent and what other commands were promised";
    }

    private Action tellOfPromises(Contender one, long most) {
        return new Action.Tell(one.call().id(), "This command needs more memory than the " + formatBytes(one.call().grant().expectedBytes().orElse(0))
                + " that were expected of it, and " + promisedElsewhere(one, Math.max(most, one.used())) + ". It goes on slowly, and gets more as soon"
                + " as another command ends; after " + settings.stuckMost().toSeconds() + " s it has to do with that, or is ended. End what is no"
                + " longer needed, or narrow this command.", "its session's budget is promised to others");
    }

    // How a session's budget is dealt out.

    /** Calls began or ended, or one grew: hard limits of its neighbours follow, so that together they leave each what it was promised. */
    private void share() {
        boolean changed = switch (pressure.kind()) {
            case CALLS_CHANGED, MEMORY_HIGH, MEMORY_MAX -> true;
            default -> false;
        };
        if (changed) {
            pressure.session().flatMap(state::session).ifPresent(this::share);
        }
    }

    private void share(SessionState session) {
        Shares shares = new Shares(settings, session);
        if (!shares.areBounded()) {
            return;
        }
        for (CallState call : session.calls()) {
            if (!call.ending() && call.grant().policy().equals(GraduatedPolicy.NAME) && !isSpokenOf(call.id())) {
                share(session, call, shares);
            }
        }
    }

    private boolean isSpokenOf(CallId call) {
        return actions.stream().anyMatch(action -> action instanceof Action.SetLimits && action.call().equals(call));
    }

    private void share(SessionState session, CallState call, Shares shares) {
        OptionalLong hard = call.grant().limits().memoryMaxBytes();
        if (hard.isEmpty()) {
            return;
        }
        long shared = Math.min(wantedHard(session, call), shares.most(call));
        // Never cut down to what it uses: a page more would be its end.
        long most = Math.max(shared, Math.min(hard.getAsLong(), Shares.withGap(call)));
        if (Math.abs(most - hard.getAsLong()) < CHANGE_LEAST_BYTES) {
            return;
        }
        Limits.Builder change = Limits.builder().memoryMaxBytes(most);
        if (Shares.isHeldBySoftLimit(call) && Shares.softLimit(call.grant()) > shares.claim(call)) {
            // It was raised and is not used.
            change.memoryHighBytes(shares.claim(call));
        }
        actions.add(new Action.SetLimits(call.id(), change.build(), formatBytes(most) + " of its session's " + formatBytes(
                session.session().memoryBudgetBytes().orElse(0)) + ": its part of what is left beside the agent and what other commands were promised"));
    }

    /** @return its hard limit when it is alone: what it has already if that is more, and none if it has none */
    private long wantedHard(SessionState session, CallState call) {
        OptionalLong hard = call.grant().limits().memoryMaxBytes();
        if (hard.isEmpty()) {
            return Limits.UNLIMITED;
        }
        OptionalLong expected = call.grant().expectedBytes();
        long wanted = expected.isPresent() ? percentOf(expected.getAsLong(), settings.hardPercent()) : settings.unknownLimitBytes();
        return Math.max(hard.getAsLong(), Math.min(wanted, session.ceilingBytes(state.host()).orElse(Long.MAX_VALUE)));
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
        } else if (one.grows() || rung == Rung.FREE || hitsItsSoftLimit(one)) {
            freeze(one, why(one));
        } else if (expired) {
            soft(one, SOFT_FOR, why(one));
        }
    }

    /** One that was put below what it has is above it by itself, and slow enough: whether it grows nevertheless is what counts. */
    private boolean hitsItsSoftLimit(Contender one) {
        return isAbout(one, Pressure.Kind.MEMORY_HIGH) && brake(one) == 0;
    }

    private String why(Contender one) {
        return "the " + formatBytes(state.host().leftBytes().orElse(0)) + " that are left are kept for "
                + (one.priority() == Priority.HIGH ? "others" : "more important sessions and for who goes first");
    }

    private void soft(Contender one, Duration atMost, String reason) {
        if (one.call().memoryBytes().isPresent()) {
            actions.add(new Action.SoftLimit(one.call().id(), one.used() - brake(one), atMost, reason));
        }
    }

    /** What can be swapped out would be at once: there the limit stays at what the call has. */
    private long brake(Contender one) {
        return state.host().swapFreeBytes() > 0 ? 0 : one.used() / BRAKE_SHARE;
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
        if (!room.hostIsAllButFull() || oneIsEnding() || contenders.size() < 2 || !firstIsStuck()) {
            return;
        }
        Contender victim = victim();
        if (!victim.isFree() && victim != contenders.get(0)) {
            end(victim, "the host has no memory left and nothing else made room: it was the newest large command of the least important session (it had "
                    + formatBytes(victim.used()) + "). Run it again when less is going on");
        }
    }

    /** In the last stretch nobody grows fast any more. */
    private boolean firstIsStuck() {
        return contenders.get(0).call().growthBytesPerS() >= CREEPS_BYTES_PER_S || room.hostIsFull();
    }

    /** What that one holds is coming back; another need not go as well. */
    private boolean oneIsEnding() {
        return state.sessions().stream().flatMap(session -> session.calls().stream()).anyMatch(call -> call.phase() == Phase.IS_ENDED);
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
