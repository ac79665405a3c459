package io.agentcgroup.policy.graduated.internal;

import static io.agentcgroup.policy.graduated.internal.Moments.MIB;
import static io.agentcgroup.policy.graduated.internal.Moments.NOW_NS;
import static io.agentcgroup.policy.graduated.internal.Moments.call;
import static io.agentcgroup.policy.graduated.internal.Moments.host;
import static io.agentcgroup.policy.graduated.internal.Moments.session;
import static io.agentcgroup.policy.graduated.internal.Moments.state;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.agentcgroup.api.Action;
import io.agentcgroup.api.CallId;
import io.agentcgroup.api.Limits;
import io.agentcgroup.api.Pressure;
import io.agentcgroup.api.Pressure.Kind;
import io.agentcgroup.api.Priority;
import io.agentcgroup.api.Rung;
import io.agentcgroup.api.SessionName;
import io.agentcgroup.api.Standing;
import io.agentcgroup.api.enforce.Tier;
import io.agentcgroup.api.policy.CallState;
import io.agentcgroup.api.policy.CallState.Phase;
import io.agentcgroup.api.policy.PolicyState;
import io.agentcgroup.api.policy.SessionState;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** Who is held back, how hard, and who never is. */
class ReactionTest {

    private static final Standing FREE = Standing.free(0);
    private static final int FAST = 100;

    private final GraduatedPolicy policy = GraduatedPolicy.configured(Map.of());

    @Test
    void withRoomForAllNobodyIsHeldAndWhoWasIsLetGo() {
        PolicyState state = host(4000, state(session("h", Priority.HIGH, 0), call("h", 300, FAST, FREE)),
                state(session("l", Priority.LOW, 0), call("l", 300, 0, on(Rung.FREEZE, 1))));
        assertEquals(List.of("Release l"), actions(Kind.MEMORY_FREED, "", state));
    }

    @Test
    void whoIsAloneIsNeverHeld() {
        assertEquals(List.of(), actions(Kind.HOST_SHORT, "", host(1000, state(session("l", Priority.LOW, 0), call("l", 990, FAST, FREE)))));
    }

    @Test
    void ofTwoThatGrowTheLargerGoesOnAndTheOtherIsSlowedDown() {
        assertEquals(List.of("SoftLimit b"), actions(Kind.HOST_SHORT, "", turns(Tier.CGROUP, FREE)));
    }

    @Test
    void whatIsKeptForTheHighOneIsNotTaken() {
        PolicyState state = host(1000, state(session("h", Priority.HIGH, 0), call("h", 300, 0, FREE)),
                state(session("l", Priority.LOW, 0), call("l", 530, FAST, FREE)));
        assertEquals(List.of("Freeze l"), actions(Kind.HOST_SHORT, "", state));
    }

    @Test
    void whoDoesNotGrowRunsOnWithWhatItHas() {
        PolicyState state = host(1000, state(session("h", Priority.HIGH, 0), call("h", 300, 0, FREE)),
                state(session("l", Priority.LOW, 0), call("l", 550, 0, FREE)));
        Action.SoftLimit soft = assertInstanceOf(Action.SoftLimit.class, react(Kind.HOST_SHORT, "", state).get(0));
        // Below what it has: the kernel does not slow down who is only just at its limit.
        assertEquals(550 * MIB - 550 * MIB / 8, soft.highBytes());
    }

    @Test
    void whereThereIsSwapASoftLimitTakesNothingAway() {
        PolicyState state = host(1000, 500, Tier.CGROUP, state(session("h", Priority.HIGH, 0), call("h", 300, 0, FREE)),
                state(session("l", Priority.LOW, 0), call("l", 550, 0, FREE)));
        Action.SoftLimit soft = assertInstanceOf(Action.SoftLimit.class, react(Kind.HOST_SHORT, "", state).get(0));
        assertEquals(550 * MIB, soft.highBytes());
    }

    /** A margin of 20 MiB stays free, and turns are taken with less than 100 left. */
    @Test
    void whatALargerEqualMayGrowByYetIsKeptForIt() {
        // 380 less 20, less 183: three fifths of 320, of which one that has run for a second is a little less likely.
        assertEquals(List.of(), actions(Kind.HOST_SHORT, "", equals(320, 300)));
        // 300 less 20, less 229.
        assertEquals(List.of("SoftLimit small"), actions(Kind.HOST_SHORT, "", equals(400, 300)));
        // 250 less 20, less 257.
        assertEquals(List.of("Freeze small"), actions(Kind.HOST_SHORT, "", equals(450, 300)));
    }

    private static PolicyState equals(long largeMib, long smallMib) {
        return host(1000, state(session("a", Priority.LOW, 0), call("large", largeMib, FAST, FREE)),
                state(session("b", Priority.LOW, 0), call("small", smallMib, FAST, FREE)));
    }

