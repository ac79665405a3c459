package io.agentcgroup.itests.kernel.tree;

import static io.agentcgroup.itests.kernel.KernelTree.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.agentcgroup.api.CallId;
import io.agentcgroup.api.Capability;
import io.agentcgroup.api.Limits;
import io.agentcgroup.api.Limits.CpuMax;
import io.agentcgroup.api.cgroup.Domain;
import io.agentcgroup.itests.kernel.KernelTree;
import io.agentcgroup.itests.kernel.Notifications;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is asked for is what stands in the kernel's files. */
class LimitsTest {

    private static final long MIB = 1 << 20;

    private final KernelTree kernel = new KernelTree();
    private final Domain call = kernel.session("one").createCall(new CallId("1"));

    @AfterEach
    void removeEverything() throws Exception {
        kernel.close();
    }

    @Test
    void allControllersReachTheCalls() throws Exception {
        assertEquals(Set.of("memory", "cpu", "pids", "io"), kernel.tree().info().controllers());
        Set<String> offered = Set.of(text(call, "cgroup.controllers").split(" "));
        assertTrue(offered.containsAll(Set.of("memory", "cpu", "pids", "io")), offered::toString);
    }

    @Test
    void theCapabilitiesAreThoseOfThisKernel() {
        for (Capability capability : kernel.tree().info().capabilities()) {
            boolean expected = switch (capability.name()) {
                case "cgroup.delegated", "swap", "io.weight", "favordynmods" -> capability.available();
                default -> true;
            };
            assertEquals(expected, capability.available(), capability::toString);
        }
    }

    @Test
    void limitsAreReadBackFromTheFiles() throws Exception {
        call.apply(Limits.builder().memoryMinBytes(4 * MIB).memoryLowBytes(8 * MIB).memoryHighBytes(64 * MIB)
                .memoryMaxBytes(128 * MIB).swapMaxBytes(0).oomGroup(true).cpuWeight(250).cpuMax(CpuMax.ofCores(0.5))
                .pidsMax(64).build());

        assertEquals(Long.toString(4 * MIB), text(call, "memory.min"));
        assertEquals(Long.toString(8 * MIB), text(call, "memory.low"));
        assertEquals(Long.toString(64 * MIB), text(call, "memory.high"));
        assertEquals(Long.toString(128 * MIB), text(call, "memory.max"));
        assertEquals("0", text(call, "memory.swap.max"));
        assertEquals("1", text(call, "memory.oom.group"));
        assertEquals("250", text(call, "cpu.weight"));
        assertEquals("50000 100000", text(call, "cpu.max"));
        assertEquals("64", text(call, "pids.max"));
    }

    @Test
    void ioIsWeightedWhereTheKernelCan() throws Exception {
        call.apply(Limits.builder().ioWeight(300).build());

        Path file = Path.of(call.path(), "io.weight");
        assertTrue(!Files.exists(file) || Files.readString(file).contains("default 300"));
    }

    @Test
    void whatIsNotSaidStaysAndUnlimitedTakesALimitAway() throws Exception {
        call.apply(Limits.builder().memoryHighBytes(64 * MIB).memoryMaxBytes(128 * MIB).pidsMax(10).build());

        call.apply(Limits.builder().memoryMaxBytes(Limits.UNLIMITED).cpuMax(new CpuMax(Limits.UNLIMITED, 100_000)).build());

        assertEquals("max", text(call, "memory.max"));
        assertEquals(Long.toString(64 * MIB), text(call, "memory.high"));
        assertEquals("10", text(call, "pids.max"));
        assertEquals("max 100000", text(call, "cpu.max"));
    }

    @Test
    void limitsGoDownAndUpAgain() throws Exception {
        for (long max : new long[] {256, 32, 512}) {
            call.apply(Limits.builder().memoryHighBytes(max * MIB / 2).memoryMaxBytes(max * MIB).build());
            assertEquals(Long.toString(max * MIB / 2), text(call, "memory.high"));
            assertEquals(Long.toString(max * MIB), text(call, "memory.max"));
        }
    }

    @Test
    void theBudgetOfAllSessionsStandsAtTheRoot() throws Exception {
        kernel.tree().applyToRoot(Limits.builder().memoryMaxBytes(512 * MIB).pidsMax(1000).build());

        Path root = Path.of(kernel.tree().info().root());
        assertEquals(Long.toString(512 * MIB), Files.readString(root.resolve("memory.max")).strip());
        assertEquals("1000", Files.readString(root.resolve("pids.max")).strip());
        assertTrue(kernel.tree().rootUsage().memoryCurrentBytes().isPresent());
    }

    @Test
    void aRunningCallIsLoweredBelowWhatItUsesWithoutBlockingUs() throws Exception {
        Process hog = kernel.start(call, "exec perl -e 'my @a; push @a, \"x\" x 1048576 for 1..48;"
                + " syswrite(STDOUT, \"full\\n\"); <STDIN>; push @a, \"x\" x 1048576 for 1..48; sleep 600'");
        KernelTree.awaitWord(hog, "full");
        Notifications notifications = new Notifications();
        call.watch(notifications);

        long start = System.nanoTime();
        call.apply(Limits.builder().memoryMaxBytes(24 * MIB).oomGroup(true).build());
        long tookMs = (System.nanoTime() - start) / 1_000_000;
        hog.getOutputStream().write('\n');
        hog.getOutputStream().flush();

        notifications.await(() -> !call.populated());
        assertTrue(call.events().oomKill() > 0, () -> call.events().toString());
        // An emulated machine with other work may be late by seconds.
        assertTrue(tookMs < 10_000, "took " + tookMs + " ms");
    }

    @Test
    void aCpuLimitThrottles() throws Exception {
        call.apply(Limits.builder().cpuMax(CpuMax.ofCores(0.2)).build());

        assertEquals(0, kernel.start(call, "i=0; while [ $i -lt 10000 ]; do i=$((i+1)); done").waitFor());

        assertTrue(call.usage().cpuThrottledUs().orElse(0) > 0, () -> call.usage().toString());
    }
}
