package io.agentcgroup.itests.kernel.bpf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.agentcgroup.api.bpf.BpfCodec;
import io.agentcgroup.api.bpf.BpfMap;
import io.agentcgroup.api.bpf.shared.ExitEntry;
import io.agentcgroup.api.bpf.shared.SharedMaps;
import io.agentcgroup.api.cgroup.Domain;
import io.agentcgroup.itests.kernel.KernelTree;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** However our scheduler ends, its tasks go on. */
class SchedulerFateTest {

    private static final int ERROR = 1;
    private static final int STALL = 2;

    private final KernelTree kernel = new KernelTree();

    @AfterEach
    void stop() throws Exception {
        kernel.close();
    }

    @Test
    void aSchedulerThatErrsIsThrownOutAndTheTasksGoOn() throws Exception {
        ExitEntry end = fail(ERROR);
        assertTrue(end.thrownOut(), end::toString);
    }

    @Test
    void aSchedulerThatStallsIsThrownOutAndTheTasksGoOn() throws Exception {
        ExitEntry end = fail(STALL);
        assertTrue(end.thrownOut(), end::toString);
        assertTrue(end.words().contains("stall"), end::words);
    }

    private ExitEntry fail(int fault) throws Exception {
        try (AttachedScheduler scheduler = new AttachedScheduler("schedfault")) {
            Domain call = Hogs.start(kernel, kernel.session("s"), "a", 100);
            try (BpfMap wanted = scheduler.map("fault")) {
                wanted.update(BpfCodec.U32.toBytes(0), BpfCodec.U32.toBytes(fault));
            }
            AttachedScheduler.await("disabled");
            goesOn(call);
            assertEquals("100", KernelTree.text(call, "cpu.weight"));
            return scheduler.array(SharedMaps.EXIT, ExitEntry.CODEC).get(0);
        }
    }

    private static void goesOn(Domain call) throws Exception {
        long before = Hogs.usedUs(call);
        TimeUnit.SECONDS.sleep(1);
        assertTrue(Hogs.usedUs(call) > before, "the tasks stand still");
    }

    @Test
    void aSchedulerThatIsTakenAwayUnderLoadLeavesItsTasksRunning() throws Exception {
        try (AttachedScheduler scheduler = new AttachedScheduler("schedfault")) {
            Domain call = Hogs.start(kernel, kernel.session("s"), "a", 100);
            scheduler.detach();
            goesOn(call);
        }
    }
}
