package io.agentcgroup.itests.kernel;

import io.agentcgroup.api.SessionName;
import io.agentcgroup.api.cgroup.Domain;
import io.agentcgroup.api.cgroup.SessionNode;
import io.agentcgroup.cgroup.internal.SessionTree;
import io.agentcgroup.cgroup.internal.TreeSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A tree on the guest's kernel under a root of its own, and processes in it. All gone when closed. */
public final class KernelTree implements AutoCloseable {

    private static final AtomicInteger COUNT = new AtomicInteger();
    private static final long DEATH_S = 30;

    private final SessionTree tree;
    private final List<Process> started = new ArrayList<>();

    public KernelTree() {
        this(TreeSettings.of("kernel-test-" + COUNT.incrementAndGet(), false));
    }

    public KernelTree(TreeSettings settings) {
        tree = SessionTree.open(settings);
    }

    public SessionTree tree() {
        return tree;
    }

    public SessionNode session(String name) {
        return tree.session(new SessionName(name));
    }

    /** Starts a shell script whose first act is to enter the domain, and returns when it is in. */
    public Process start(Domain domain, String script) throws IOException {
        String entering = "echo $$ > \"$0\"/cgroup.procs && echo in\n";
        Process process = new ProcessBuilder("sh", "-c", entering + script, domain.path())
                .redirectError(ProcessBuilder.Redirect.INHERIT).start();
        started.add(process);
        awaitWord(process, "in");
        return process;
    }

    /**
     * Starts a process that touches so much memory, piece by piece, says {@code full} on its output and stays.
     *
     * @see #awaitWord
     */
    public Process startHog(Domain domain, int mebibytes) throws IOException {
        return start(domain, hog(mebibytes));
    }

    /** @return the command of a process that touches so much memory, says {@code full} and stays */
    public static String hog(int mebibytes) {
        // Perl is on every Debian, and its strings are touched from end to end.
        return "exec perl -e 'my @a; push @a, \"x\" x 1048576 for 1.." + mebibytes
                + "; syswrite(STDOUT, \"full\\n\"); sleep 600'";
    }

    /** Waits for a line of its output. */
    public static void awaitWord(Process process, String word) throws IOException {
        StringBuilder line = new StringBuilder();
        for (;;) {
            // Not buffered: what comes after the word belongs to who waits next.
            int c = process.getInputStream().read();
            if (c < 0) {
                throw new IOException("the process ended before it said '" + word + "'");
            }
            if (c != '\n') {
                line.append((char) c);
            } else if (line.toString().equals(word)) {
                return;
            } else {
                line.setLength(0);
            }
        }
    }

    /** @return the text of a control file, as anybody sees it */
    public static String text(Domain domain, String file) throws IOException {
        return Files.readString(Path.of(domain.path(), file)).strip();
    }

    /** Returns when no process is left in the domain. */
    public static void awaitEmpty(Domain domain) throws Exception {
        Notifications notifications = new Notifications();
        try (Domain.Watch watch = domain.watch(notifications)) {
            notifications.await(() -> !domain.populated());
        }
    }

    @Override
    public void close() throws Exception {
        for (SessionNode session : tree.sessions()) {
            session.kill();
            awaitEmpty(session);
            session.remove();
        }
        tree.close();
        for (Process process : started) {
            process.destroyForcibly().waitFor(DEATH_S, TimeUnit.SECONDS);
        }
    }
}
