package io.agentcgroup.engine.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Clock;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
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
        try (Workers workers = new Workers()) {
            Throttle throttle = new Throttle(workers, new Clocks(Clock.systemUTC(), System::nanoTime), Duration.ofMillis(200), looks::release);
            throttle.poke();
            assertTrue(looks.tryAcquire(10, TimeUnit.SECONDS), "the first look is at once");
            for (int i = 0; i < 10_000; i++) {
                throttle.poke();
            }
            assertTrue(looks.tryAcquire(10, TimeUnit.SECONDS), "what came meanwhile is looked at");
            TimeUnit.MILLISECONDS.sleep(300);
            assertEquals(0, looks.availablePermits());
        }
    }
}
