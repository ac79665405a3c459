package io.agentcgroup.harness;

import java.io.IOException;
import java.util.List;

/** What this machine's kernel gives. */
public final class Here {

    private Here() {
    }

    /** Whether limits on a session and on a call exist here. */
    public static boolean canEnforce() {
        try {
            return ControlGroup.mount().controllers().containsAll(List.of("memory", "cpu", "pids"));
        } catch (IOException e) {
            // No cgroup v2 at all.
            return false;
        }
    }
}
