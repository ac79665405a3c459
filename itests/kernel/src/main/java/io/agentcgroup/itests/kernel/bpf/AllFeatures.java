package io.agentcgroup.itests.kernel.bpf;

import io.agentcgroup.api.Capability;
import io.agentcgroup.api.bpf.KernelFeature;
import io.agentcgroup.api.bpf.KernelFeatures;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A kernel with everything: the guest's is known, and probing it takes seconds there. What is missing fails when it is used. */
final class AllFeatures implements KernelFeatures {

    @Override
    public Capability capability(KernelFeature feature) {
        return new Capability(feature.label(), true, "the guest has it");
    }

    @Override
    public List<Capability> capabilities() {
        return Stream.of(KernelFeature.values()).map(this::capability).toList();
    }

    @Override
    public boolean hasMember(String struct, String member) {
        return true;
    }

    @Override
    public boolean hasFunction(String function) {
        return true;
    }

    @Override
    public Optional<String> config(String option) {
        return Optional.empty();
    }
}
