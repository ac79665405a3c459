package io.agentcgroup.enforcer.memcgbpf.internal;

import io.agentcgroup.api.bpf.BpfException;
import io.agentcgroup.api.bpf.BpfLoader;
import io.agentcgroup.api.bpf.KernelFeature;
import io.agentcgroup.api.bpf.KernelFeatures;
import io.agentcgroup.api.cgroup.TreeInfo;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether this host gives the tier, which is known only when the kernel has taken our programs, and what then acts.
 *
 * @param reason in words, either way
 * @param programs empty when the host does not give the tier
 * @param links empty likewise
 */
record MemoryTier(String reason, Optional<MemoryPrograms> programs, Optional<SessionLinks> links) implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(MemoryTier.class);

    private static final List<KernelFeature> NEEDED = List.of(KernelFeature.LIBRARY, KernelFeature.PIN);

    static MemoryTier probe(TreeInfo tree, KernelFeatures kernel, BpfLoader loader) {
        Optional<OpsVersion> version = OpsVersion.of(kernel);
        if (version.isEmpty()) {
            return no(OpsVersion.reasonForNone(kernel));
        }
        if (!tree.controllers().contains("memory")) {
            return no("sessions have no memory controller, so there is nothing to attach to");
        }
        // Our programs know domains and holds by maps that they share with others through pins.
        for (KernelFeature needed : NEEDED) {
            if (!kernel.has(needed)) {
                return no(kernel.capability(needed).reason());
            }
        }
        try {
            return yes(version.get(), kernel, loader);
        } catch (BpfException e) {
            LOG.warn("this kernel has memcg_bpf_ops, but does not take our programs: {}", e.getMessage());
            return no("this kernel has memcg_bpf_ops, but does not take our programs: " + firstLine(e.getMessage()));
        }
    }

    private static MemoryTier yes(OpsVersion version, KernelFeatures kernel, BpfLoader loader) {
        MemoryPrograms programs = MemoryPrograms.load(version, loader, kernel);
        MemoryPolicy.complete(loader);
        return new MemoryTier(version.description(kernel), Optional.of(programs), Optional.of(new SessionLinks(loader, programs)));
    }

    private static MemoryTier no(String reason) {
        return new MemoryTier(reason, Optional.empty(), Optional.empty());
    }

    /** The rest is what the verifier said: for the log. */
    private static String firstLine(String text) {
        return text.lines().findFirst().orElse(text);
    }

    boolean available() {
        return programs.isPresent();
    }

    /** What is pinned stays in force. */
    @Override
    public void close() {
        links.ifPresent(SessionLinks::close);
        programs.ifPresent(MemoryPrograms::close);
    }
}
