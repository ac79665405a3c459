package io.agentcgroup.vm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResultsTest {

    @TempDir
    Path folder;

    @Test
    void unpacksFilesAndFolders() throws Exception {
        Path guest = Files.createDirectories(folder.resolve("guest/a/b"));
        Files.writeString(guest.resolve("c"), "content");
        unpack(folder.resolve("guest"), ".");
        assertEquals("content", Files.readString(folder.resolve("results/a/b/c")));
    }

    @Test
    void leavesLinksOut() throws Exception {
        Path guest = Files.createDirectories(folder.resolve("guest"));
        Files.createSymbolicLink(guest.resolve("link"), Path.of("/etc/passwd"));
        unpack(guest, ".");
        assertFalse(Files.exists(folder.resolve("results/link"), LinkOption.NOFOLLOW_LINKS));
    }

    @Test
    void refusesANameThatLeadsOutOfTheFolder() throws Exception {
        Path guest = Files.createDirectories(folder.resolve("guest"));
        Files.writeString(guest.resolve("evil"), "x");
        Files.createDirectories(folder.resolve("deep/results"));
        HostTool.of("tar", "-P", "-C", guest.toString(), "--transform", "s,evil,../../evil,", "-cf",
                folder.resolve("archive").toString(), "evil").orFail("making the archive");
        assertThrows(GuestException.class, () -> Results.unpack(folder.resolve("archive"), folder.resolve("deep/results"),
                folder.resolve("deep/staging")));
        assertFalse(Files.exists(folder.resolve("evil")));
    }

    @Test
    void replacesFilesOfAnEarlierRun() throws Exception {
        Files.createDirectories(folder.resolve("results"));
        Files.writeString(folder.resolve("results/file"), "old");
        Path guest = Files.createDirectories(folder.resolve("guest"));
        Files.writeString(guest.resolve("file"), "new");
        unpack(guest, ".");
        assertEquals("new", Files.readString(folder.resolve("results/file")));
    }

    private void unpack(Path guest, String what) throws Exception {
        Path archive = folder.resolve("archive");
        HostTool.of("tar", "-C", guest.toString(), "-cf", archive.toString(), what).orFail("making the archive");
        Results.unpack(archive, folder.resolve("results"), folder.resolve("staging"));
    }
}
