package io.agentcgroup.vm;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkspaceTest {

    @TempDir
    Path runs;

    @Test
    void goesAwayWithItsRun() throws IOException {
        Path file;
        try (Workspace workspace = new Workspace(runs)) {
            file = Files.writeString(workspace.file("scratch"), "x");
        }
        assertFalse(Files.exists(file.getParent()));
    }

    @Test
    void removesWhatKilledRunsLeftAndNothingElse() throws IOException {
        // Process numbers end far below this on Linux (PID_MAX_LIMIT is 4194304).
        Path abandoned = Files.createDirectories(runs.resolve("99999999-1"));
        Path living = Files.createDirectories(runs.resolve(ProcessHandle.current().pid() + "-999"));
        try (Workspace workspace = new Workspace(runs)) {
            assertFalse(Files.exists(abandoned));
            assertTrue(Files.exists(living) && Files.exists(workspace.file(".")));
        }
    }

    @Test
    void staysShortEnoughForSockets() throws IOException {
        Path deep = Files.createDirectories(runs.resolve("a-rather-long-name-for-a-folder".repeat(3)));
        try (Workspace workspace = new Workspace(deep)) {
            assertTrue(workspace.file("control").toString().length() < 108);
        }
    }
}
