package io.agentcgroup.bpf.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.agentcgroup.api.Capability;
import io.agentcgroup.api.bpf.KernelFeature;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The probe against the kernel that runs this test: what it says must be so, on any. */
class FeatureProbeOnThisHostTest {

    private TestLoader test;
    private FeatureProbe probe;

    @BeforeEach
    void open() {
        test = new TestLoader();
        probe = new FeatureProbe(test.loader);
    }

    @AfterEach
    void close() {
        test.close();
    }

    @Test
    void everyFeatureHasItsNameAndAReason() {
        assertEquals(Stream.of(KernelFeature.values()).map(KernelFeature::label).toList(),
                probe.capabilities().stream().map(Capability::name).toList());
        probe.capabilities().forEach(feature -> assertFalse(feature.reason().isBlank(), feature::name));
    }

    @Test
    void itAgreesWithWhatTheKernelShowsElsewhere() {
        assertEquals(Files.exists(Path.of("/sys/kernel/btf/vmlinux")), probe.has(KernelFeature.BTF));
        // The kernel makes this folder when it has sched_ext.
        if (!Files.exists(Path.of("/sys/kernel/sched_ext"))) {
            Capability schedExt = probe.capability(KernelFeature.SCHED_EXT);
            assertFalse(schedExt.available());
            assertTrue(schedExt.reason().contains("sched_ext_ops"), schedExt::reason);
            assertFalse(probe.has(KernelFeature.SCHED_EXT_BANDWIDTH));
        }
    }

    @Test
    void membersAreFoundInAnonymousOnesTooAndNothingIsMadeUp() {
        assertTrue(probe.hasMember("task_struct", "real_parent"));
        // In an anonymous union since Linux 4.16.
        assertTrue(probe.hasMember("page", "lru"));
        assertFalse(probe.hasMember("task_struct", "no_such_member"));
        assertFalse(probe.hasMember("no_such_struct", "member"));
        assertTrue(probe.hasFunction("kernel_clone"));
        assertFalse(probe.hasFunction("no_such_function"));
    }

    @Test
    void aNoOfTheConfigurationIsOneEvenIfTheOptionIsUnknown() {
        if (probe.config("CONFIG_BPF").isPresent()) {
            assertEquals("y", probe.config("CONFIG_BPF").get());
            assertEquals("n", probe.config("CONFIG_NO_SUCH_OPTION").get());
        }
    }

    @Test
    void probingLeavesNothingBehind() {
        List<String> pins = test.loader.pins().list("");
        long before = TestLoader.openDescriptors();
        probe.capabilities();
        assertEquals(before, TestLoader.openDescriptors());
        assertEquals(pins, test.loader.pins().list(""));
    }
}
