package io.agentcgroup.harness;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** On this machine's own cgroup v2, which may have no controllers. */
class ControlGroupTest {

    private ControlGroup group;

    @BeforeEach
    void make() throws IOException {
        ControlGroup mount = ControlGroup.mount();
        assumeTrue(Files.isWritable(mount.directory()), "needs root");
        group = mount.child("agentcgroup-harness-test-" + ProcessHandle.current().pid());
        group.create();
    }

    @AfterEach
    void remove() throws IOException, InterruptedException {
        group.kill();
        assertTrue(group.awaitEmpty(Duration.ofSeconds(10)));
        group.remove();
    }

    @Test
    void aProcessIsFoundWhereItIs() throws Exception {
        Process process = sleeper();
        assertEquals(group, ControlGroup.of(process.pid()));
        assertEquals(List.of(process.pid()), group.processes());
    }

    @Test
    void whatIsKilledIsGoneWhenTheWaitIsOver() throws Exception {
        Process process = sleeper();
        assertFalse(group.awaitEmpty(Duration.ofMillis(50)));
        group.kill();
        assertTrue(group.awaitEmpty(Duration.ofSeconds(10)));
        assertEquals(128 + 9, process.waitFor());
    }

    @Test
    void aFileOfAnAbsentControllerIsEmptyToReadAndAnErrorToWrite() throws Exception {
        assertTrue(group.number("no-such-controller.max").isEmpty());
        assertTrue(group.counters("no-such-controller.events").isEmpty());
        assertThrows(IOException.class, () -> group.write("no-such-controller.max", "1"));
    }

    /** In the group when it says so. */
    private Process sleeper() throws IOException {
        Process process = new ProcessBuilder("sh", "-c", "echo $$ > " + group.directory() + "/cgroup.procs; echo; exec sleep 30").start();
        process.getInputStream().read();
        return process;
    }
}
