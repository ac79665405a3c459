package io.agentcgroup.launcher;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.osgi.framework.BundleContext;
import org.osgi.util.tracker.ServiceTracker;

/** Waits for the services without which no call could go through. */
final class Readiness {

    private final BundleContext context;
    private final Collection<String> services;

    Readiness(BundleContext context, Collection<String> services) {
        this.context = context;
        this.services = services;
    }

    /** @return what is still missing after at most that time; empty when ready */
    Set<String> await(Duration atMost) throws InterruptedException {
        long deadlineNs = System.nanoTime() + atMost.toNanos();
        Set<String> missing = new HashSet<>();
        List<ServiceTracker<?, ?>> trackers = new ArrayList<>();
        try {
            for (String service : services) {
                CountDownLatch present = new CountDownLatch(1);
                trackers.add(track(service, present));
                if (!present.await(Math.max(0, deadlineNs - System.nanoTime()), TimeUnit.NANOSECONDS)) {
                    missing.add(service);
                }
            }
        } finally {
            trackers.forEach(ServiceTracker::close);
        }
        return missing;
    }

    private ServiceTracker<?, ?> track(String service, CountDownLatch present) {
        ServiceTracker<Object, Object> tracker = new ServiceTracker<>(context, service, null) {
            @Override
            public Object addingService(org.osgi.framework.ServiceReference<Object> reference) {
                present.countDown();
                // Told, not used: a lazy component stays unmade until somebody needs it.
                return reference;
            }

            @Override
            public void removedService(org.osgi.framework.ServiceReference<Object> reference, Object service) {
                // Nothing was taken, so nothing is given back.
            }
        };
        tracker.open(true);
        return tracker;
    }
}
