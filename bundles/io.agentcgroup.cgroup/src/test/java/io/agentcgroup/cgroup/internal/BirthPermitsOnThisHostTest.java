package io.agentcgroup.cgroup.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.agentcgroup.api.CallId;
import io.agentcgroup.api.cgroup.CgroupException;
import io.agentcgroup.api.cgroup.Domain;
import io.agentcgroup.api.cgroup.SessionNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What an agent that is not root may do in the tree, and when. */
class BirthPermitsOnThisHostTest {

    /** Nobody's number on Debian: any user who owns nothing would do. */
    private static final int UID = 65534;
    private static final int GID = 65534;

    private final HostTree host = new HostTree();
    private final SessionNode session = host.session("one");
    private final Domain call = session.createCall(new CallId("1"));

    @BeforeEach
    void onlyRootCanBecomeAnother() {
        assumeTrue(Libc.geteuid() == 0, "not root");
    }

    @AfterEach
    void removeEverything() throws Exception {
        host.close();
    }

    @Test
    void aUserEntersHisCallOnlyWhileHeIsPermitted() throws Exception {
        assertFalse(entersAsUser(call), "before");
        try (Domain.Watch permission = session.permitBirth(call, UID, GID)) {
            assertEquals(true, entersAsUser(call), "during");
        }
        assertFalse(entersAsUser(call), "after");
    }

    @Test
    void aPermittedUserOwnsNothingButTheTwoFiles() throws Exception {
        Domain other = session.createCall(new CallId("2"));
        try (Domain.Watch permission = session.permitBirth(call, UID, GID)) {
            assertEquals(List.of("call-1/cgroup.procs", "cgroup.procs"), ownedByUser());
            assertFalse(entersAsUser(other), "another call");
            assertFalse(entersAsUser(session.background()));
        }
        assertEquals(List.of(), ownedByUser());
    }

    @Test
    void overlappingBirthsEndWithTheLast() throws Exception {
        Domain other = session.createCall(new CallId("2"));
        Domain.Watch first = session.permitBirth(call, UID, GID);
        Domain.Watch second = session.permitBirth(other, UID, GID);

        first.close();
        first.close();
        assertEquals(List.of("call-2/cgroup.procs", "cgroup.procs"), ownedByUser());

        second.close();
        assertEquals(List.of(), ownedByUser());
    }

    @Test
    void theSameChildCanBeLentTwice() throws Exception {
        Domain.Watch first = session.permitBirth(session.agent(), UID, GID);
        Domain.Watch second = session.permitBirth(session.agent(), UID, GID);
        first.close();
        assertEquals(List.of("agent/cgroup.procs", "cgroup.procs"), ownedByUser());
        second.close();
        assertEquals(List.of(), ownedByUser());
    }

    @Test
    void twoUsersInOneSessionAreRefused() {
        try (Domain.Watch permission = session.permitBirth(call, UID, GID)) {
            assertThrows(CgroupException.class, () -> session.permitBirth(call, UID - 1, GID));
        }
    }

    @Test
    void aPermissionOutlivesTheCallHarmlessly() throws Exception {
        Domain.Watch permission = session.permitBirth(call, UID, GID);
        call.remove();
        permission.close();
        assertEquals(List.of(), ownedByUser());
    }

    @Test
    void rootNeedsNoPermission() throws Exception {
        try (Domain.Watch permission = session.permitBirth(call, 0, 0)) {
            assertEquals(List.of(), ownedByUser());
        }
    }

    @Test
    void closingTheSessionTakesEverythingBack() throws Exception {
        Domain.Watch permission = session.permitBirth(call, UID, GID);
        session.close();
        assertEquals(List.of(), ownedByUser());
        permission.close();
    }

    @Test
    void aRestartedDaemonTakesBackWhatTheDeadOneLent() throws Exception {
        Path lent = Path.of(call.path(), "cgroup.procs");
        session.close();
        Files.setAttribute(lent, "unix:uid", UID);
        Files.setAttribute(Path.of(session.path(), "cgroup.procs"), "unix:uid", UID);

        host.reopen().sessions().forEach(SessionNode::calls);

        assertEquals(List.of(), ownedByUser());
    }

    /** Starts in agent/, as agents do, becomes the user and tries to enter. */
    private boolean entersAsUser(Domain target) throws IOException, InterruptedException {
        // sh, not setpriv, enters: 0 stands for the writing process itself.
        Process process = new ProcessBuilder("sh", "-c", "echo $$ > \"$0\"/agent/cgroup.procs && exec setpriv --reuid " + UID
                + " --regid " + GID + " --clear-groups sh -c 'echo 0 > \"$0\"/cgroup.procs' \"$1\"", session.path(), target.path())
                .redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes());
        int exit = process.waitFor();
        if (exit != 0 && !output.contains("ermission denied")) {
            throw new IOException("failed for another reason: " + output);
        }
        return exit == 0;
    }

    /** @return what in the session belongs to the user, relative to the session */
    private List<String> ownedByUser() throws IOException {
        Path top = Path.of(session.path());
        try (var files = Files.walk(top)) {
            return files.filter(file -> uid(file) == UID).map(file -> top.relativize(file).toString()).sorted().toList();
        }
    }

    private static int uid(Path file) {
        try {
            return (int) Files.getAttribute(file, "unix:uid");
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
