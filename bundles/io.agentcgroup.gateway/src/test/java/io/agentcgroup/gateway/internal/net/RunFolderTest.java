package io.agentcgroup.gateway.internal.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunFolderTest {

    private static final Set<PosixFilePermission> RIGHTS = PosixFilePermissions.fromString("rw-rw----");
    private static final int UID = uid();

    @TempDir
    private Path temporary;

    @Test
    void theFolderIsMadeSoThatAllCanEnterAndOnlyWeCanWrite() throws Exception {
        Path run = temporary.resolve("a/run");
        new RunFolder(run);
        assertEquals("rwxr-xr-x", PosixFilePermissions.toString(Files.getPosixFilePermissions(run)));
        assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(run.resolve(".new"))));
    }

    @Test
    void aSocketStandsWithItsRightsAndNothingStaysBehind() throws Exception {
        RunFolder folder = new RunFolder(temporary);
        RunFolder.Bound bound = folder.bind("s", RIGHTS, UID, UID);
        assertEquals(temporary.resolve("s.sock"), bound.path());
        assertEquals("rw-rw----", PosixFilePermissions.toString(Files.getPosixFilePermissions(bound.path())));
        try (Stream<Path> staged = Files.list(temporary.resolve(".new"))) {
            assertEquals(0, staged.count());
        }
        assertTrue(UnixSocket.isServed(bound.path()));
        folder.unlink(bound);
        assertFalse(Files.exists(bound.path()));
        UnixSocket.close(bound.fd());
    }

    @Test
    void staleSocketsAreSweptAndOtherFilesAreNot() throws Exception {
        RunFolder.Bound stale = new RunFolder(temporary).bind("gone", RIGHTS, UID, UID);
        UnixSocket.close(stale.fd());
        Files.createFile(temporary.resolve("daemon.pid"));
        new RunFolder(temporary);
        assertFalse(Files.exists(stale.path()));
        assertTrue(Files.exists(temporary.resolve("daemon.pid")));
    }

    @Test
    void aSocketReplacesOneOfItsNameAndTheOldOneDoesNotTakeItAway() throws Exception {
        RunFolder folder = new RunFolder(temporary);
        RunFolder.Bound old = folder.bind("s", RIGHTS, UID, UID);
        RunFolder.Bound young = folder.bind("s", RIGHTS, UID, UID);
        UnixSocket.close(old.fd());
        folder.unlink(old);
        assertTrue(UnixSocket.isServed(young.path()));
        UnixSocket.close(young.fd());
    }

    @Test
    void aFolderThatAnotherDaemonServesIsRefused() throws Exception {
        RunFolder.Bound control = new RunFolder(temporary).bind(RunFolder.CONTROL, RIGHTS, UID, UID);
        IOException refusal = assertThrows(IOException.class, () -> new RunFolder(temporary));
        assertTrue(refusal.getMessage().contains("another daemon"), refusal.getMessage());
        UnixSocket.close(control.fd());
        new RunFolder(temporary);
    }

    @Test
    void aPathThatNoSocketCanHaveIsRefusedInWords() throws Exception {
        RunFolder folder = new RunFolder(temporary.resolve("x".repeat(60)));
        IOException refusal = assertThrows(IOException.class, () -> folder.bind("y".repeat(64), RIGHTS, UID, UID));
        assertTrue(refusal.getMessage().contains("107 bytes"), refusal.getMessage());
    }

    private static int uid() {
        try {
            return (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
