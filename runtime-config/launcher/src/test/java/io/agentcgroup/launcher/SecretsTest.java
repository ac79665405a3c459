package io.agentcgroup.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecretsTest {

    @TempDir
    private Path folder;

    @Test
    void aSecretIsMadeUpOnceAndKept() {
        Secrets secrets = new Secrets(folder.resolve("secrets"));

        assertEquals(secrets.get("console"), secrets.get("console"));
        assertNotEquals(secrets.get("console"), secrets.get("other"));
        assertEquals(32, secrets.get("console").length());
    }

    @Test
    void onlyItsOwnerCanReadIt() throws IOException {
        new Secrets(folder).get("console");

        assertEquals("rw-------",
                PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("console"))));
    }

    @Test
    void theOperatorMayChooseIt() throws IOException {
        Files.writeString(folder.resolve("console"), "chosen\n");

        assertEquals("chosen", new Secrets(folder).get("console"));
    }
}
