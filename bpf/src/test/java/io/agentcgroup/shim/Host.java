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

    private static final int CAP_SYS_RESOURCE = 24;

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

    /** What the peer asks for an agent, where the kernel lets this process lower its own. */
    static int agentOomScoreAdj() throws IOException {
        String effective = Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("CapEff:")).findFirst().orElseThrow();
        long capabilities = Long.parseUnsignedLong(effective.substring("CapEff:".length()).strip(), 16);
        return (capabilities & 1L << CAP_SYS_RESOURCE) != 0 ? -900 : 0;
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
