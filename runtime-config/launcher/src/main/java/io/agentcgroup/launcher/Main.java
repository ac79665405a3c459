package io.agentcgroup.launcher;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;

import org.osgi.framework.BundleException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The daemon. Standard output speaks to whoever started it, one line each: {@code ready <milliseconds>} or
 * {@code error <sentence>}; everything else goes to the log. Exit code 78 says that another start would fail likewise.
 */
public final class Main {

    /** A cold machine needs 2 s, an emulated and busy one a hundred times that; what is not there then is not going to come. */
    private static final Duration READY_AT_MOST = Duration.ofSeconds(240);

    /** Components are made while their bundles start: on a usual host all are there by now, or one has failed. */
    private static final Duration USUALLY_READY = Duration.ofSeconds(1);

    /** {@code EX_CONFIG} of sysexits.h. The systemd unit knows it: no other start is tried. */
    private static final int BROKEN_INSTALLATION = 78;

    private Main() {
    }

    public static void main(String[] arguments) throws InterruptedException {
        try {
            run();
        } catch (InstallationException e) {
            fail(e.getMessage(), BROKEN_INSTALLATION);
        } catch (LaunchException e) {
            fail(e.getMessage(), 1);
        } catch (IOException | BundleException e) {
            fail(e.toString(), 1);
        }
    }

    private static void fail(String sentence, int code) {
        // One line, whatever a bundle said.
        System.out.println("error " + sentence.replace('\n', ' '));
        System.exit(code);
    }

    private static void run() throws IOException, BundleException, InterruptedException {
        Layout layout = Layout.fromSystemProperties();
        layout.create();
        // The state folder too: two daemons with one journal would tear each other's lines.
        FolderLock stateLock = FolderLock.acquire(layout.state().resolve("daemon.lock"));
        FolderLock runLock = FolderLock.acquire(layout.run().resolve("daemon.pid"));
        configureLogging(layout);

        Settings settings = Settings.read(layout);
        LaunchPlan plan = LaunchPlan.read(layout, settings.features());
        Container container = Container.start(layout, plan, settings.properties());
        if (!container.bundlesNotStarted().isEmpty()) {
            // Before it is said: whoever hears it may start the next one at once.
            stop(container, runLock, stateLock);
            throw new InstallationException("the bundles in " + layout.bundles() + " do not go together: "
                    + String.join("; ", container.bundlesNotStarted()));
        }
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(container, runLock, stateLock), "agentcgroup-stop"));
        announce(container, plan.readyServices());

        container.awaitStop();
        System.exit(0);
    }

    /** Logback reads this property at its first use, so it must be set before the first logger is made. */
    private static void configureLogging(Layout layout) {
        Path file = layout.configuration("logback.xml");
        if (System.getProperty("logback.configurationFile") == null) {
            System.setProperty("logback.configurationFile", file.toString());
        }
    }

    private static void announce(Container container, Set<String> services) throws InterruptedException {
        Logger log = LoggerFactory.getLogger(Main.class);
        Readiness readiness = new Readiness(container.context(), services);
        Set<String> missing = readiness.await(USUALLY_READY);
        List<String> failed = new FailedComponents(container.context()).offering(services);
        if (failed.isEmpty() && !missing.isEmpty()) {
            missing = readiness.await(READY_AT_MOST);
        }
        if (!failed.isEmpty() || !missing.isEmpty()) {
            // It stays up: a setting may still be mended, and what is missing deployed.
            String why = failed.isEmpty() ? "no service " + missing + "; the log says why" : String.join("; ", failed) + "; it goes on when that is mended";
            log.error("not ready: {}", why);
            System.out.println("error not ready: " + why);
            return;
        }
        long ms = Duration.between(startInstant(), Instant.now()).toMillis();
        log.info("ready in {} ms", ms);
        System.out.println("ready " + ms);
        SystemdNotifier.ready(container.context());
    }

    private static Instant startInstant() {
        return ProcessHandle.current().info().startInstant().orElseThrow();
    }

    private static void stop(Container container, FolderLock runLock, FolderLock stateLock) {
        Logger log = LoggerFactory.getLogger(Main.class);
        log.info("stopping");
        try (stateLock; runLock) {
            container.close();
            log.info("stopped");
        } catch (BundleException | IOException e) {
            log.error("did not stop cleanly", e);
        }
    }
}
