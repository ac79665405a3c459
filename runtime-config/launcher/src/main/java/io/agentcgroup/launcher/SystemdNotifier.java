package io.agentcgroup.launcher;

import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import org.osgi.framework.BundleContext;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.util.tracker.ServiceTracker;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells systemd that the service is ready: by the bundle {@code io.agentcgroup.systemd}, which also feeds the watchdog. */
final class SystemdNotifier {

    /** It is part of the feature core, which is up by now. */
    private static final long AT_MOST_S = 5;
    private static final String FILTER = "(&(objectClass=java.util.function.Consumer)(agentcgroup.notify=systemd))";

    private static final Logger LOG = LoggerFactory.getLogger(SystemdNotifier.class);

    private SystemdNotifier() {
    }

    static void ready(BundleContext context) throws InterruptedException {
        if (System.getenv("NOTIFY_SOCKET") == null) {
            return;
        }
        try {
            tell(context);
        } catch (InvalidSyntaxException | RuntimeException e) {
            LOG.error("systemd cannot be told that we are ready: {}", e.toString());
        }
    }

    private static void tell(BundleContext context) throws InvalidSyntaxException, InterruptedException {
        ServiceTracker<Consumer<String>, Consumer<String>> tracker = new ServiceTracker<>(context, context.createFilter(FILTER), null);
        tracker.open();
        try {
            Consumer<String> systemd = tracker.waitForService(TimeUnit.SECONDS.toMillis(AT_MOST_S));
            if (systemd == null) {
                LOG.error("systemd cannot be told that we are ready: the bundle io.agentcgroup.systemd of feature core does not run");
            } else {
                systemd.accept("READY=1");
            }
        } finally {
            tracker.close();
        }
    }
}
