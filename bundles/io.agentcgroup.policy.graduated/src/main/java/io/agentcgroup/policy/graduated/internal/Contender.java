package io.agentcgroup.policy.graduated.internal;

import io.agentcgroup.api.Priority;
import io.agentcgroup.api.Rung;
import io.agentcgroup.api.policy.CallState;
import io.agentcgroup.api.policy.SessionState;
import java.util.Comparator;

/** A running call among all that want memory. */
record Contender(SessionState session, CallState call) {

    /** Slower growth is the noise of a program that runs; it reaches nothing between two looks. */
    private static final long GROWS_BYTES_PER_S = 16L << 20;

    /** Who is larger is nearer to its height, and gives back more at its end. */
    static final Comparator<Contender> BY_SIZE = Comparator.<Contender>comparingLong(one -> -one.used())
            .thenComparingLong(one -> one.call().beganNs())
            .thenComparing(one -> one.call().id());

    /**
     * Who may grow when only one may: one that is growing already, then one that is kept from it, then one that wants nothing now; among
     * equals the one that is nearest to its height, which is best guessed by what it holds.
     */
    static final Comparator<Contender> ORDER = Comparator.comparing((Contender one) -> one.priority())
            .thenComparing(one -> one.isFree() ? one.grows() ? 0 : 2 : 1)
            .thenComparing(BY_SIZE);

    Priority priority() {
        return session.session().priority();
    }

    long used() {
        return call.memoryBytes().orElse(0);
    }

    boolean isFree() {
        return call.standing().rung() == Rung.FREE;
    }

    boolean grows() {
        return call.growthBytesPerS() > GROWS_BYTES_PER_S;
    }
}
