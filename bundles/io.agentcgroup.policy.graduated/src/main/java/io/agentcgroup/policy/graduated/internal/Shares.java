package io.agentcgroup.policy.graduated.internal;

import static io.agentcgroup.api.Quantity.percentOf;

import io.agentcgroup.api.Grant;
import io.agentcgroup.api.Limits;
import io.agentcgroup.api.policy.CallState;
import io.agentcgroup.api.policy.SessionState;
import java.util.OptionalLong;

/**
 * How a session's own budget is shared. What was expected of a call when it was let in is promised to it, used or not; only what is left beside
 * all promises and beside the agent may go to a call that needs more. Else one call's growth would cost another its memory: when a
 * session's budget runs out, the kernel ends whoever is largest, guilty or not. Pure.
 */
final class Shares {

    /** Of a hard limit that cannot be raised, so much is above the soft one: the agent is told before the kernel ends the call. */
    static final int GAP_SHARE = 8;
    private static final long GAP_LEAST_BYTES = 8L << 20;
    /** A step of a soft limit: small ones cost a round each, large ones let others wait. */
    private static final long STEP_LEAST_BYTES = 32L << 20;
    private static final int STEP_SHARE = 4;

    private final Settings settings;
    private final SessionState session;
    private final OptionalLong budget;

    Shares(Settings settings, SessionState session) {
        this.settings = settings;
        this.session = session;
        this.budget = session.session().memoryBudgetBytes();
    }

    /** @return whether there is a budget of its own to be shared */
    boolean areBounded() {
        return budget.isPresent();
    }

    /** @return what one more call could have without taking from others; {@link Long#MAX_VALUE} where no budget bounds it */
    long forNewcomer() {
        return areBounded() ? shareable() - claims() : Long.MAX_VALUE;
    }

    /** @return what nobody uses and nobody was promised, never negative; {@link Long#MAX_VALUE} where no budget bounds it */
    long slack() {
        return Math.max(0, forNewcomer());
    }

    /** @return up to what a call may use without taking from others, never less than what it has a claim to */
    long most(CallState call) {
        if (!areBounded()) {
            return Long.MAX_VALUE;
        }
        // The kernel holds who has a soft limit below its hard one, and asks before there is more. Nobody is asked about the others.
        return claim(call) + (isHeldBySoftLimit(call) ? slack() : slack() / Math.max(1, withoutSoftLimit()));
    }

    /** @return what a call was promised, or uses, or may use soon because its soft limit was raised */
    long claim(CallState call) {
        long used = used(call);
        if (call.ending()) {
            return used;
        }
        long raised = isHeldBySoftLimit(call) ? Math.min(softLimit(call.grant()), used + step(used)) : 0;
        return Math.max(promised(call.grant()), Math.max(used, raised));
    }

    long promised(Grant grant) {
        return grant.expectedBytes().orElse(settings.unknownBytes());
    }

    static long step(long used) {
        return Math.max(STEP_LEAST_BYTES, used / STEP_SHARE);
    }

    static boolean isHeldBySoftLimit(CallState call) {
        return softLimit(call.grant()) != Limits.UNLIMITED;
    }

    static long softLimit(Grant grant) {
        return grant.limits().memoryHighBytes().orElse(Limits.UNLIMITED);
    }

    /** @return what it uses, and a little more */
    static long withGap(CallState call) {
        return used(call) + Math.max(GAP_LEAST_BYTES, used(call) / GAP_SHARE);
    }

    private static long used(CallState call) {
        return call.memoryBytes().orElse(0);
    }

    private long shareable() {
        // The margin is for what the kernel needs, and for what grows between two looks; alone, a call meets its own limit first.
        return budget.getAsLong() - session.asideBytes() - (session.calls().isEmpty() ? 0 : percentOf(budget.getAsLong(), settings.marginPercent()));
    }

    private long claims() {
        return session.calls().stream().mapToLong(this::claim).sum();
    }

    private long withoutSoftLimit() {
        return session.calls().stream().filter(call -> !call.ending() && !isHeldBySoftLimit(call)).count();
    }
}
