package io.agentcgroup.enforcer.schedext.internal;

import io.agentcgroup.api.Capability;
import io.agentcgroup.api.bpf.KernelFeature;
import io.agentcgroup.api.bpf.KernelFeatures;
import io.agentcgroup.api.cgroup.TreeInfo;
import java.util.List;
import java.util.Optional;

/** What must be there before the kernel can be asked to take our programs. */
final class Requirements {

    private static final List<String> CONTROLLERS = List.of("cpu", "memory");
    private static final List<KernelFeature> FEATURES =
            List.of(KernelFeature.LIBRARY, KernelFeature.BTF, KernelFeature.PIN, KernelFeature.TRAMPOLINES, KernelFeature.SCHED_EXT);

    private Requirements() {
    }

    /** @return in words why this host does not give the tier; empty when nothing speaks against it */
    static Optional<String> obstacle(TreeInfo tree, KernelFeatures features, KernelScheduler kernel) {
        Optional<String> floor = CONTROLLERS.stream().filter(needed -> !tree.controllers().contains(needed)).findFirst()
                .map(missing -> "sessions and calls have no " + missing + " controller, which is the floor below this tier");
        if (floor.isPresent()) {
            return floor;
        }
        Optional<String> missing = FEATURES.stream().map(features::capability).filter(needed -> !needed.available()).findFirst()
                .map(Capability::reason);
        if (missing.isPresent()) {
            return missing;
        }
        if (!kernel.known()) {
            return Optional.of("the kernel has no /sys/kernel/sched_ext/state");
        }
        return kernel.attached().filter(name -> !name.startsWith(Scheduler.NAME))
                .map(name -> "another BPF scheduler is attached (" + name + "), and the kernel takes only one");
    }
}
