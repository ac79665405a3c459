package io.agentcgroup.enforcer.memcgbpf.internal;

import io.agentcgroup.api.bpf.BpfObject.StructOpsForm;
import io.agentcgroup.api.bpf.KernelFeature;
import io.agentcgroup.api.bpf.KernelFeatures;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Optional;

/** The interface has moved between the series of patches, and may again: each form is known by the members in the kernel's BTF. */
enum OpsVersion {

    /** February 2026: {@code get_high_delay_ms}. */
    V6(KernelFeature.MEMCG_OPS_V6, "memcgops_v6", StructOpsForm.RELATIVE_FD),
    /** May 2026: {@code memcg_charged}. */
    V7(KernelFeature.MEMCG_OPS_V7, "memcgops_v7", StructOpsForm.TARGET_FD);

    private final KernelFeature feature;
    private final String object;
    private final StructOpsForm form;

    OpsVersion(KernelFeature feature, String object, StructOpsForm form) {
        this.feature = feature;
        this.object = object;
        this.form = form;
    }

    /** @return the form that this kernel has, empty when none that we know */
    static Optional<OpsVersion> of(KernelFeatures kernel) {
        return Arrays.stream(values()).filter(version -> kernel.has(version.feature)).findFirst();
    }

    /** @return in words why the kernel has none of them */
    static String reasonForNone(KernelFeatures kernel) {
        if (!kernel.has(KernelFeature.BTF)) {
            return kernel.capability(KernelFeature.BTF).reason();
        }
        // In all versions until now.
        return kernel.hasMember("memcg_bpf_ops", "below_low")
                ? "this kernel's memcg_bpf_ops has neither get_high_delay_ms nor memcg_charged: a version that we do not know"
                : "this kernel's BTF has no memcg_bpf_ops; no released kernel has";
    }

    /** @return in words what the kernel has */
    String description(KernelFeatures kernel) {
        return kernel.capability(feature).reason();
    }

    String object() {
        return object;
    }

    StructOpsForm form() {
        return form;
    }

    /** @return the compiled programs */
    byte[] image() {
        String file = "/" + object + ".bpf.o";
        try (InputStream in = OpsVersion.class.getResourceAsStream(file)) {
            if (in == null) {
                throw new IllegalStateException("the bundle has no " + file);
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException("the bundle's " + file + " cannot be read", e);
        }
    }
}
