package io.agentcgroup.api.bpf;

import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/**
 * What is pinned below the loader's pin root. Names are relative to it, components separated by {@code /}. Empty where bpffs
 * cannot be used. Thread-safe.
 */
@ProviderType
public interface BpfPins {

    /** @return all that is pinned in a folder, and below it; sorted. The empty name is the root */
    List<String> list(String folder);

    /** @return the names of the folders and pins in a folder, not below it; sorted. The empty name is the root */
    List<String> children(String folder);

    /** @return whether something is pinned by that name */
    boolean exists(String name);

    /**
     * Removes a pin, or a folder with everything in it. What nobody else holds the kernel detaches in its
     * own time, some milliseconds later.
     *
     * @return how many pins were removed
     */
    int remove(String name);

    /** Removes everything and the root itself: the kernel is as if we had never been. */
    int removeAll();
}
