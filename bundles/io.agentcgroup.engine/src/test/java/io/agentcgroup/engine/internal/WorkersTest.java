package io.agentcgroup.engine.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledThreadPoolExecutor;
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
        try (Workers workers = new Workers()) {
            for (int i = 0; i < 50; i++) {
                workers.runAfterwards(() -> {
                    threads.add(Thread.currentThread().getName());
                    done.release();
                });
            }
            assertTrue(done.tryAcquire(50, 10, TimeUnit.SECONDS));
        }
        assertTrue(threads.stream().distinct().count() <= 2, threads::toString);
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
        ExecutorService threads = Executors.newSingleThreadExecutor();
        // A timer that never fires.
        ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(0) {
            @Override
            public java.util.concurrent.ScheduledFuture<?> schedule(Runnable work, long delay, TimeUnit unit) {
                return super.schedule(() -> { }, 1, TimeUnit.HOURS);
            }
        };
        try (Workers workers = new Workers(threads, Executors.newSingleThreadExecutor(), timer)) {
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
