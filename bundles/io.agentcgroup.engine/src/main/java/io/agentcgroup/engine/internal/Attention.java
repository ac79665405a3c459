package io.agentcgroup.engine.internal;

import java.util.OptionalLong;

/**
 * When all sessions are looked at next, and when what was seen is worth a question to the policy. The less is left, the sooner; but all of
 * that together takes no more than its share of a CPU, however slow the machine is: what it takes is taken from those it is done for. Not
 * thread-safe.
 */
final class Attention {

    /** Two CPUs of today fill no more than that in a second: between two looks only part of what is left can go. */
    private static final long FILLED_PER_S = 2L << 30;
    private static final long SHORTEST_NS = 10_000_000;
    static final long LONGEST_NS = 250_000_000;
    /** Somebody is held back or waits: that should not last longer than it must. */
    static final long LONGEST_WHILE_HELD_NS = 50_000_000;
    private static final double NS_PER_S = 1e9;
    /** That much of what is left can be gone at the next look, at the worst. */
    private static final double GONE_SHARE = 0.25;
    /** Looks and what is done about them may have a tenth of one CPU, unless all could be gone before the next one is due. */
    private static final int CPU_SHARE = 10;

    /** So much more or less than before is worth a question: of the budget, and of what is left when that is little. */
    private static final int CHANGED_SHARE = 100;
    private static final int CHANGED_SHARE_OF_LEFT = 8;
    /** Short, or with somebody held back, the policy is asked at least so often: growth changes, too. */
    static final long ASK_AGAIN_NS = 200_000_000;

    /** What is done about a shortage takes effect that late on a slow machine: until then it goes on as it does. */
    private static final double FORESEEN_S = 0.5;

    private long lookedNs;
    private OptionalLong leftWhenLooked = OptionalLong.empty();
    private long restUntilNs;
    private long askedNs;
    private OptionalLong leftWhenAsked = OptionalLong.empty();

    /** @param cpuNs what a look, or what was done about it, has taken */
    void took(long cpuNs, long nowNs) {
        long restNs = cpuNs * (CPU_SHARE - 1);
        restUntilNs = Math.min(Math.max(restUntilNs, nowNs) + restNs, nowNs + LONGEST_NS);
    }

    /**
     * @param left what all sessions together may still use; empty where that is unknown
     * @param held whether somebody is held back, or waits
     * @return until the next look
     */
    long untilNextNs(OptionalLong left, boolean held, long nowNs) {
        long longest = held ? LONGEST_WHILE_HELD_NS : LONGEST_NS;
        long allGoneNs = left.isEmpty() ? LONGEST_NS : Math.round(left.getAsLong() * NS_PER_S / FILLED_PER_S);
        long byRoom = left.isEmpty() ? longest : Math.round(allGoneNs * GONE_SHARE);
        return Math.max(Math.min(restUntilNs - nowNs, allGoneNs), Math.max(SHORTEST_NS, Math.min(longest, byRoom)));
    }

    /** @return what will be left in a moment if it goes on like since the look before; never more than is left now, and not below 0 */
    long leftSoon(long left, long nowNs) {
        double sinceS = (nowNs - lookedNs) / NS_PER_S;
        long gone = leftWhenLooked.isPresent() && sinceS > 0 ? Math.max(0, leftWhenLooked.getAsLong() - left) : 0;
        lookedNs = nowNs;
        leftWhenLooked = OptionalLong.of(left);
        return gone == 0 ? left : Math.max(0, left - Math.round(gone / sinceS * FORESEEN_S));
    }

    /** Somebody was put on a rung, or let go: what is left from now on is what counts. */
    void rungsChanged() {
        leftWhenAsked = OptionalLong.empty();
    }

    /**
     * @param isShort whether so little is left that the policy wants to know
     * @return whether to ask the policy now; then it counts as asked
     */
    boolean isWorthAsking(long left, long budget, boolean isShort, boolean held, long nowNs) {
        if (leftWhenAsked.isEmpty()) {
            leftWhenAsked = OptionalLong.of(left);
        }
        long change = left - leftWhenAsked.getAsLong();
        long telling = Math.min(budget / CHANGED_SHARE, left / CHANGED_SHARE_OF_LEFT);
        boolean again = nowNs - askedNs > ASK_AGAIN_NS;
        boolean worth = isShort ? again || Math.abs(change) > telling : held && (again || change > budget / CHANGED_SHARE);
        if (worth) {
            askedNs = nowNs;
            leftWhenAsked = OptionalLong.of(left);
        } else if (!isShort && change < 0) {
            // What is freed counts from the lowest.
            leftWhenAsked = OptionalLong.of(left);
        }
        return worth;
    }
}
