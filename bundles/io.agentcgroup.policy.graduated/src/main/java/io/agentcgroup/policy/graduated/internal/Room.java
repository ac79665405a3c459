package io.agentcgroup.policy.graduated.internal;

import static io.agentcgroup.api.Quantity.percentOf;

import io.agentcgroup.api.Priority;
import io.agentcgroup.api.policy.CallState;
import io.agentcgroup.api.policy.PolicyState;
import io.agentcgroup.api.policy.SessionState;
import java.util.OptionalLong;

/**
 * How much more may be used. Of what is left, a margin stays free, and what more important calls are expected to grow by yet: nothing can take
 * memory back from a call without ending it, where there is no swap, so what is to be free must never be taken. Pure.
 */
final class Room {

    /** More than that is not kept free for what may come: others would not get on at all. */
    private static final int KEPT_MOST_PERCENT = 25;
    /** A call that has not grown for so long is half as likely to. */
    private static final double SETTLES_S = 20;
    /** Who has all but reached what was expected of it may well need more: of such a one nothing is known. */
    private static final int EXPECTED_REACHED_PERCENT = 75;
    private static final double NS_PER_S = 1e9;
    /** Of the margin: what goes between two looks and while somebody ends, and then the kernel chooses. */
    private static final int LAST_SHARE = 2;
    /** Of the margin: less than that is nothing. */
    private static final int NOTHING_SHARE = 16;

    private final Settings settings;
    private final PolicyState state;

    Room(Settings settings, PolicyState state) {
        this.settings = settings;
        this.state = state;
    }

    /** @return what sessions of that priority may still take of the host, negative when too much is taken; empty where nothing is known */
    OptionalLong ofHost(Priority priority) {
        OptionalLong left = state.host().leftBytes();
        return left.isEmpty() ? left : OptionalLong.of(left.getAsLong() - percentOf(budget(), settings.marginPercent()) - keptBefore(priority));
    }

    /**
     * The larger ones of the same priority go first, to their height and to their end: what they are expected to grow by yet is kept free, too. Else
     * equals grow side by side until none of them can reach its height beside what the others hold, and without swap one must be ended.
     *
     * @return what that one may still take of the host, negative when too much is taken; empty where nothing is known
     */
    OptionalLong ofHost(Contender one) {
        OptionalLong there = ofHost(one.priority());
        return there.isEmpty() ? there : OptionalLong.of(there.getAsLong() - keptForLarger(one));
    }

    /** @return with less room than that, calls that grow take turns */
    long turnsOfHost() {
        return percentOf(budget(), settings.turnsPercent());
    }

    /** @return what is left when it is all but over */
    boolean hostIsAllButFull() {
        return state.host().leftBytes().orElse(Long.MAX_VALUE) < percentOf(budget(), settings.marginPercent()) / LAST_SHARE;
    }

    /** @return whether nobody can grow any more */
    boolean hostIsFull() {
        return state.host().leftBytes().orElse(Long.MAX_VALUE) < percentOf(budget(), settings.marginPercent()) / NOTHING_SHARE;
    }

    /** @return what calls of a session may still take of its own budget; empty where it has none, or nothing is known */
    OptionalLong ofSession(SessionState session) {
        OptionalLong left = leftOf(session);
        return left.isEmpty() ? left : OptionalLong.of(left.getAsLong() - percentOf(ownBudget(session), settings.marginPercent()));
    }

    /** @return what is left of a session's own budget; what files fill that an ended call has read is there to be taken */
    OptionalLong leftOf(SessionState session) {
        if (session.session().memoryBudgetBytes().isEmpty() || session.standingBytes().isEmpty()) {
            return session.leftBytes();
        }
        long calls = session.calls().stream().mapToLong(call -> call.memoryBytes().orElse(0)).sum();
        return OptionalLong.of(Math.max(0, ownBudget(session) - session.standingBytes().getAsLong() - calls));
    }

    long turnsOfSession(SessionState session) {
        return percentOf(ownBudget(session), settings.turnsPercent());
    }

    /** @return what one more call, or a growing one, of that session may take now; {@link Long#MAX_VALUE} where nothing bounds it */
    long forCall(SessionState session) {
        return Math.min(ofHost(session.session().priority()).orElse(Long.MAX_VALUE), ofSession(session).orElse(Long.MAX_VALUE));
    }

    /** @return what that one may take of the host beyond what was expected of it, with what its equals were promised kept free, too */
    long beyondPromises(Contender one) {
        OptionalLong there = ofHost(one.priority());
        if (there.isEmpty()) {
            return Long.MAX_VALUE;
        }
        long promised = 0;
        for (SessionState session : state.sessions()) {
            if (session.session().priority() == one.priority()) {
                promised += session.calls().stream().filter(call -> !call.ending() && !call.id().equals(one.call().id()))
                        .mapToLong(call -> Math.max(0, call.grant().expectedBytes().orElse(0) - call.memoryBytes().orElse(0))).sum();
            }
        }
        return there.getAsLong() - Math.min(promised, percentOf(budget(), KEPT_MOST_PERCENT));
    }

    private static long ownBudget(SessionState session) {
        return session.session().memoryBudgetBytes().orElse(0);
    }

    private long budget() {
        return state.host().budgetBytes().orElse(state.host().leftBytes().orElse(0));
    }

    private long keptForLarger(Contender one) {
        long growth = 0;
        for (SessionState session : state.sessions()) {
            if (session.session().priority() == one.priority()) {
                for (CallState call : session.calls()) {
                    if (!call.ending() && Contender.BY_SIZE.compare(new Contender(session, call), one) < 0) {
                        growth += growth(call);
                    }
                }
            }
        }
        return growth;
    }

    private long keptBefore(Priority priority) {
        long growth = 0;
        for (SessionState session : state.sessions()) {
            if (session.session().priority().compareTo(priority) < 0) {
                long ofCalls = session.calls().stream().filter(call -> !call.ending()).mapToLong(this::growth).sum();
                growth += Math.min(ofCalls, leftOf(session).orElse(Long.MAX_VALUE));
            }
        }
        return Math.min(growth, percentOf(budget(), KEPT_MOST_PERCENT));
    }

    /** By how much a call may grow yet. */
    private long growth(CallState call) {
        long used = call.memoryBytes().orElse(0);
        // What it had once, it may or may not have again.
        long again = Math.max(0, call.highestBytes() - used) / 2;
        long expected = call.grant().expectedBytes().orElse(0);
        if (used < percentOf(expected, EXPECTED_REACHED_PERCENT)) {
            return Math.max(again, expected - used);
        }
        double settled = 1 + Math.max(0, state.nowNs() - call.beganNs()) / NS_PER_S / SETTLES_S;
        boolean shown = call.highestBytes() > used + percentOf(used, settings.growthPercent()) / 2;
        long unseen = shown ? 0 : (long) (percentOf(used, settings.growthPercent()) / settled);
        return Math.max(again, Math.max(unseen, Math.max(expected, settings.unknownBytes()) - used));
    }
}
