package io.agentcgroup.api.cgroup;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * Hears what the kernel says about a domain. Called on the one watching thread: must not block and should not throw.
 * Changes that come close together may be told once; read the files for how things are.
 */
@ConsumerType
public interface DomainListener {

    /** {@code populated} or {@code frozen} of {@code cgroup.events} may have changed. */
    default void cgroupEvents() {
    }

    /** A counter of {@code memory.events} went up. */
    default void memoryEvents() {
    }

    /** A counter of {@code pids.events} went up. */
    default void pidsEvents() {
    }
}
