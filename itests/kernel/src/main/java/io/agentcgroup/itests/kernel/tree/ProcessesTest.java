package io.agentcgroup.itests.kernel.tree;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.agentcgroup.api.CallId;
import io.agentcgroup.api.Limits;
import io.agentcgroup.api.cgroup.Domain;
import io.agentcgroup.api.cgroup.SessionNode;
import io.agentcgroup.itests.kernel.KernelTree;
import io.agentcgroup.itests.kernel.Notifications;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Process limits, and processes in a tree with controllers. */
class ProcessesTest {

    private static final int MOST = 12;

    private final KernelTree kernel = new KernelTree();
    private final SessionNode session = kernel.session("one");
    private final Domain call = session.createCall(new CallId("1"));

    @AfterEach
    void removeEverything() throws Exception {
        kernel.close();
    }

    @Test
    void aForkBombIsBoundedHeardAndEnded() throws Exception {
        call.apply(Limits.builder().pidsMax(MOST).build());
        Notifications notifications = new Notifications();
        call.watch(notifications);

        kernel.start(call, "exec 2>/dev/null; f() { f & f & sleep 600; }; f");

        notifications.await(() -> call.events().pidsMax() > 0);
        assertTrue(notifications.pidsEventsHeard() > 0);
        assertTrue(call.usage().pidsCurrent().orElseThrow() <= MOST);
        assertTrue(call.usage().pidsPeak().orElseThrow() <= MOST);

        call.kill();
        notifications.await(() -> !call.populated());
        call.remove();
    }

    @Test
    void aSessionHoldsNoProcessItself() throws Exception {
        Process refused = new ProcessBuilder("sh", "-c", "echo $$ > " + session.path() + "/cgroup.procs").start();

        assertTrue(refused.waitFor() != 0);
        assertEquals(0, session.processes().size());
    }

    @Test
    void leftoversMoveWithTheirMemoryLimitsChanged() throws Exception {
        session.background().apply(Limits.builder().pidsMax(100).build());
        kernel.start(call, "sleep 600 & sleep 600 & exec sleep 600");

        int moved = call.moveProcessesTo(session.background());

        assertTrue(moved >= 1, "moved " + moved);
        assertEquals(3, session.background().usage().pidsCurrent().orElseThrow());
        call.remove();
    }

    @Test
    void limitsOutliveTheDaemon() throws Exception {
        call.apply(Limits.builder().memoryMaxBytes(64 << 20).pidsMax(7).build());
        session.close();

        Domain adopted = kernel.tree().sessions().get(0).calls().get(new CallId("1"));

        assertEquals("67108864", KernelTree.text(adopted, "memory.max"));
        assertEquals("7", KernelTree.text(adopted, "pids.max"));
        adopted.apply(Limits.builder().pidsMax(9).build());
        assertEquals("9", KernelTree.text(adopted, "pids.max"));
    }

    @Test
    void aBirthByAUserIsBoundToHisCall() throws Exception {
        try (Domain.Watch permission = session.permitBirth(call, 65534, 65534)) {
            Process user = kernel.start(session.agent(), "exec setpriv --reuid 65534 --regid 65534 --clear-groups sh -c '"
                    + "echo 0 > " + call.path() + "/cgroup.procs && cat /proc/self/cgroup; "
                    + "echo max > " + call.path() + "/memory.max || echo refused'");
            String output = new String(user.getInputStream().readAllBytes());
            assertTrue(output.contains("/one/call-1"), output);
            assertTrue(output.contains("refused"), output);
        }
        assertEquals(0, (int) Files.getAttribute(Path.of(session.path(), "cgroup.procs"), "unix:uid"));
    }
}