    /** A soft limit that is hit for ever is no way to hold anybody: the next rung follows, by the kernel where it can. */
    @Test
    void whoHitsItsSoftLimitAgainAndAgainClimbs() {
        assertEquals(List.of("Freeze b"), actions(Kind.MEMORY_HIGH, "b", turns(Tier.CGROUP, on(Rung.SOFT_LIMIT, 1))));
        assertEquals(List.of("Delay b"), actions(Kind.MEMORY_HIGH, "b", turns(Tier.SCHED_EXT, on(Rung.SOFT_LIMIT, 1))));
        assertEquals(List.of("Freeze b"), actions(Kind.RUNG_EXPIRED, "b", turns(Tier.SCHED_EXT, on(Rung.DELAY, 1))));
    }

    @Test
    void afterAFreezeItRunsForAMomentAndIsNotFrozenBefore() {
        assertEquals(List.of("SoftLimit b"), actions(Kind.RUNG_EXPIRED, "b", turns(Tier.CGROUP, on(Rung.FREEZE, 2))));
        Standing resting = new Standing(Rung.SOFT_LIMIT, NOW_NS - 1, NOW_NS + 1, 1, Duration.ofSeconds(2), 0, NOW_NS + 50_000_000);
        assertEquals(List.of("SoftLimit b"), actions(Kind.MEMORY_HIGH, "b", turns(Tier.CGROUP, resting)));
    }

    @Test
    void aFrozenCallIsSwappedOutWhereThereIsSwap() {
        PolicyState state = host(1000, 500, Tier.CGROUP, state(session("h", Priority.HIGH, 0), call("h", 300, 0, FREE)),
                state(session("l", Priority.LOW, 0), call("l", 530, FAST, FREE)));
        assertEquals(List.of("Freeze l", "Reclaim l"), actions(Kind.HOST_SHORT, "", state));
    }

    @Test
    void theAgentIsToldWhenItTakesLongAndTheCallIsEndedAtLast() {
        assertEquals(List.of("Tell b", "SoftLimit b"), actions(Kind.RUNG_EXPIRED, "b", turns(Tier.CGROUP, on(Rung.FREEZE, 11))));
        PolicyState none = host(1000, state(session("a", Priority.HIGH, 0), call("a", 480, 0, FREE)),
                state(session("b", Priority.LOW, 0), call("b", 480, FAST, on(Rung.FREEZE, 130))));
        Action.EndCall end = assertInstanceOf(Action.EndCall.class, react(Kind.RUNG_EXPIRED, "b", none).get(0));
        assertTrue(end.reason().startsWith("it was held back for 130 s, and there is still no room for it (it has 480 MiB)"), end.reason());
    }

    @Test
    void beforeTheKernelEndsSomebodyTheNewestLargeOneOfTheLeastImportantIsEnded() {
        PolicyState over = host(1000, state(session("h", Priority.HIGH, 0), call("h", 500, FAST, FREE)),
                state(session("l", Priority.LOW, 0), call("l1", 250, 0, on(Rung.FREEZE, 1)), call("l2", 247, 0, on(Rung.FREEZE, 1))));
        assertEquals(1, ends(over));
    }

    /** It hardly grows any more there, the kernel sees to that; and who rests from a freeze is no less of a victim for it. */
    @Test
    void inTheLastStretchOneIsEndedForAnotherThatCreeps() {
        assertEquals(1, ends(lastStretch(7, 2)));
        assertEquals(0, ends(lastStretch(7, 0)));
        assertEquals(1, ends(lastStretch(1, 0)));
    }

    private static PolicyState lastStretch(long leftMib, long growthMibPerS) {
        return host(1000, state(session("h", Priority.HIGH, 0), call("h", 500 - leftMib, growthMibPerS, FREE)),
                state(session("l", Priority.LOW, 0), call("l", 500, 0, on(Rung.SOFT_LIMIT, 1))));
    }

    @Test
    void whileOneIsEndingNoSecondOneIsEndedForTheSameBytes() {
        assertEquals(0, ends(besideOneIn(Phase.IS_ENDED)));
    }

    /** They may run for hours, and give nothing back before. */
    @Test
    void leftoversOfAnEndedCallDoNotKeepTheLastRungAway() {
        assertEquals(1, ends(besideOneIn(Phase.LEFTOVERS)));
    }

