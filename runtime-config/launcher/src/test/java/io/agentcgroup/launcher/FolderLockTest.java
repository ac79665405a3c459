package io.agentcgroup.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderLockTest {

    @TempDir
    private Path folder;

    @Test
    void theFileNamesItsHolderAndGoesWithTheLock() throws IOException {
        Path file = folder.resolve("daemon.pid");
        try (FolderLock lock = FolderLock.acquire(file)) {
            assertEquals(ProcessHandle.current().pid() + "\n", Files.readString(file));
        }

        assertFalse(Files.exists(file));
    }

    @Test
    void aSecondHolderIsToldWhoTheFirstIs() throws IOException {
        Path file = folder.resolve("daemon.pid");
        try (FolderLock lock = FolderLock.acquire(file)) {
            String message = assertThrows(LaunchException.class, () -> FolderLock.acquire(file)).getMessage();

            assertTrue(message.startsWith("already running: process " + ProcessHandle.current().pid()), message);
        }
    }

    @Test
    void whatADeadHolderLeftIsNoObstacle() throws IOException {
        Path file = folder.resolve("daemon.pid");
        Files.writeString(file, "4194304999\n");

        try (FolderLock lock = FolderLock.acquire(file)) {
            assertEquals(ProcessHandle.current().pid() + "\n", Files.readString(file));
        }
    }
}
