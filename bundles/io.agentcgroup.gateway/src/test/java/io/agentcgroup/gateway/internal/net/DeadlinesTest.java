package io.agentcgroup.gateway.internal.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DeadlinesTest {

    private static final int NONE = -1;
    private static final long MS_NS = 1_000_000;

    private final Deadlines deadlines = new Deadlines();
    private final List<String> expired = new ArrayList<>();
    private final long nowNs = System.nanoTime();

    @Test
    void withoutDeadlinesNobodyWakes() {
        assertEquals(NONE, deadlines.timeoutMs(nowNs, NONE));
    }

    @Test
    void theNearestDecidesHowLongToSleep() {
        deadlines.add(5_000, () -> expired.add("far"));
        deadlines.add(1_000, () -> expired.add("near"));
        int timeoutMs = deadlines.timeoutMs(nowNs, NONE);
        assertTrue(timeoutMs >= 1_000 && timeoutMs < 5_000, "sleeps " + timeoutMs);
        deadlines.expire(nowNs + 4_000 * MS_NS, Runnable::run);
        assertEquals(List.of("near"), expired);
    }

    @Test
    void whatWasCancelledWakesNobody() {
        Deadlines.Deadline cancelled = deadlines.add(10, () -> expired.add("cancelled"));
        deadlines.add(1_000, () -> expired.add("stays"));
        cancelled.cancel();
        assertTrue(deadlines.timeoutMs(nowNs, NONE) >= 1_000);
        deadlines.expire(nowNs + 3_000 * MS_NS, Runnable::run);
        assertEquals(List.of("stays"), expired);
        assertEquals(NONE, deadlines.timeoutMs(nowNs, NONE));
    }

    @Test
    void whatIsDueExpiresInOrderAndOnce() {
        // Far apart: between the two calls a busy machine may let milliseconds pass.
        deadlines.add(3_000, () -> expired.add("second"));
        deadlines.add(1, () -> expired.add("first"));
        assertEquals(0, deadlines.timeoutMs(nowNs + 5_000 * MS_NS, NONE));
        deadlines.expire(nowNs + 5_000 * MS_NS, Runnable::run);
        deadlines.expire(nowNs + 6_000 * MS_NS, Runnable::run);
        assertEquals(List.of("first", "second"), expired);
    }
}