    private static PolicyState besideOneIn(Phase phase) {
        CallState runs = call("l2", 47, 0, FREE);
        CallState other = new CallState(runs.id(), runs.grant(), runs.beganNs(), runs.memoryBytes(), runs.highestBytes(), 0, runs.standing(), phase);
        return host(1000, state(session("h", Priority.HIGH, 0), call("h", 500, FAST, FREE)),
                state(session("l", Priority.LOW, 0), call("l1", 450, 0, on(Rung.FREEZE, 1)), other));
    }

    private long ends(PolicyState state) {
        return actions(Kind.HOST_SHORT, "", state).stream().filter(action -> action.startsWith("EndCall")).count();
    }

    @Test
    void aSoftLimitThatProvesTooLowIsRaisedWhileThereIsRoom() {
        Limits limits = Limits.builder().memoryHighBytes(200 * MIB).memoryMaxBytes(800 * MIB).build();
        PolicyState state = host(4000, state(session("l", Priority.LOW, 0), call("l", 201, FAST, FREE, limits, OptionalLong.of(200 * MIB))));
        Action.SetLimits raised = assertInstanceOf(Action.SetLimits.class, react(Kind.MEMORY_HIGH, "l", state).get(0));
        assertEquals(OptionalLong.of(201 * MIB + 201 * MIB / 4), raised.limits().memoryHighBytes());
    }

    @Test
    void aSoftLimitIsRaisedNoFurtherThanWhatNeighboursWerePromisedLeaves() {
        // 1000 less 2 %, less the agent's 200, less 500 promised to the neighbour: 280. The soft limit stays below that.
        Action.SetLimits raised = assertInstanceOf(Action.SetLimits.class, react(Kind.MEMORY_HIGH, "l", neighbours(200, FREE)).get(0));
        assertEquals(OptionalLong.of(245 * MIB), raised.limits().memoryHighBytes());
        assertEquals(OptionalLong.of(280 * MIB), raised.limits().memoryMaxBytes());
    }

    @Test
    void whoHasNoMoreRoomBesidePromisesIsToldAndGoesOnSlowly() {
        List<Action> actions = react(Kind.MEMORY_HIGH, "l", neighbours(250, FREE));
        assertEquals(List.of("SoftLimit l", "Tell l"), names(actions).subList(0, 2));
        assertTrue(((Action.Tell) actions.get(1)).text().contains("280 MiB is what its session's budget of 1000 MiB leaves beside the agent"),
                actions.get(1)::toString);
        // Slow, but not slower still: nobody more important waits for what it has.
        assertEquals(List.of(), rungs(react(Kind.MEMORY_HIGH, "l", neighbours(250, on(Rung.SOFT_LIMIT, 1)))));
        assertEquals(List.of("SoftLimit l"), rungs(react(Kind.RUNG_EXPIRED, "l", neighbours(250, on(Rung.SOFT_LIMIT, 1)))));
    }

    @Test
    void afterAWhileItHasToDoWithItsLimitAndNeverItsNeighbour() {
        List<Action> actions = react(Kind.RUNG_EXPIRED, "l", neighbours(250, on(Rung.SOFT_LIMIT, 15)));
        assertEquals(List.of("Tell l", "Release l", "SetLimits l"), names(actions));
        Limits limits = ((Action.SetLimits) actions.get(2)).limits();
        assertEquals(OptionalLong.of(Limits.UNLIMITED), limits.memoryHighBytes());
        assertEquals(OptionalLong.of(280 * MIB), limits.memoryMaxBytes());
    }

    @Test
    void whoIsAloneInItsSessionDoesNotWaitForNobodysEnd() {
        Limits limits = soft(280, 280);
        PolicyState state = host(8000, state(session("s", Priority.NORMAL, 500), 210, call("l", 285, FAST, FREE, limits, OptionalLong.of(280 * MIB))));
        assertEquals(List.of("SetLimits l"), actions(Kind.MEMORY_HIGH, "l", state));
    }

    @Test
    void whenANeighbourEndsItGetsMore() {
        PolicyState state = host(8000, state(session("s", Priority.NORMAL, 1000), 200,
                call("l", 280, 0, on(Rung.SOFT_LIMIT, 1), soft(280, 280), OptionalLong.of(200 * MIB))));
        List<Action> actions = react(Kind.CALLS_CHANGED, "", state);
        assertEquals(List.of("Release l", "SetLimits l"), names(actions).subList(0, 2));
    }

