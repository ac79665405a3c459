package io.agentcgroup.container;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The operator's folder. */
class ConfigurationIT {

    /** A start takes 2 s; one that waited for services that never come would take minutes. */
    private static final Duration AT_ONCE = Duration.ofSeconds(30);

    private Instance instance;

    @BeforeEach
    void install() throws Exception {
        instance = new Instance();
    }

    @AfterEach
    void uninstall() throws Exception {
        instance.close();
    }

    @Test
    void aConfiguredValueHoldsFromTheFirstCallOnAndAChangedOneFromTheNext() throws Exception {
        Path file = instance.conf().resolve("io.agentcgroup.policy.graduated.cfg");
        Files.writeString(file, "pids.max = 77\n");
        instance.succeed("start");
        Process agent = instance.command("run", "--session", "conf", "--", "sleep", "300").start();
        try {
            Eventually.isTrue("the session is open", () -> Files.exists(instance.run().resolve("conf.sock")));
            assertEquals(77, pidsOfACall());

            Files.writeString(file, "pids.max = 88\n");
            Eventually.isTrue("the changed value holds", () -> pidsOfACall() == 88);
            Files.delete(file);
            Eventually.isTrue("the default holds again", () -> pidsOfACall() == 512);
        } finally {
            instance.succeed("session", "close", "conf");
            agent.waitFor();
        }
    }

    @Test
    void aValueThatMakesNoSenseIsSaidAtOnceAndTheDaemonGoesOnWhenItIsMended() throws Exception {
        Path file = instance.conf().resolve("io.agentcgroup.engine.cfg");
        Files.writeString(file, "session.pids = 3\n");
        Instant before = Instant.now();

        Instance.Result start = instance.agentcgroup("start");

        assertEquals(1, start.exitCode(), start.toString());
        assertTrue(start.err().contains("session.pids is 32 to "), start.toString());
        assertTrue(Duration.between(before, Instant.now()).compareTo(AT_ONCE) < 0, start.toString());
        Files.writeString(file, "session.pids = 333\n");
        Eventually.isTrue("the daemon is well", () -> instance.agentcgroup("status").exitCode() == 0);
    }

    @Test
    void oneFeatureLessIsOneFeatureLess() throws Exception {
        Files.writeString(instance.conf().resolve("agentcgroup.properties"), "features = core, enforcement, gateway\n");

        Instance.Result start = instance.agentcgroup("start");

        assertEquals(1, start.exitCode(), "without an engine there is no call that goes through");
        assertTrue(instance.json("status").get("missing").toString().contains("engine"));
    }

    @Test
    void aFeatureThatDoesNotExistIsSaidInOneSentence() throws Exception {
        Files.writeString(instance.conf().resolve("agentcgroup.properties"), "features = core, telepathy\n");

        Instance.Result start = instance.agentcgroup("start");

        assertEquals(1, start.exitCode());
        assertTrue(start.err().contains("no feature telepathy"), start.toString());
        assertEquals(1, start.err().strip().lines().filter(line -> !line.startsWith("starting,")).count(), start.err());
    }

    private int pidsOfACall() throws Exception {
        int before = instance.journal("conf").size();
        instance.succeed("exec", "--session", "conf", "--strict", "--", "true");
        Eventually.isTrue("the call is journalled", () -> instance.journal("conf").size() > before);
        List<Map<String, Object>> calls = instance.journal("conf");
        Map<?, ?> grant = (Map<?, ?>) calls.get(calls.size() - 1).get("grant");
        return (Integer) ((Map<?, ?>) grant.get("limits")).get("pids_max");
    }
}
