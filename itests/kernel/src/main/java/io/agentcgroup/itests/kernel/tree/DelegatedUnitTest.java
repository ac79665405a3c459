package io.agentcgroup.itests.kernel.tree;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.agentcgroup.api.CallId;
import io.agentcgroup.api.Limits;
import io.agentcgroup.api.SessionName;
import io.agentcgroup.api.cgroup.Domain;
import io.agentcgroup.api.cgroup.SessionNode;
import io.agentcgroup.cgroup.internal.SessionTree;
import io.agentcgroup.cgroup.internal.TreeSettings;
import io.agentcgroup.itests.kernel.KernelTree;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The daemon in a unit as systemd makes it: a directory with controllers, marked as delegated, with the daemon inside. */
class DelegatedUnitTest {

    private static final Path TOP = Path.of("/sys/fs/cgroup");
    private static final Path UNIT = TOP.resolve("agentcgroup-test.service");

    @BeforeEach
    void liveInAUnit() throws Exception {
        for (String controller : Set.of("memory", "cpu", "pids", "io")) {
            Files.writeString(TOP.resolve("cgroup.subtree_control"), "+" + controller);
        }
        Files.createDirectory(UNIT);
        // The mark of a user's systemd; the other name cannot be set from Java.
        Files.setAttribute(UNIT, "user:delegate", ByteBuffer.wrap(new byte[] {'1'}));
        move(UNIT);
    }

    @AfterEach
    void leaveIt() throws Exception {
        move(TOP);
        Files.deleteIfExists(UNIT.resolve("daemon"));
        Files.delete(UNIT);
    }

    private static void move(Path into) throws IOException {
        Files.writeString(into.resolve("cgroup.procs"), Long.toString(ProcessHandle.current().pid()));
    }

    @Test
    void theTreeIsBuiltInTheUnitAndTheDaemonMovesAside() throws Exception {
        try (KernelTree kernel = new KernelTree(TreeSettings.of("unused", true))) {
            assertTrue(kernel.tree().info().delegated());
            assertEquals(UNIT.toString(), kernel.tree().info().root());
            assertEquals("0::/" + UNIT.getFileName() + "/daemon",
                    Files.readString(Path.of("/proc/self/cgroup"), StandardCharsets.US_ASCII).strip());
            assertEquals(Set.of("memory", "cpu", "pids", "io"), kernel.tree().info().controllers());

            Domain call = kernel.session("one").createCall(new CallId("1"));
            call.apply(Limits.builder().memoryMaxBytes(64 << 20).build());
            assertEquals("67108864", KernelTree.text(call, "memory.max"));
        }
    }

    @Test
    void aDaemonThatIsAlreadyAsideFindsItsUnitAgain() throws Exception {
        TreeSettings settings = TreeSettings.of("unused", true);
        try (SessionTree first = SessionTree.open(settings)) {
            first.session(new SessionName("one"));
        }
        try (KernelTree second = new KernelTree(settings)) {
            assertEquals(UNIT.toString(), second.tree().info().root());
            assertEquals(List.of(new SessionName("one")), second.tree().sessions().stream().map(SessionNode::name).toList(),
                    "daemon/ is no session");
        }
    }

    @Test
    void aUnitBesideTheDaemonsOwnIsTakenByName() throws Exception {
        move(TOP);
        try (KernelTree kernel = new KernelTree(TreeSettings.of("unused", true, UNIT.getFileName().toString()))) {
            assertTrue(kernel.tree().info().delegated());
            assertEquals(UNIT.toString(), kernel.tree().info().root());
            assertEquals("0::/", Files.readString(Path.of("/proc/self/cgroup"), StandardCharsets.US_ASCII).strip(),
                    "the daemon stays where it is");
            Domain call = kernel.session("one").createCall(new CallId("1"));
            call.apply(Limits.builder().memoryMaxBytes(64 << 20).build());
            assertEquals("67108864", KernelTree.text(call, "memory.max"));
        }
    }

    @Test
    void theUnitIsLeftAloneWhenDelegationIsOff() throws Exception {
        try (KernelTree kernel = new KernelTree(TreeSettings.of("beside-the-unit", false))) {
            assertEquals(TOP.resolve("beside-the-unit").toString(), kernel.tree().info().root());
        }
    }
}
