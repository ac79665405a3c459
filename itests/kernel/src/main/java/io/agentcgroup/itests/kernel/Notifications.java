package io.agentcgroup.itests.kernel;

import io.agentcgroup.api.cgroup.DomainListener;
import java.util.concurrent.Callable;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Hears what the kernel says about a domain, counts it, and waits for it. */
public final class Notifications implements DomainListener {

    /** The emulated guest is up to fifteen times slower than a real machine. */
    private static final long PATIENCE_S = 60;

    private final Semaphore news = new Semaphore(0);
    private final AtomicInteger cgroupEvents = new AtomicInteger();
    private final AtomicInteger memoryEvents = new AtomicInteger();
    private final AtomicInteger pidsEvents = new AtomicInteger();

    @Override
    public void cgroupEvents() {
        cgroupEvents.incrementAndGet();
        news.release();
    }

    @Override
    public void memoryEvents() {
        memoryEvents.incrementAndGet();
        news.release();
    }

    @Override
    public void pidsEvents() {
        pidsEvents.incrementAndGet();
        news.release();
    }

    public int cgroupEventsHeard() {
        return cgroupEvents.get();
    }

    public int memoryEventsHeard() {
        return memoryEvents.get();
    }

    public int pidsEventsHeard() {
        return pidsEvents.get();
    }

    /** Looks now, and then each time that the kernel says something; so nothing is found by polling. */
    public void await(Callable<Boolean> condition) throws Exception {
        while (!condition.call()) {
            if (!news.tryAcquire(PATIENCE_S, TimeUnit.SECONDS)) {
                throw new AssertionError("the kernel said nothing for " + PATIENCE_S + " s");
            }
        }
    }
}
