package io.agentcgroup.demo;

import io.agentcgroup.harness.ControlGroup;
import java.io.IOException;
import java.util.List;

/** What this machine's kernel gives. */
final class Here {

    private Here() {
    }

    /** Whether limits on a session and on a call exist here: the demo is about them. */
    static boolean canEnforce() {
        try {
            return ControlGroup.mount().controllers().containsAll(List.of("memory", "cpu", "pids"));
        } catch (IOException e) {
            // No cgroup v2 at all.
            return false;
        }
    }
}
