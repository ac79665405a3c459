package io.agentcgroup.api.bpf;

import io.agentcgroup.api.Capability;
import java.util.List;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/**
 * What this kernel offers to BPF programs, found out by trying and by reading its BTF, not by its version. An OSGi service,
 * thread-safe. The first question takes some tens of milliseconds; answers stay the same until the service goes.
 */
@ProviderType
public interface KernelFeatures {

    /** @return whether it is there, with the reason in words */
    Capability capability(KernelFeature feature);

    /** @return whether it is there */
    default boolean has(KernelFeature feature) {
        return capability(feature).available();
    }

    /** @return all of them, in the order of {@link KernelFeature} */
    List<Capability> capabilities();

    /** @return whether the kernel's BTF has a struct of that name with a member of that name, anonymous members looked into */
    boolean hasMember(String struct, String member);

    /** @return whether the kernel's BTF has a function of that name: one to attach to, or a kfunc */
    boolean hasFunction(String function);

    /**
     * @param option such as {@code CONFIG_SCHED_CLASS_EXT}
     * @return {@code y}, {@code m} or the value; {@code n} when it is off; empty where the kernel does not tell its
     *         configuration
     */
    Optional<String> config(String option);
}
