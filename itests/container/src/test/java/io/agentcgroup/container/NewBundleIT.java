package io.agentcgroup.container;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The way of an author: {@code agentcgroup new}, {@code mvn package}, a jar in {@code deploy/}. */
class NewBundleIT {

    /** Maven may have to fetch plugins first. */
    private static final int BUILT_AT_MOST_MIN = 5;

    @TempDir
    private Path folder;

    private Instance instance;

    @BeforeEach
    void prepare() throws Exception {
        instance = new Instance();
    }

    @AfterEach
    void clean() throws Exception {
        instance.close();
    }

    @Test
    void aNewPolicyDecidesTheNextCall() throws Exception {
        Path jar = build("policy", "half-for-each");
        instance.succeed("start");
        Process agent = instance.command("run", "--session", "author", "--", "sleep", "300").start();
        try {
            Eventually.isTrue("the session is open", () -> Files.exists(instance.run().resolve("author.sock")));
            deploy(jar);
            Eventually.isTrue("the new policy decides", () -> "half-for-each".equals(policyOfACall()));
        } finally {
            agent.destroyForcibly();
        }
    }

    @Test
    void aNewIntentProviderIsAsked() throws Exception {
        Path jar = build("intent-provider", "big-linker");
        instance.succeed("start");
        Process agent = instance.command("run", "--session", "author", "--", "sleep", "300").start();
        try {
            Eventually.isTrue("the session is open", () -> Files.exists(instance.run().resolve("author.sock")));
            deploy(jar);
            Eventually.isTrue("the new provider is asked",
                    () -> call("true ld.lld").get("intents").toString().contains("big-linker"));
        } finally {
            agent.destroyForcibly();
        }
    }

    @Test
    void nothingIsOverwrittenAndNoOddNameTaken() throws Exception {
        instance.succeed("new", "policy", "mine", "--in", folder.toString());
        Instance.Result again = instance.agentcgroup("new", "policy", "mine", "--in", folder.toString());
        assertEquals(1, again.exitCode());
        assertTrue(again.err().contains("is there already"), again.err());

        assertEquals(1, instance.agentcgroup("new", "policy", "../mine", "--in", folder.toString()).exitCode());
        assertNotEquals(0, instance.agentcgroup("new", "nothing", "mine", "--in", folder.toString()).exitCode());
    }

    private Path build(String kind, String name) throws Exception {
        instance.succeed("new", kind, name, "--in", folder.toString());
        File said = folder.resolve("maven.log").toFile();
        Process maven = new ProcessBuilder("mvn", "-q", "-B", "package").directory(folder.resolve(name).toFile())
                .redirectErrorStream(true).redirectOutput(said).start();
        assertTrue(maven.waitFor(BUILT_AT_MOST_MIN, TimeUnit.MINUTES), "Maven does not end");
        assertEquals(0, maven.exitValue(), () -> read(said));
        return folder.resolve(name).resolve("target").resolve(name + "-1.0.0-SNAPSHOT.jar");
    }

    private static String read(File file) {
        try {
            return Files.readString(file.toPath());
        } catch (IOException e) {
            return e.toString();
        }
    }

    private void deploy(Path jar) throws Exception {
        Path written = Files.copy(jar, instance.state().resolve("new.tmp"));
        Files.move(written, instance.deploy().resolve(jar.getFileName()), StandardCopyOption.ATOMIC_MOVE);
    }

    private String policyOfACall() throws Exception {
        return String.valueOf(((Map<?, ?>) call("true").get("grant")).get("policy"));
    }

    private Map<String, Object> call(String command) throws Exception {
        int before = instance.journal("author").size();
        instance.succeed("exec", "--session", "author", "--strict", "--", "bash", "-c", command);
        Eventually.isTrue("the call is journalled", () -> instance.journal("author").size() > before);
        List<Map<String, Object>> calls = instance.journal("author");
        return calls.get(calls.size() - 1);
    }
}
