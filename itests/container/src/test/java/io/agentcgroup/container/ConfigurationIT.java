package io.agentcgroup.container;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

import javax.xml.parsers.DocumentBuilderFactory;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

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
        assertTrue(start.err().contains(file + ", line 1: session.pids is 32 to "), start.toString());
        assertTrue(Duration.between(before, Instant.now()).compareTo(AT_ONCE) < 0, start.toString());
        Files.writeString(file, "session.pids = 333\n");
        Eventually.isTrue("the daemon is well", () -> instance.agentcgroup("status").exitCode() == 0);
    }

    @Test
    void oneFileHasTheSettingsOfAllBundlesAndAWrongLineIsNamedAndChangesNothing() throws Exception {
        Path file = instance.conf().resolve("agentcgroup.properties");
        String features = Files.readString(Instance.home().resolve("conf/agentcgroup.properties"));
        Files.writeString(file, features + "policy.graduated/pids.max = 77\n");
        instance.succeed("start");
        Process agent = instance.command("run", "--session", "conf", "--", "sleep", "300").start();
        try {
            Eventually.isTrue("the session is open", () -> Files.exists(instance.run().resolve("conf.sock")));
            assertEquals(77, pidsOfACall());

            int line = (int) features.lines().count() + 1;
            Files.writeString(file, features + "policy.graduated/pids.max = 0\nengine/grace = 3\n");
            Eventually.isTrue("the default holds again", () -> pidsOfACall() == 512);
            String said = instance.succeed("status").out().replaceAll("\\s+", " ");
            assertTrue(said.contains(file + ", line " + line + ": pids.max is 1 or more, not 0"), said);
            assertTrue(said.contains(file + ", line " + (line + 1) + ": io.agentcgroup.engine has no setting grace, only agent.reserve"), said);
            assertTrue(instance.log().contains("line " + line + ": pids.max is 1 or more, not 0"), instance.log());

            Files.writeString(file, features + "policy.graduated/pids.max = 88\n");
            Eventually.isTrue("the changed value holds", () -> pidsOfACall() == 88);
            assertTrue(!instance.succeed("status").out().contains("configuration:"), "nothing is wrong any more");
        } finally {
            instance.succeed("session", "close", "conf");
            agent.waitFor();
        }
    }

    /** Written by hand, so that people can read it; what is in it is what the bundles say. */
    @Test
    void theShippedFileHasEachSettingOfEachBundleWithItsDefaultAsAComment() throws Exception {
        List<String> shipped = Files.readAllLines(Instance.home().resolve("conf/agentcgroup.properties")).stream()
                .filter(line -> line.matches("#[a-z.]+/.*")).map(line -> line.substring(1).strip()).sorted().toList();
        List<String> known = new ArrayList<>();
        try (DirectoryStream<Path> jars = Files.newDirectoryStream(Instance.home().resolve("bundles"), "io.agentcgroup.*.jar")) {
            for (Path jar : jars) {
                known.addAll(settings(jar));
            }
        }
        assertEquals(String.join("\n", known.stream().sorted().toList()), String.join("\n", shipped));
    }

    private static List<String> settings(Path jar) throws Exception {
        List<String> settings = new ArrayList<>();
        try (ZipFile file = new ZipFile(jar.toFile())) {
            for (ZipEntry entry : Collections.list(file.entries())) {
                if (entry.getName().matches("OSGI-INF/metatype/.*\\.xml")) {
                    Document document = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(file.getInputStream(entry));
                    String pid = ((Element) document.getElementsByTagName("Designate").item(0)).getAttribute("pid");
                    NodeList all = document.getElementsByTagName("AD");
                    for (int i = 0; i < all.getLength(); i++) {
                        Element one = (Element) all.item(i);
                        settings.add((pid.replace("io.agentcgroup.", "") + "/" + one.getAttribute("id") + " = " + one.getAttribute("default")).strip());
                    }
                }
            }
        }
        return settings;
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
