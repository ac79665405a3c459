package io.agentcgroup.api.engine;

import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/** The policies and intent providers that the engine knows, and how they behave. An OSGi service of the engine. Thread-safe. */
@ProviderType
public interface Plugins {

    /** @return all, policies first, each kind in the order in which they are asked */
    List<PluginStatus> plugins();
}
