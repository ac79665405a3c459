package io.agentcgroup.itests.kernel.memcgbpf;

import io.agentcgroup.api.Priority;
import io.agentcgroup.api.SessionName;
import io.agentcgroup.api.cgroup.SessionNode;
import io.agentcgroup.cgroup.internal.SessionTree;
import io.agentcgroup.cgroup.internal.TreeSettings;

/** A daemon in a process of its own, to be killed: takes one session into force, says so and waits. */
public final class CrashingDaemon {

    private CrashingDaemon() {
    }

    /** @param arguments root in cgroupfs, session, folder in bpffs */
    public static void main(String[] arguments) throws Exception {
        SessionTree tree = SessionTree.open(TreeSettings.of(arguments[0], false));
        SessionNode session = tree.session(new SessionName(arguments[1]));
        new Daemon(tree, arguments[2]).apply(session, Priority.LOW);
        System.out.println("in force");
        System.in.read();
    }
}
