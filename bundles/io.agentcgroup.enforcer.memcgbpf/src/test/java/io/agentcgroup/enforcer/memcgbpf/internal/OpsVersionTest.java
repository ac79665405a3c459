package io.agentcgroup.enforcer.memcgbpf.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.agentcgroup.api.Capability;
import io.agentcgroup.api.bpf.KernelFeature;
import io.agentcgroup.api.bpf.KernelFeatures;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Which form is chosen on which kernel, and what is said when none is. Whether the programs load is tested on a kernel. */
class OpsVersionTest {

    @Test
    void theFormIsChosenByTheMembersThatTheKernelHas() {
        assertEquals(Optional.of(OpsVersion.V6), OpsVersion.of(kernel(false, KernelFeature.BTF, KernelFeature.MEMCG_OPS_V6)));
        assertEquals(Optional.of(OpsVersion.V7), OpsVersion.of(kernel(false, KernelFeature.BTF, KernelFeature.MEMCG_OPS_V7)));
        assertEquals(Optional.empty(), OpsVersion.of(kernel(false, KernelFeature.BTF)));
    }

    @Test
    void aKernelWithoutTheInterfaceIsToldFromOneWithAnUnknownVersion() {
        assertTrue(OpsVersion.reasonForNone(kernel(false, KernelFeature.BTF)).contains("has no memcg_bpf_ops"));
        assertTrue(OpsVersion.reasonForNone(kernel(true, KernelFeature.BTF)).contains("a version that we do not know"));
        assertEquals("no bpf.btf here", OpsVersion.reasonForNone(kernel(false)));
    }

    @ParameterizedTest
    @EnumSource
    void theBundleBringsTheProgramsOfEachForm(OpsVersion version) {
        byte[] image = version.image();
        assertEquals("\u007fELF", new String(image, 0, 4, StandardCharsets.ISO_8859_1));
    }

    private static KernelFeatures kernel(boolean someMemcgOps, KernelFeature... features) {
        Set<KernelFeature> has = EnumSet.noneOf(KernelFeature.class);
        has.addAll(List.of(features));
        return new KernelFeatures() {
            @Override
            public Capability capability(KernelFeature feature) {
                boolean available = has.contains(feature);
                return new Capability(feature.label(), available, (available ? "" : "no ") + feature.label() + " here");
            }

            @Override
            public List<Capability> capabilities() {
                return Arrays.stream(KernelFeature.values()).map(this::capability).toList();
            }

            @Override
            public boolean hasMember(String struct, String member) {
                return someMemcgOps && struct.equals("memcg_bpf_ops");
            }

            @Override
            public boolean hasFunction(String function) {
                return false;
            }

            @Override
            public Optional<String> config(String option) {
                return Optional.empty();
            }
        };
    }
}
