package io.agentcgroup.cgroup.internal;

import io.agentcgroup.api.Capability;
import io.agentcgroup.api.Limits;
import io.agentcgroup.api.SessionName;
import io.agentcgroup.api.Usage;
import io.agentcgroup.api.cgroup.CgroupException;
import io.agentcgroup.api.cgroup.CgroupTree;
import io.agentcgroup.api.cgroup.SessionNode;
import io.agentcgroup.api.cgroup.TreeInfo;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;

/** Stands for the tree on a host where none can be built: says why, whatever is asked. */
final class AbsentTree implements CgroupTree {

    private final String reason;

    AbsentTree(String reason) {
        this.reason = reason;
    }

    @Override
    public TreeInfo info() {
        return new TreeInfo("", false, Set.of(), OptionalLong.empty(), List.of(new Capability("cgroup2", false, reason)));
    }

    @Override
    public void applyToRoot(Limits limits) {
        throw absent();
    }

    @Override
    public Usage rootUsage() {
        throw absent();
    }

    @Override
    public SessionNode session(SessionName name) {
        throw absent();
    }

    @Override
    public List<SessionNode> sessions() {
        throw absent();
    }

    private CgroupException absent() {
        return new CgroupException("there is no cgroup tree on this host: " + reason, 0);
    }
}
