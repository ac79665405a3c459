package io.agentcgroup.container;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Secrets in commands, from the agent to everything that an operator looks at. */
class RedactionIT {

    private static final String BUILT_IN = "hunter2";
    private static final String OPERATORS = "4711-0815";

    private Instance instance;

    @BeforeEach
    void install() throws IOException {
        instance = new Instance();
    }

    @AfterEach
    void uninstall() throws Exception {
        instance.close();
    }

    @Test
    void aSecretIsInNoListingAndNoFileAndABadRuleChangesNothing() throws Exception {
        Path rules = instance.conf().resolve("io.agentcgroup.redaction.config");
        Files.writeString(rules, "rules=[\"--pin (?P<secret>[0-9-]+)\"]\n");
        instance.succeed("start");
        Path go = instance.state().resolve("go");
        String command = "while [ ! -e " + go + " ]; do sleep 0.1; done; echo --pin " + OPERATORS + " --password=" + BUILT_IN;
        Process agent = instance.command("run", "--session", "red", "--", "/bin/sh", "-c", "bash -c '" + command + "'; sleep 300").start();
        try {
            Eventually.isTrue("the call runs", () -> instance.succeed("calls", "--json").out().contains("--pin [redacted] --password=[redacted]"));
            assertClean(instance.succeed("calls", "--json").out());

            Files.writeString(rules, "rules=[\"(bad\"]\n");
            Eventually.isTrue("it is refused", () -> instance.succeed("status").out().contains("redaction: the configuration"));
            String refusal = instance.succeed("status").out().replaceAll("\\s+", " ");
            assertTrue(refusal.contains("redaction.config") && refusal.contains("rule 1, (bad") && refusal.contains("stays in force"), refusal);

            Files.createFile(go);
            Eventually.isTrue("the call is journalled", () -> !instance.journal("red").isEmpty());
            assertEquals(command.replace(OPERATORS, "[redacted]").replace(BUILT_IN, "[redacted]"), instance.journal("red").get(0).get("command"));
            assertClean(instance.succeed("explain", String.valueOf(instance.journal("red").get(0).get("id"))).out());
            assertEquals(List.of(), filesWithASecret());
        } finally {
            agent.destroyForcibly();
        }
    }

    private static void assertClean(String shown) {
        assertFalse(shown.contains(BUILT_IN) || shown.contains(OPERATORS), shown);
    }

    private List<Path> filesWithASecret() throws IOException {
        try (Stream<Path> files = Files.walk(instance.state())) {
            return files.filter(Files::isRegularFile).filter(file -> {
                try {
                    String text = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
                    return text.contains(BUILT_IN) || text.contains(OPERATORS);
                } catch (IOException e) {
                    // The daemon has just removed it.
                    return false;
                }
            }).toList();
        }
    }
}