    @Test
    void hardLimitsFollowWhoComesAndGoesSoThatTheyLeaveEachWhatItWasPromised() {
        Limits all = Limits.builder().memoryMaxBytes(700 * MIB).build();
        CallState high = call("h", 100, 0, FREE, all, OptionalLong.of(200 * MIB));
        SessionState beside = state(session("s", Priority.HIGH, 1000), 200, high, call("n", 10, 0, FREE, Limits.NONE, OptionalLong.of(300 * MIB)));
        Action.SetLimits cut = assertInstanceOf(Action.SetLimits.class, about(Kind.CALLS_CHANGED, "s", host(8000, beside)).get(0));
        // 1000 - 20 - 200 - 200 - 300 = 280 are nobody's; both may come to want of it.
        assertEquals(OptionalLong.of(340 * MIB), cut.limits().memoryMaxBytes());

        CallState less = call("h", 100, 0, FREE, cut.limits(), OptionalLong.of(200 * MIB));
        Action.SetLimits given = assertInstanceOf(Action.SetLimits.class,
                about(Kind.CALLS_CHANGED, "s", host(8000, state(session("s", Priority.HIGH, 1000), 200, less))).get(0));
        assertEquals(OptionalLong.of(780 * MIB), given.limits().memoryMaxBytes());
    }

    @Test
    void aHardLimitIsNotCutDownToWhatACallUses() {
        CallState large = call("h", 800, 0, FREE, Limits.builder().memoryMaxBytes(980 * MIB).build(), OptionalLong.of(200 * MIB));
        SessionState beside = state(session("s", Priority.HIGH, 1000), 0, large, call("n", 10, 0, FREE, Limits.NONE, OptionalLong.of(300 * MIB)));
        Action.SetLimits cut = assertInstanceOf(Action.SetLimits.class, about(Kind.CALLS_CHANGED, "s", host(8000, beside)).get(0));
        assertEquals(OptionalLong.of(900 * MIB), cut.limits().memoryMaxBytes());
    }

    @Test
    void norIsItRaisedBecauseTheCallIsNearIt() {
        CallState near = call("g", 98, FAST, FREE, Limits.builder().memoryMaxBytes(100 * MIB).build(), OptionalLong.of(100 * MIB));
        SessionState beside = state(session("s", Priority.HIGH, 256), 0, near, call("n", 150, 0, FREE, Limits.NONE, OptionalLong.of(100 * MIB)));
        assertEquals(List.of(), about(Kind.CALLS_CHANGED, "s", host(8000, beside)));
    }

    /** One that was let in with 150 MiB beside another that was promised 500 and uses 100. */
    private static PolicyState neighbours(long usedMib, Standing standing) {
        return host(8000, state(session("s", Priority.NORMAL, 1000), 200,
                call("l", usedMib, FAST, standing, soft(Math.min(usedMib, 245), 280), OptionalLong.of(150 * MIB)),
                call("n", 100, 0, FREE, soft(500, 600), OptionalLong.of(500 * MIB))));
    }

    private static Limits soft(long highMib, long maxMib) {
        return Limits.builder().memoryHighBytes(highMib * MIB).memoryMaxBytes(maxMib * MIB).build();
    }

    @Test
    void aSessionsOwnBudgetIsSharedInTurnsToo() {
        PolicyState state = host(8000, state(session("s", Priority.NORMAL, 1000), call("a", 480, FAST, FREE), call("b", 440, FAST, FREE)));
        assertEquals(List.of("SoftLimit b"), actions(Kind.MEMORY_STALL, "", state));
    }

    /** 36 MiB are left beside the margin and what the larger one may grow by yet. */
    private static PolicyState turns(Tier tier, Standing standing) {
        return host(1000, 0, tier, state(session("a", Priority.LOW, 0), call("a", 480, FAST, FREE)),
                state(session("b", Priority.LOW, 0), call("b", 190, FAST, standing)));
    }

    /** On that rung for so many seconds, whose bound is now. */
    private static Standing on(Rung rung, int seconds) {
        return new Standing(rung, NOW_NS - seconds * 1_000_000_000L, NOW_NS, 1, Duration.ZERO, 0, Long.MIN_VALUE);
    }

    private List<Action> react(Kind kind, String call, PolicyState state) {
        Optional<CallId> about = call.isEmpty() ? Optional.empty() : Optional.of(new CallId(call));
        Optional<SessionName> session = Optional.empty();
        return policy.react(new Pressure(session, about, kind, 1, NOW_NS), state);
    }

    private List<Action> about(Kind kind, String session, PolicyState state) {
        return policy.react(new Pressure(Optional.of(new SessionName(session)), Optional.empty(), kind, 1, NOW_NS), state);
    }

    private List<String> actions(Kind kind, String call, PolicyState state) {
        return names(react(kind, call, state));
    }

    private static List<String> names(List<Action> actions) {
        return actions.stream().map(action -> action.getClass().getSimpleName() + " " + action.call()).toList();
    }

    /** What puts a call on a rung, or lets it go. */
    private static List<String> rungs(List<Action> actions) {
        return names(actions.stream().filter(action -> !(action instanceof Action.Tell) && !(action instanceof Action.SetLimits)).toList());
    }
}
