package io.agentcgroup.cgroup.internal;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.agentcgroup.api.cgroup.DomainListener;
import java.util.concurrent.Callable;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Counts notifications, and waits for them. */
final class RecordedEvents implements DomainListener {

    /** Only a test that fails waits so long, and a machine that does much else may take seconds. */
    private static final long PATIENCE_S = 30;

    private final Semaphore news = new Semaphore(0);
    private final AtomicInteger count = new AtomicInteger();

    @Override
    public void cgroupEvents() {
        count.incrementAndGet();
        news.release();
    }

    int count() {
        return count.get();
    }

    /** Looks once, and then only when the kernel has said that there is something to see. */
    void awaitCgroupEvents(Callable<Boolean> condition) throws Exception {
        while (!condition.call()) {
            assertTrue(news.tryAcquire(PATIENCE_S, TimeUnit.SECONDS), "the kernel said nothing");
        }
    }
}
