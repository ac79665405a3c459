package io.agentcgroup.launcher;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

import org.apache.felix.framework.FrameworkFactory;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.startlevel.BundleStartLevel;
import org.osgi.framework.wiring.BundleRevision;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.agentcgroup.launcher.LaunchPlan.PlannedBundle;

/** A framework that runs a {@link LaunchPlan}. */
public final class Container implements AutoCloseable {

    /**
     * The gateway and the journal close in milliseconds. What takes longer hangs; the kernel keeps the limits and the next
     * start adopts everything, so leaving is safe. Well below the 90 s after which systemd would kill us.
     */
    private static final Duration STOP_AT_MOST = Duration.ofSeconds(10);

    private final Framework framework;
    private List<String> bundlesNotStarted = List.of();

    private Container(Framework framework) {
        this.framework = framework;
    }

    /**
     * Starts all bundles. One that cannot start is logged and does not stop the others; see {@link #bundlesNotStarted}.
     *
     * @param overrides framework properties that count more than the plan's
     * @throws InstallationException if a file is no bundle
     */
    public static Container start(Layout layout, LaunchPlan plan, Map<String, String> overrides) throws BundleException {
        Map<String, Object> configuration = new HashMap<>(plan.properties());
        configuration.putAll(layout.properties());
        configuration.put(Constants.FRAMEWORK_STORAGE, layout.frameworkStorage().toString());
        // What is installed follows from the features alone, so nothing is kept from the last run.
        configuration.put(Constants.FRAMEWORK_STORAGE_CLEAN, Constants.FRAMEWORK_STORAGE_CLEAN_ONFIRSTINIT);
        configuration.put(Constants.FRAMEWORK_BEGINNING_STARTLEVEL, Integer.toString(plan.highestStartLevel()));
        // Our own hook stops the framework, within a bound.
        configuration.put("felix.shutdown.hook", "false");
        configuration.put("felix.log.logger", new FrameworkLog());
        configuration.putAll(overrides);
        Framework framework = new FrameworkFactory().newFramework(configuration);
        framework.init();
        Container container = new Container(framework);
        CompletableFuture<Void> logging = startLogging();
        List<Bundle> installed = container.install(plan.bundles());
        logging.join();
        framework.start();
        container.bundlesNotStarted = container.failures(installed);
        container.bundlesNotStarted.forEach(reason -> log().error("{}", reason));
        return container;
    }

    /**
     * On a thread of its own, as reading its configuration takes as long as installing all bundles. Who asks for a logger before
     * it is done gets a provisional one: so no bundle may have started yet.
     */
    private static CompletableFuture<Void> startLogging() {
        return CompletableFuture.runAsync(LoggerFactory::getILoggerFactory, task -> new Thread(task, "agentcgroup-log").start());
    }

    /** Looked up when it is needed, which is never while the log is being started. */
    private static Logger log() {
        return LoggerFactory.getLogger(Container.class);
    }

    /** @return the bundles, without fragments, which are not started */
    private List<Bundle> install(List<PlannedBundle> plan) throws BundleException {
        BundleContext context = framework.getBundleContext();
        context.addFrameworkListener(event -> {
            if (event.getType() == FrameworkEvent.ERROR) {
                log().error("{}", event.getBundle().getSymbolicName(), event.getThrowable());
            }
        });
        List<Bundle> installed = new ArrayList<>();
        for (PlannedBundle planned : plan) {
            Bundle bundle = install(context, planned.file());
            bundle.adapt(BundleStartLevel.class).setStartLevel(planned.startLevel());
            if (!isFragment(bundle)) {
                installed.add(bundle);
            }
        }
        for (Bundle bundle : installed) {
            bundle.start(Bundle.START_ACTIVATION_POLICY);
        }
        return installed;
    }

    private static Bundle install(BundleContext context, Path file) {
        try {
            // By reference: the jar is used where it lies, not copied into the framework's storage.
            return context.installBundle("reference:" + file.toUri());
        } catch (BundleException e) {
            throw new InstallationException(file + " is no bundle: " + e.getMessage(), e);
        }
    }

    private static boolean isFragment(Bundle bundle) {
        return (bundle.adapt(BundleRevision.class).getTypes() & BundleRevision.TYPE_FRAGMENT) != 0;
    }

    /** @return a sentence for each reason for which a bundle of the plan does not run; empty if all do */
    public List<String> bundlesNotStarted() {
        return bundlesNotStarted;
    }

    private List<String> failures(List<Bundle> planned) {
        Map<Bundle, BundleException> failed = new LinkedHashMap<>();
        for (Bundle bundle : planned) {
            if (bundle.getState() != Bundle.ACTIVE && bundle.getState() != Bundle.STARTING) {
                try {
                    // What it needed may have come after it; and else this says why.
                    bundle.start(Bundle.START_TRANSIENT);
                } catch (BundleException e) {
                    failed.put(bundle, e);
                }
            }
        }
        return new Failures(failed, framework.getBundleContext().getBundles()).inWords();
    }

    /** @return the framework's context, for looking up services */
    public BundleContext context() {
        return framework.getBundleContext();
    }

    /** Returns when the framework has stopped, whoever stopped it. */
    void awaitStop() throws InterruptedException {
        framework.waitForStop(0);
    }

    /** Stops all bundles, in the opposite order of starting; returns after a bound whether or not all have. */
    @Override
    public void close() throws BundleException {
        framework.stop();
        try {
            FrameworkEvent event = framework.waitForStop(STOP_AT_MOST.toMillis());
            if (event.getType() == FrameworkEvent.WAIT_TIMEDOUT) {
                log().warn("bundles still stopping after {} s; leaving all the same", STOP_AT_MOST.toSeconds());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
