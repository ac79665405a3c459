package io.agentcgroup.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsTest {

    @TempDir
    private Path folder;

    @Test
    void featuresAreAListAndEverythingElseIsAProperty() throws IOException {
        assertEquals(new Settings(List.of("core", "shell"), Map.of("felix.fileinstall.poll", "5000")),
                read("# comment\nfeatures = core , shell,\nfelix.fileinstall.poll = 5000\n"));
    }

    @Test
    void aFileThatStartsNothingIsRefused() {
        assertThrows(LaunchException.class, () -> read("features =\n"));
    }

    private Settings read(String text) throws IOException {
        return Settings.read(Files.writeString(folder.resolve("agentcgroup.properties"), text));
    }
}
