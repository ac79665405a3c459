package io.agentcgroup.settings.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsFileTest {

    @TempDir
    Path folder;

    private List<Setting> settings(String text) throws Exception {
        return SettingsFile.settings(Files.writeString(folder.resolve("f"), text));
    }

    @Test
    void eachSettingKnowsItsLine() throws Exception {
        assertEquals(List.of(new Setting("io.agentcgroup.engine", "host.memory", "80%", 3), new Setting("io.agentcgroup.policy.fixed", "pids.max", "9", 4)),
                settings("# a comment\n\n engine/host.memory = 80% \npolicy.fixed/pids.max: 9\n"));
    }

    @Test
    void aSettingOfSeveralLinesIsWhereItBegins() throws Exception {
        assertEquals(List.of(new Setting("io.agentcgroup.redaction", "rules", "a,b", 1), new Setting("io.agentcgroup.engine", "policy", "x", 3)),
                settings("redaction/rules = a,\\\n   b\nengine/policy = x"));
    }

    @Test
    void aCommentThatEndsInABackslashHidesNothing() throws Exception {
        assertEquals(2, settings("# from C:\\\nengine/policy = x").get(0).line());
    }

    @Test
    void propertiesOfTheFrameworkAreNoneOfOurs() throws Exception {
        assertEquals(List.of(), settings("features = core\norg.osgi.service.http.port = 8181\n/nobody = 1\n"));
    }
}
