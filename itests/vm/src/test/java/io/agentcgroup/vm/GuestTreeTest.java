package io.agentcgroup.vm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GuestTreeTest {

    @TempDir
    Path folder;

    @Test
    void laysWhatGoesToLibUnderUsrLib() throws IOException {
        GuestTree tree = new GuestTree(folder.resolve("tree"), GuestTree.Mode.COPY_FOR_ROOT);
        assertEquals(folder.resolve("tree/usr/lib/x/y"), tree.place("/lib/x/y"));
        assertEquals(folder.resolve("tree/usr/lib/x/y"), tree.place("/usr/lib/x/y"));
    }

    @Test
    void staysInsideWhateverThePath() throws IOException {
        GuestTree tree = new GuestTree(folder.resolve("tree"), GuestTree.Mode.COPY_FOR_ROOT);
        assertEquals(folder.resolve("tree/etc/passwd"), tree.place("/../../etc/passwd"));
        assertThrows(GuestException.class, () -> tree.place("etc/passwd"));
    }

    @Test
    void doesNotWriteThroughALinkIntoTheHostsFile() throws IOException {
        Path host = Files.writeString(folder.resolve("host"), "the host's");
        GuestTree tree = new GuestTree(folder.resolve("tree"), GuestTree.Mode.LINK);
        tree.add(host, "/etc/file");
        tree.write("/etc/file", "the guest's");
        assertEquals("the host's", Files.readString(host));
        assertEquals("the guest's", Files.readString(folder.resolve("tree/etc/file")));
    }

    @Test
    void keepsModesAndSymbolicLinksOfAWholeTree() throws IOException {
        Path host = Files.createDirectories(folder.resolve("host/bin"));
        Path program = Files.writeString(host.resolve("program"), "#!/bin/sh\n");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-x---"));
        Files.createSymbolicLink(host.resolve("alias"), Path.of("program"));
        GuestTree tree = new GuestTree(folder.resolve("tree"), GuestTree.Mode.COPY_FOR_ROOT);
        tree.addAll(folder.resolve("host"), "/opt/x", path -> true);
        Path copied = folder.resolve("tree/opt/x/bin");
        assertEquals("rwxr-x---", PosixFilePermissions.toString(Files.getPosixFilePermissions(copied.resolve("program"))));
        assertEquals(Path.of("program"), Files.readSymbolicLink(copied.resolve("alias")));
        assertTrue(Files.isSymbolicLink(copied.resolve("alias")) && Files.exists(copied.resolve("alias"), LinkOption.NOFOLLOW_LINKS));
    }
}
