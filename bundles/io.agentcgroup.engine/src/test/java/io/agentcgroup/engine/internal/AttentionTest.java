package io.agentcgroup.engine.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** That memory is looked at soon enough, and that looking takes no more than it may. */
class AttentionTest {

    private static final long MIB = 1L << 20;
    private static final long BUDGET = 1000 * MIB;
    private static final long MS = 1_000_000;
    private static final long START_NS = 1_000 * MS;

    private final Attention attention = new Attention();

    @Test
    void theLessIsLeftTheSoonerIsTheNextLook() {
        assertEquals(Attention.LONGEST_NS, attention.untilNextNs(OptionalLong.of(100_000 * MIB), false, START_NS));
        assertEquals(Attention.LONGEST_WHILE_HELD_NS, attention.untilNextNs(OptionalLong.of(100_000 * MIB), true, START_NS));
        long at400 = attention.untilNextNs(OptionalLong.of(400 * MIB), false, START_NS);
        long at200 = attention.untilNextNs(OptionalLong.of(200 * MIB), false, START_NS);
        assertTrue(at200 < at400 && at400 < Attention.LONGEST_NS, at200 + " and " + at400);
        assertTrue(attention.untilNextNs(OptionalLong.of(0), false, START_NS) > 0);
        assertEquals(Attention.LONGEST_NS, attention.untilNextNs(OptionalLong.empty(), false, START_NS));
    }

    @Test
    void whatGoesFastIsForeseen() {
        assertEquals(900 * MIB, attention.leftSoon(900 * MIB, START_NS));
        // 100 MiB in a fifth of a second: 250 more in the next half.
        assertEquals(550 * MIB, attention.leftSoon(800 * MIB, START_NS + 200 * MS));
        assertEquals(800 * MIB, attention.leftSoon(800 * MIB, START_NS + 400 * MS));
        assertEquals(850 * MIB, attention.leftSoon(850 * MIB, START_NS + 600 * MS));
        assertEquals(0, attention.leftSoon(100 * MIB, START_NS + 610 * MS));
    }

    @Test
    void whatLooksTakeCountsLessThanThatAllCouldBeGone() {
        attention.took(60_000 * MS, START_NS);
        long at100 = attention.untilNextNs(OptionalLong.of(100 * MIB), true, START_NS);
        assertTrue(at100 < 60 * MS, at100 + " ns");
        assertEquals(10 * MS, attention.untilNextNs(OptionalLong.of(MIB), true, START_NS));
    }

    @Test
    void looksTakeATenthOfACpuAtMost() {
        long nowNs = START_NS;
        long spentNs = 0;
        for (int look = 0; look < 1_000; look++) {
            long costNs = 7 * MS;
            nowNs += costNs;
            attention.took(costNs, nowNs);
            spentNs += costNs;
            nowNs += attention.untilNextNs(OptionalLong.of(500 * MIB), true, nowNs);
        }
        assertTrue(spentNs * 10 <= (nowNs - START_NS) * 1.01, spentNs + " of " + (nowNs - START_NS));
    }

    @Test
    void oneThatTookForEverDoesNotMakeItLookAwayForLong() {
        attention.took(60_000 * MS, START_NS);
        assertEquals(Attention.LONGEST_NS, attention.untilNextNs(OptionalLong.of(900 * MIB), true, START_NS));
    }

    @Test
    void aCheapOneIsNotHeldBackByItsPrice() {
        attention.took(MS / 2, START_NS);
        assertEquals(10 * MS, attention.untilNextNs(OptionalLong.of(50 * MIB), true, START_NS));
    }

    @Test
    void whenShortThePolicyIsAskedAboutWhatChangesAndNowAndThen() {
        assertTrue(asked(200, true, false, 0));
        assertFalse(asked(199, true, false, 10), "nothing new");
        assertTrue(asked(180, true, false, 20), "a fiftieth of the budget is gone");
        assertFalse(asked(180, true, false, 30));
        assertTrue(asked(195, true, false, 40), "there is more");
        assertTrue(asked(195, true, false, 300), "growth changes, too");
    }

    @Test
    void theNearerTheEndTheSmallerIsWhatCounts() {
        assertTrue(asked(20, true, false, 0));
        assertTrue(asked(16, true, false, 10));
        assertTrue(asked(13, true, false, 20));
    }

    @Test
    void withPlentyThePolicyIsAskedOnlyForThoseHeldBack() {
        assertFalse(asked(900, false, false, 0));
        assertTrue(asked(900, false, true, 300), "now and then");
        assertFalse(asked(890, false, true, 310), "less is no news to them");
        assertTrue(asked(905, false, true, 320), "more than at its lowest is");
    }

    @Test
    void afterSomebodyWasPutOnARungOnlyWhatComesThenIsNews() {
        assertTrue(asked(200, true, false, 0));
        attention.rungsChanged();
        assertFalse(asked(150, true, true, 10));
        assertTrue(asked(130, true, true, 20));
    }

    private boolean asked(long leftMib, boolean isShort, boolean held, long atMs) {
        return attention.isWorthAsking(leftMib * MIB, BUDGET, isShort, held, START_NS + atMs * MS);
    }
}
