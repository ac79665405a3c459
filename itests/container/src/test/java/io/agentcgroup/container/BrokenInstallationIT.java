package io.agentcgroup.container;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A distribution from which something is missing says so, and at once. */
class BrokenInstallationIT {

    /** {@code RestartPreventExitStatus=} of the systemd unit. */
    private static final int NO_RESTART_HELPS = 78;

    /** A start takes 2 s; one that waited for services that never come would take minutes. */
    private static final Duration AT_ONCE = Duration.ofSeconds(30);

    private Path home;
    private Instance instance;

    /** Like the one that is shipped, link by link, but for a folder of features that can be changed. */
    @BeforeEach
    void install() throws IOException {
        home = Files.createTempDirectory("acg-home");
        link(Instance.home(), home, "bin", "features");
        Files.createDirectory(home.resolve("bin"));
        link(Instance.home().resolve("bin"), home.resolve("bin"), "agentcgroup");
        // It finds its distribution by where it really lies.
        Files.copy(Instance.home().resolve("bin/agentcgroup"), home.resolve("bin/agentcgroup"));
        Files.createDirectory(home.resolve("features"));
        link(Instance.home().resolve("features"), home.resolve("features"), "core.json");
        instance = new Instance(home);
    }

    private static void link(Path from, Path to, String... but) throws IOException {
        try (Stream<Path> files = Files.list(from)) {
            for (Path file : files.filter(one -> !List.of(but).contains(one.getFileName().toString())).toList()) {
                Files.createSymbolicLink(to.resolve(file.getFileName()), file);
            }
        }
    }

    @AfterEach
    void uninstall() throws Exception {
        instance.close();
        Instance.delete(home);
    }

    @Test
    void aBundleThatLacksAnotherIsNamedWithWhatItLacksWithinSeconds() throws Exception {
        writeCore(line -> !line.contains(":jackson-core:"));
        Instant before = Instant.now();

        Instance.Result start = instance.agentcgroup("start");
        Duration took = Duration.between(before, Instant.now());
        Instance.Result daemon = instance.agentcgroup("daemon");

        assertEquals(1, start.exitCode(), start.toString());
        assertTrue(start.err().matches("(?s)agentcgroup: the bundles in .* do not go together: com\\.fasterxml\\.jackson\\.jr\\.\\S+"
                + " does not resolve: no bundle offers .*osgi\\.wiring\\.package=com\\.fasterxml\\.jackson\\.core.*more bundles need what these offer.*"),
                start.toString());
        assertEquals(1, start.err().lines().count(), start.toString());
        assertTrue(took.compareTo(AT_ONCE) < 0, "it took " + took);
        assertEquals(NO_RESTART_HELPS, daemon.exitCode(), daemon.toString());
        assertTrue(instance.log().contains("ERROR") && instance.log().contains("osgi.wiring.package=com.fasterxml.jackson.core)"), instance.log());
        assertFalse(Files.exists(instance.run().resolve("daemon.pid")), "a daemon is still there");
    }

    private void writeCore(Predicate<String> wanted) throws IOException {
        try (Stream<String> lines = Files.lines(Instance.home().resolve("features/core.json"))) {
            Files.writeString(home.resolve("features/core.json"), lines.filter(wanted).collect(Collectors.joining("\n")));
        }
    }
}
