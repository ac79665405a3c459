package io.agentcgroup.engine.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Clock;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** That neither the kernel nor the agent is asked or told too often. */
class PacingTest {

    @Test
    void aStallIsToldAfterAWhileAndThenAfterTwiceThat() {
        Stalls stalls = new Stalls(Duration.ofSeconds(5));
        assertFalse(stalls.worthTelling(OptionalLong.empty()));
        assertFalse(stalls.worthTelling(OptionalLong.of(4_999_999)));
        assertTrue(stalls.worthTelling(OptionalLong.of(5_000_000)));
        assertFalse(stalls.worthTelling(OptionalLong.of(9_000_000)));
        assertTrue(stalls.worthTelling(OptionalLong.of(45_000_000)));
        assertFalse(stalls.worthTelling(OptionalLong.of(79_000_000)));
        assertTrue(stalls.worthTelling(OptionalLong.of(80_000_000)));
    }

    @Test
    void manyPokesAreFewLooksAndTheLastOneIsSeen() throws Exception {
        Semaphore looks = new Semaphore(0);
        Duration interval = Duration.ofMillis(200);
        AtomicLong nowNs = new AtomicLong();
        HeldTimer timer = new HeldTimer();
        try (Workers workers = new Workers(Executors.newSingleThreadExecutor(), Executors.newSingleThreadExecutor(), timer)) {
            Throttle throttle = new Throttle(workers, new Clocks(Clock.systemUTC(), nowNs::get), interval, looks::release);
            throttle.poke();
            assertTrue(looks.tryAcquire(10, TimeUnit.SECONDS), "the first look is at once");
            for (int i = 0; i < 10_000; i++) {
                throttle.poke();
            }
            assertEquals(1, timer.waiting(), "one look for all that came meanwhile");
            assertEquals(0, looks.availablePermits(), "and not before the interval is over");
            nowNs.set(interval.toNanos());
            timer.fire();
            assertTrue(looks.tryAcquire(10, TimeUnit.SECONDS), "what came meanwhile is looked at");
            assertEquals(0, timer.waiting());
        }
    }
}
