package io.agentcgroup.intent.rules.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.agentcgroup.api.CallId;
import io.agentcgroup.api.Capability;
import io.agentcgroup.api.Intent;
import io.agentcgroup.api.Placement;
import io.agentcgroup.api.SessionName;
import io.agentcgroup.api.ToolCall;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RuleIntentsTest {

    private static final long MIB = 1L << 20;
    private static final long CHANGE_SEEN_WITHIN_MS = 30_000;

    @TempDir
    private Path folder;
    private RuleIntents provider = new RuleIntents(Optional.empty());

    @AfterEach
    void close() {
        provider.close();
    }

    @ParameterizedTest
    @CsvSource({
        "pytest -q tests/,2048",
        "python3.11 -m pytest,2048",
        "cd repo && CI=1 npm run test:unit -- --watch=false,3072",
        "./mvnw -q -B verify,4096",
        "gradle build,4096",
        "make -j8,4096",
        "make -j8 check,3072",
        "gcc-12 -O2 a.c,1024",
        "pip install -r requirements.txt,2048",
        "git status,512",
        "git clone https://x/y,1024",
        "ls -la | head,256",
        "rg pattern src,512",
        "ls && cargo build,4096",
    })
    void theBuiltInRulesKnowUsualCommands(String command, long mib) {
        assertEquals(OptionalLong.of(mib * MIB), intent(command).orElseThrow().memoryBytes());
    }

    @ParameterizedTest
    @CsvSource({"npx -y @modelcontextprotocol/server-filesystem /tmp", "uvx mcp-server-git --repository .", "node /opt/x/mcp-server.js",
        "mcp-server-fetch", "python -m my_mcp_server", "cd /x && exec npx @modelcontextprotocol/server-memory"})
    void mcpServersAreServices(String command) {
        assertEquals(Optional.of(Placement.SERVICE), intent(command).orElseThrow().placement());
    }

    @ParameterizedTest
    @CsvSource({"grep -r mcp-server .", "npx mcp-server-x && pytest"})
    void whatOnlySpeaksOfMcpServersIsNone(String command) {
        assertTrue(intent(command).orElseThrow().placement().isEmpty());
    }

    @Test
    void passesOnWhatNoRuleMatches() {
        assertEquals(Optional.empty(), intent("my-own-tool --all"));
        assertEquals(Optional.empty(), intent(""));
    }

    @Test
    void theReasonNamesCommandLineAndFile() throws IOException {
        start("# mine\npytest -> memory=300m\n");
        assertEquals("rules: \"pytest -q\" by line 2 of rules.conf", intent("x; pytest -q tests").orElseThrow().reason());
    }

    @Test
    void changesAreSeenWhetherWrittenOrRenamed() throws Exception {
        Path file = start("pytest -> memory=300m\n");
        Files.writeString(file, "pytest -> memory=400m\n");
        waitForMemory(400);

        replace(file, "pytest -> memory=500m\n");
        waitForMemory(500);
    }

    /** At once: a file that is being written is empty for a moment, which means something too. */
    private void replace(Path file, String rules) throws IOException {
        Path other = Files.writeString(folder.resolve("rules.conf.new"), rules);
        Files.move(other, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    @Test
    void aBadFileKeepsTheOldRulesAndSaysWhere() throws Exception {
        Path file = start("pytest -> memory=300m\n");
        replace(file, "pytest -> memory=400m\nmake -> memory=plenty\n");
        waitFor(() -> !status().available());
        assertEquals(OptionalLong.of(300 * MIB), intent("pytest").orElseThrow().memoryBytes());
        assertTrue(status().reason().contains("line 2: memory is a size such as 512m or 2g, not \"plenty\"; what held before stays in force: 1 rule"),
                status().reason());

        Files.writeString(file, "pytest -> memory=400m\n");
        waitForMemory(400);
        assertTrue(status().available());
    }

    @Test
    void aFileThatGoesLeavesTheBuiltInRules() throws Exception {
        Path file = start("pytest -> memory=300m\n");
        Files.delete(file);
        waitForMemory(2048);
    }

    @Test
    void aFileThatIsNotThereYetIsFoundWhenItComes() throws Exception {
        provider = new RuleIntents(Optional.of(folder.resolve("rules.conf")));
        assertEquals(OptionalLong.of(2048 * MIB), intent("pytest").orElseThrow().memoryBytes());
        Files.writeString(folder.resolve("rules.conf"), "pytest -> memory=300m\n");
        waitForMemory(300);
    }

    @Test
    void aFolderThatIsNotThereHurtsNobody() {
        provider = new RuleIntents(Optional.of(folder.resolve("no/rules.conf")));
        assertEquals(OptionalLong.of(2048 * MIB), intent("pytest").orElseThrow().memoryBytes());
    }

    @Test
    void hostileTextCannotMakeAPatternSlow() throws IOException {
        // In a backtracking engine the first would take longer than the universe lasts.
        start("(a+)+b -> memory=1g\n(.*)*(.*)*(.*)*x{50}y -> memory=1g\n");
        // Of CPU time: on a busy machine the matcher has to wait for it.
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long beganNs = threads.getCurrentThreadCpuTime();
        assertFalse(intent("a".repeat(8_000)).isPresent());
        assertFalse(intent(("a".repeat(250) + ";").repeat(32)).isPresent());
        long tookMs = TimeUnit.NANOSECONDS.toMillis(threads.getCurrentThreadCpuTime() - beganNs);
        assertTrue(tookMs < 2_000, tookMs + " ms");
    }

    private Path start(String rules) throws IOException {
        Path file = Files.writeString(folder.resolve("rules.conf"), rules);
        provider = new RuleIntents(Optional.of(file));
        return file;
    }

    private Capability status() {
        return provider.status().orElseThrow();
    }

    private void waitForMemory(long mib) throws InterruptedException {
        waitFor(() -> intent("pytest").orElseThrow().memoryBytes().getAsLong() == mib * MIB);
        assertEquals(OptionalLong.of(mib * MIB), intent("pytest").orElseThrow().memoryBytes());
    }

    private static void waitFor(BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(CHANGE_SEEN_WITHIN_MS);
        while (!condition.getAsBoolean() && System.nanoTime() < deadline) {
            TimeUnit.MILLISECONDS.sleep(20);
        }
        assertTrue(condition.getAsBoolean(), "not seen within " + CHANGE_SEEN_WITHIN_MS + " ms");
    }

    private Optional<Intent> intent(String command) {
        return provider.intentFor(new ToolCall(new CallId("c"), new SessionName("s"), ToolCall.Kind.SHELL, "bash", command, false, "/",
                Optional.empty(), 0, 1, Instant.EPOCH, 0));
    }
}
