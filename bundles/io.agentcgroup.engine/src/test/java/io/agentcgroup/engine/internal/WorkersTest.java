package io.agentcgroup.engine.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What comes after a call is done later, together, and not lost. */
class WorkersTest {

    private final Semaphore done = new Semaphore(0);

    @Test
    void whatComesAfterwardsIsDoneTogetherOnOneThread() throws Exception {
        List<String> threads = Collections.synchronizedList(new ArrayList<>());
        HeldTimer timer = new HeldTimer();
        try (Workers workers = new Workers(Executors.newSingleThreadExecutor(), Workers.threads("agentcgroup-after-", () -> { }), timer)) {
            for (int i = 0; i < 50; i++) {
                workers.runAfterwards(() -> {
                    threads.add(Thread.currentThread().getName());
                    done.release();
                });
            }
            assertEquals(1, timer.waiting(), "one wake-up for all");
            timer.fire();
            assertTrue(done.tryAcquire(50, 10, TimeUnit.SECONDS));
        }
        assertEquals(1, threads.stream().distinct().count(), threads::toString);
        assertTrue(threads.get(0).startsWith("agentcgroup-after-"), threads::toString);
    }

    @Test
    void oneThatFailsTakesNoOtherWithIt() throws Exception {
        try (Workers workers = new Workers()) {
            workers.runAfterwards(() -> {
                throw new IllegalStateException("on purpose");
            });
            workers.runAfterwards(done::release);
            assertTrue(done.tryAcquire(10, TimeUnit.SECONDS));
        }
    }

    @Test
    void whoIsInAHurryDoesNotWaitForTheTimer() throws Exception {
        try (Workers workers = new Workers(Executors.newSingleThreadExecutor(), Executors.newSingleThreadExecutor(), new HeldTimer())) {
            workers.runAfterwards(done::release);
            workers.hurry();
            assertTrue(done.tryAcquire(10, TimeUnit.SECONDS));
        }
    }

    @Test
    void nothingIsLostWhenTheyAreClosed() {
        List<Integer> all = Collections.synchronizedList(new ArrayList<>());
        try (Workers workers = new Workers()) {
            IntStream.range(0, 500).forEach(i -> workers.run(() -> workers.runAfterwards(() -> all.add(i))));
        }
        assertEquals(500, all.size());
    }
}
