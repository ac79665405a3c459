package io.agentcgroup.shim;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** What the tests need of the machine. */
final class Host {

    private static final Path TARGET = Path.of(System.getProperty("basedir", "."), "target").toAbsolutePath();

    private Host() {
    }

    /** A program that is shipped. */
    static Path program(String name) {
        return TARGET.resolve("native").resolve(name);
    }

    /** A program for tests only. */
    static Path testProgram(String name) {
        return TARGET.resolve("test-native").resolve(name);
    }

    /** The mount point of cgroup v2; the test is skipped where this process may not build in it. */
    static Path cgroup2() {
        try (Stream<String> mounts = Files.lines(Path.of("/proc/self/mountinfo"))) {
            Path mount = mounts.filter(line -> line.contains(" - cgroup2 ")).map(line -> Path.of(line.split(" ")[4]))
                    .findFirst().orElse(null);
            Assumptions.assumeTrue(mount != null && Files.isWritable(mount.resolve("cgroup.procs")),
                    "needs a cgroup v2 mount that this user may build in: run as root");
            return mount;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
