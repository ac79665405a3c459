package io.agentcgroup.cgroup.internal;

import io.agentcgroup.api.SessionName;
import java.util.Set;

/** Names that are well-formed but would stand in the way in cgroupfs. */
final class ReservedNames {

    /** What control files begin with, of today's controllers and those that a later kernel may enable in our root. */
    private static final Set<String> CONTROL_FILE_PREFIXES = Set.of("cgroup.", "cpu.", "cpuset.", "debug.", "dmem.", "hugetlb.",
            "io.", "irq.", "memory.", "misc.", "perf_event.", "pids.", "rdma.");

    private ReservedNames() {
    }

    /**
     * @return the name
     * @throws IllegalArgumentException if it is reserved
     */
    static SessionName check(SessionName name) {
        if (isReserved(name.value())) {
            throw new IllegalArgumentException("the name " + name + " is reserved in cgroupfs; choose another");
        }
        return name;
    }

    static boolean isReserved(String name) {
        return name.equals(RootPlace.DAEMON) || CONTROL_FILE_PREFIXES.stream().anyMatch(name::startsWith);
    }
}
