package io.agentcgroup.cgroup.internal;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.agentcgroup.api.SessionName;
import io.agentcgroup.api.cgroup.CgroupException;
import io.agentcgroup.api.cgroup.Domain;
import io.agentcgroup.api.cgroup.SessionNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A tree in this host's own cgroup v2, under a root that nobody else uses, and processes in it; all gone at the end. */
final class HostTree implements AutoCloseable {

    private static final AtomicInteger COUNT = new AtomicInteger();
    private static final long DEATH_MS = 30_000;

    private final TreeSettings settings = TreeSettings.of(
            "test-" + ProcessHandle.current().pid() + "-" + COUNT.incrementAndGet(), false);
    private final List<Process> started = new ArrayList<>();
    private SessionTree tree;

    /** Skips the test where the host has no cgroup v2 that we may write. */
    HostTree() {
        try {
            tree = SessionTree.open(settings);
        } catch (CgroupException e) {
            assumeTrue(false, e.getMessage());
        }
    }

    SessionTree tree() {
        return tree;
    }

    SessionNode session(String name) {
        return tree.session(new SessionName(name));
    }

    /** As after a crash: nothing of the old tree is used any more; the directories stay. */
    SessionTree reopen() {
        tree.close();
        tree = SessionTree.open(settings);
        return tree;
    }

    /** Starts a shell script whose first act is to enter the domain, and waits until it is in. */
    Process start(Domain domain, String script) throws IOException {
        Process process = new ProcessBuilder("sh", "-c", "echo $$ > \"$0\"/cgroup.procs && echo in && exec >/dev/null\n" + script,
                domain.path()).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        started.add(process);
        if (process.getInputStream().read() < 0) {
            throw new IOException("the shell could not enter " + domain);
        }
        return process;
    }

    static String text(Domain domain, String file) throws IOException {
        return Files.readString(Path.of(domain.path(), file)).strip();
    }

    @Override
    public void close() throws InterruptedException {
        for (SessionNode session : reopen().sessions()) {
            session.kill();
            ((CgroupDomain) session).directory().awaitEmpty(DEATH_MS);
            session.remove();
        }
        tree.close();
        for (Process process : started) {
            process.destroyForcibly().waitFor(DEATH_MS, TimeUnit.MILLISECONDS);
        }
    }
}
