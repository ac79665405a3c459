package io.agentcgroup.itests.kernel.bpf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.agentcgroup.api.bpf.ArrayView;
import io.agentcgroup.api.bpf.BpfCodec;
import io.agentcgroup.api.bpf.BpfException;
import io.agentcgroup.api.bpf.BpfLink;
import io.agentcgroup.api.bpf.BpfMap;
import io.agentcgroup.api.bpf.BpfObject;
import io.agentcgroup.api.bpf.KernelFeature;
import io.agentcgroup.bpf.internal.FeatureProbe;
import io.agentcgroup.bpf.internal.LoaderComponent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What only kernels with BPF trampolines have: programs on functions, and struct_ops. */
class TrampolinesTest {

    private static final Path CONGESTION_CONTROLS = Path.of("/proc/sys/net/ipv4/tcp_available_congestion_control");
    private static final String OURS = "acg_test";
    private static final int ROUNDS = 10;
    private static final long GONE_WITHIN_NS = 30_000_000_000L;

    private final LoaderComponent loader = Loaders.open("agentcgroup-trampolines-test");

    @AfterEach
    void removeEverything() throws Exception {
        loader.pins().removeAll();
        loader.stop();
        // What was in force by its pin alone the kernel takes out in its own time, and the next test begins with nothing; procfs has
        // nothing to wait at.
        for (long deadlineNs = System.nanoTime() + GONE_WITHIN_NS; isInForce();) {
            assertTrue(System.nanoTime() < deadlineNs, "still in force");
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    private BpfObject loaded() {
        BpfObject object = loader.open("trampolines", Loaders.image("trampolines"));
        object.initial("watched_tgid", ProcessHandle.current().pid());
        object.load();
        return object;
    }

    private static boolean isInForce() throws IOException {
        return List.of(Files.readString(CONGESTION_CONTROLS).strip().split(" ")).contains(OURS);
    }

    @Test
    void theProbeFindsEverythingOfAStockKernel() {
        FeatureProbe probe = new FeatureProbe(loader);
        for (KernelFeature feature : List.of(KernelFeature.LIBRARY, KernelFeature.BTF, KernelFeature.PIN, KernelFeature.TRACEPOINTS,
                KernelFeature.TRAMPOLINES, KernelFeature.SCHED_EXT, KernelFeature.SCHED_EXT_BANDWIDTH, KernelFeature.MEMCG_KFUNCS)) {
            assertTrue(probe.has(feature), () -> probe.capability(feature).toString());
        }
        assertFalse(probe.has(KernelFeature.MEMCG_OPS_V6) && probe.has(KernelFeature.MEMCG_OPS_V7));
    }

    @Test
    void attachingAllMeansProgramsAndNotStructOps() throws IOException {
        try (BpfObject object = loaded(); BpfMap variables = object.map(".bss")) {
            List<BpfLink> links = object.attachAll();
            assertEquals(List.of("count_by_trampoline"), links.stream().map(BpfLink::name).toList());
            Getpriority.call(4);
            links.forEach(BpfLink::close);
            Getpriority.call(4);
            assertEquals(4L, ArrayView.of(variables, BpfCodec.U64).get(0));
            assertFalse(isInForce());
        }
    }

    @Test
    void aStructOpsIsInForceAsLongAsItsLinkOrItsPin() throws IOException {
        try (BpfObject object = loaded()) {
            object.attachStructOps("first").close();
            assertFalse(isInForce());
            try (BpfLink link = object.attachStructOps("second")) {
                assertTrue(isInForce());
                link.pin("control");
            }
        }
        assertTrue(isInForce());
        loader.pinnedLink("control").orElseThrow().close();
        assertTrue(isInForce());
    }

    @Test
    void aStructOpsIsReplacedWithoutAMomentBetweenByAnotherProcesssToo() throws IOException {
        try (BpfObject object = loaded(); BpfLink link = object.attachStructOps("first")) {
            link.pin("control");
        }
        try (BpfObject next = loaded(); BpfLink link = loader.pinnedLink("control").orElseThrow()) {
            link.replaceBy(next, "second");
            assertTrue(isInForce());
            assertEquals(1, loader.pins().remove("control"));
            assertTrue(isInForce());
        }
        assertFalse(isInForce());
    }

    @Test
    void whatIsNoStructOpsIsRefusedInWords() {
        try (BpfObject object = loaded()) {
            assertThrows(IllegalArgumentException.class, () -> object.attachStructOps(".bss"));
            try (BpfLink first = object.attachStructOps("first")) {
                BpfException refused = assertThrows(BpfException.class, () -> object.attachStructOps("second"));
                assertTrue(refused.getMessage().contains("put second of trampolines in force: "), refused::getMessage);
            }
        }
    }

    @Test
    void roundsOfTrampolinesLeaveNoDescriptorBehind() throws IOException {
        round();
        long before = openDescriptors();
        for (int i = 0; i < ROUNDS; i++) {
            round();
        }
        assertEquals(before, openDescriptors());
        assertFalse(isInForce());
    }

    private void round() {
        try (BpfObject object = loaded(); BpfLink control = object.attachStructOps("first")) {
            object.attachAll().forEach(BpfLink::close);
        }
    }

    private static long openDescriptors() throws IOException {
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            return open.count();
        }
    }
}
