package io.agentcgroup.vm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MirrorTest {

    @TempDir
    Path apt;

    @BeforeEach
    void aptFolder() throws IOException {
        Files.createDirectories(apt.resolve("sources.list.d"));
    }

    @Test
    void takesTheArchiveOfTheRunningReleaseFromSourcesFiles() throws IOException {
        Files.writeString(apt.resolve("sources.list.d/debian.sources"), """
                Types: deb
                # a comment inside
                URIs: http://one.example/debian
                Suites: bookworm bookworm-updates
                Components: main
                Signed-By: /keys/debian.gpg

                Types: deb
                URIs: http://one.example/debian-security
                Suites: bookworm-security
                Components: main
                """);
        Mirror mirror = Mirror.find(apt, "bookworm");
        assertEquals("http://one.example/debian", mirror.uri());
        assertTrue(mirror.sourceLine("trixie-backports").matches("deb \\[signed-by=\\S+] http://one.example/debian trixie-backports main\n"));
    }

    @Test
    void takesTheArchiveFromOneLineSources() throws IOException {
        Files.writeString(apt.resolve("sources.list"), """
                # deb http://off.example/debian bookworm main
                deb-src http://src.example/debian bookworm main
                deb [arch=amd64 trusted=yes] http://two.example/debian bookworm main contrib # ours
                """);
        Mirror mirror = Mirror.find(apt, "bookworm");
        assertEquals("http://two.example/debian", mirror.uri());
        assertTrue(mirror.options().contains("trusted=yes"), mirror.options());
    }

    @Test
    void passesOverSourcesThatAreOffOrOfOthers() throws IOException {
        Files.writeString(apt.resolve("sources.list.d/a.sources"), """
                Types: deb
                Enabled: no
                URIs: http://off.example/debian
                Suites: bookworm
                Components: main
                """);
        Files.writeString(apt.resolve("sources.list.d/b.list"), "deb http://other.example/apt cloud-bookworm main\n");
        GuestException refused = assertThrows(GuestException.class, () -> Mirror.find(apt, "bookworm"));
        assertTrue(refused.getMessage().contains("no source for Debian bookworm main"), refused.getMessage());
    }
}
