package io.agentcgroup.launcher;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;

import org.osgi.framework.BundleException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The daemon. Standard output speaks to whoever started it, one line each: {@code ready <milliseconds>} or
 * {@code error <sentence>}; everything else goes to the log.
 */
public final class Main {

    /** A cold machine needs 2 s, an emulated and busy one a hundred times that; what is not there then is not going to come. */
    private static final Duration READY_AT_MOST = Duration.ofSeconds(240);

    private Main() {
    }

    public static void main(String[] arguments) throws InterruptedException {
        try {
            run();
        } catch (LaunchException e) {
            fail(e.getMessage());
        } catch (IOException | BundleException e) {
            fail(e.toString());
        }
    }

    private static void fail(String sentence) {
        System.out.println("error " + sentence);
        System.exit(1);
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
        Set<String> missing = new Readiness(container.context(), services).await(READY_AT_MOST);
        if (!missing.isEmpty()) {
            // It stays up: what is missing may still be deployed, and the log says why it is not there.
            log.error("not ready after {} s: no service {}", READY_AT_MOST.toSeconds(), missing);
            System.out.println("error not ready: no service " + missing + "; the log says why");
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
