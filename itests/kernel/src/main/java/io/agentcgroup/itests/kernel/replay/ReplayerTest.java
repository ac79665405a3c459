package io.agentcgroup.itests.kernel.replay;

import static io.agentcgroup.itests.kernel.KernelTree.awaitWord;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.agentcgroup.api.CallId;
import io.agentcgroup.api.Limits;
import io.agentcgroup.api.cgroup.Domain;
import io.agentcgroup.itests.kernel.KernelTree;
import io.agentcgroup.itests.kernel.OnDisk;
import io.agentcgroup.replay.Plan;
import io.agentcgroup.replay.Recording;
import io.agentcgroup.replay.ReplayProgram;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whether the program that stands in for recorded agents takes the memory that it says it takes. */
class ReplayerTest {

    private static final long MIB = 1L << 20;

    /** Page tables, and what the kernel charges ahead: 64 pages on each processor. */
    private static final long TOLERANCE_BYTES = 2 * MIB;

    private static final int SIGKILL_STATUS = 128 + 9;

    @TempDir(factory = OnDisk.class)
    Path disk;

    private final KernelTree kernel = new KernelTree();
    private final Domain call = kernel.session("one").createCall(new CallId("1"));
    private Path plan;
    private Path record;
    private String command;

    @BeforeEach
    void unpack() throws IOException {
        plan = disk.resolve("plan");
        record = disk.resolve("record");
        command = "exec '" + String.join("' '", ReplayProgram.in(disk).command(plan, record)) + "'";
    }

    @AfterEach
    void removeEverything() throws Exception {
        kernel.close();
    }

    @Test
    void theKernelCountsWhatThePlanSays() throws Exception {
        List<Integer> mebibytes = List.of(0, 60, 20, 100, 100, 7, 0);
        Plan steps = new Plan();
        mebibytes.forEach(size -> steps.hold(size * MIB).say("at-" + size).await());
        Files.writeString(plan, steps.toString());

        Process replayer = kernel.start(call, command);
        awaitWord(replayer, "at-0");
        long itself = current();
        for (int size : mebibytes.subList(1, mebibytes.size())) {
            replayer.getOutputStream().write('\n');
            replayer.getOutputStream().flush();
            awaitWord(replayer, "at-" + size);
            assertEquals(size * MIB, current() - itself, TOLERANCE_BYTES, "at " + size + " MiB");
        }
    }

    @Test
    void whatDoesNotFitIsRecordedUpToTheEnd() throws Exception {
        call.apply(Limits.builder().memoryMaxBytes(48 * MIB).swapMaxBytes(0).oomGroup(true).build());
        Files.writeString(plan, new Plan().hold(16 * MIB).hold(32 * MIB).hold(64 * MIB).toString());

        assertEquals(SIGKILL_STATUS, kernel.start(call, command).waitFor());

        Recording recording = Recording.read(record);
        assertTrue(recording.endNs().isEmpty());
        assertEquals(32 * MIB, recording.allocations().stream().mapToLong(Recording.Allocation::bytes).sum());
    }

    private long current() {
        return call.usage().memoryCurrentBytes().orElseThrow();
    }
}
