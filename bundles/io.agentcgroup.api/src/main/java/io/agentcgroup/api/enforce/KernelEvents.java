package io.agentcgroup.api.enforce;

import org.osgi.annotation.versioning.ProviderType;

/**
 * Takes what programs in the kernel tell. An OSGi service of the engine, which knows whose domain it is and brings it to
 * policy and journal. Thread-safe.
 */
@ProviderType
public interface KernelEvents {

    /** Never blocks, and never throws. Events about domains that are gone are left out. */
    void happened(KernelEvent event);
}
