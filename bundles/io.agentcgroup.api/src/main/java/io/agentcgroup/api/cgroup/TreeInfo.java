package io.agentcgroup.api.cgroup;

import io.agentcgroup.api.Capability;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;

/**
 * What the tree stands on.
 *
 * @param root absolute path of the tree's root in cgroupfs; empty when there is no cgroup v2 to build in
 * @param delegated whether the root is a unit that systemd delegated to us, else it is our own directory
 * @param controllers the controllers that sessions and calls get, such as {@code memory}; empty means accounting only
 * @param hostMemoryBytes the host's memory, empty when unknown
 * @param capabilities what was looked at, with reasons
 */
public record TreeInfo(String root, boolean delegated, Set<String> controllers, OptionalLong hostMemoryBytes,
        List<Capability> capabilities) {

    public TreeInfo {
        controllers = Set.copyOf(controllers);
        capabilities = List.copyOf(capabilities);
    }
}
