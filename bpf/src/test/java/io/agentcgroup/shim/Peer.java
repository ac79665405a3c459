package io.agentcgroup.shim;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A daemon of the test's own, in C because it hands out directory descriptors of real cgroups and can misbehave in
 * ways that no correct daemon can be asked for. One session, killed and removed at the end.
 */
final class Peer implements AutoCloseable {

    private static final Path RUN = Path.of("/run/agentcgroup");
    private static final long HEARD_WITHIN_NS = 10_000_000_000L;
    private static final AtomicInteger COUNT = new AtomicInteger();

    private final Process process;
    private final Path tree;
    private final Path log;
    private final String session;

    private Peer(Process process, Path tree, Path log, String session) {
        this.process = process;
        this.tree = tree;
        this.log = log;
        this.session = session;
    }

    /** @param mode how to behave: see {@code peer.c} */
    static Peer start(String mode) throws IOException {
        String session = "shimtest-" + ProcessHandle.current().pid() + "-" + COUNT.incrementAndGet();
        Path tree = Host.cgroup2().resolve(session);
        Path log = Files.createTempFile("peer", ".log");
        // The default folder: commands with an emptied environment must find the socket too.
        Files.createDirectories(RUN);
        Process process = new ProcessBuilder(Host.testProgram("peer").toString(), "--tree", tree.toString(), "--socket",
                RUN.resolve(session + ".sock").toString(), "--control", controlFolder(session).resolve("control.sock")
                        .toString(), "--log", log.toString(), "--mode", mode)
                .redirectError(ProcessBuilder.Redirect.INHERIT).start();
        BufferedReader reader = process.inputReader();
        String line = reader.readLine();
        if (!"ready".equals(line)) {
            throw new IOException("the peer did not start in " + tree);
        }
        return new Peer(process, tree, log, session);
    }

    private static Path controlFolder(String session) throws IOException {
        return Files.createDirectories(Path.of("/tmp", session));
    }

    String session() {
        return session;
    }

    Path socket() {
        return RUN.resolve(session + ".sock");
    }

    /** A run folder with only the control socket in it. */
    Path controlRun() {
        return Path.of("/tmp", session);
    }

    Path tree() {
        return tree;
    }

    Path agentProcs() {
        return tree.resolve("agent/cgroup.procs");
    }

    /** What was heard so far. */
    List<String> log() throws IOException {
        return Files.readAllLines(log, java.nio.charset.StandardCharsets.ISO_8859_1);
    }

    List<String> log(String kind) throws IOException {
        return log().stream().filter(line -> line.startsWith(kind)).toList();
    }

    /** What was heard, once it is so many: a shim may be gone before its last message is read. */
    List<String> awaitLog(String kind, int lines) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + HEARD_WITHIN_NS;
        // A file that grows has nothing else to wait at.
        while (log(kind).size() < lines && System.nanoTime() < deadline) {
            TimeUnit.MILLISECONDS.sleep(5);
        }
        return log(kind);
    }

    @Override
    public void close() throws IOException, InterruptedException {
        process.destroy();
        if (!process.waitFor(10, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
        Files.deleteIfExists(log);
        TransparencySuite.deleteAll(controlRun());
    }
}
