package io.agentcgroup.simulate;

import io.agentcgroup.api.CallId;
import io.agentcgroup.api.Limits;
import io.agentcgroup.api.SessionName;
import io.agentcgroup.api.Usage;
import io.agentcgroup.api.cgroup.CgroupTree;
import io.agentcgroup.api.cgroup.Domain;
import io.agentcgroup.api.cgroup.SessionNode;
import io.agentcgroup.api.cgroup.TreeInfo;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** The sessions' tree in the modelled kernel. */
final class Tree implements CgroupTree {

    private final Kernel kernel;
    private final Group root;
    private final Map<SessionName, Node> sessions = new LinkedHashMap<>();

    Tree(Kernel kernel) {
        this.kernel = kernel;
        this.root = new Group(kernel, "/", null);
    }

    Group root() {
        return root;
    }

    @Override
    public TreeInfo info() {
        return new TreeInfo(root.path(), false, Set.of("memory", "cpu", "pids"), OptionalLong.of(kernel.machine().memoryBytes()), List.of());
    }

    @Override
    public void applyToRoot(Limits limits) {
        root.apply(limits);
    }

    @Override
    public Usage rootUsage() {
        return root.usage();
    }

    @Override
    public OptionalLong rootMemoryCurrentBytes() {
        return root.memoryCurrentBytes();
    }

    @Override
    public Optional<Domain.Watch> watchRootMemoryPressure(boolean full, Duration stall, Duration window, Runnable action) {
        return root.watchMemoryPressure(full, stall, window, action);
    }

    @Override
    public Node session(SessionName name) {
        return sessions.computeIfAbsent(name, made -> new Node(made));
    }

    @Override
    public List<SessionNode> sessions() {
        return List.copyOf(sessions.values());
    }

    /** A session. */
    final class Node extends Group implements SessionNode {

        private final SessionName name;
        private final Group agent;
        private final Group background;
        private final Group services;
        private final Map<CallId, Group> calls = new LinkedHashMap<>();

        private Node(SessionName name) {
            super(kernel, "/" + name, root);
            this.name = name;
            this.agent = new Group(kernel, path() + "/agent", this);
            this.background = new Group(kernel, path() + "/background", this);
            this.services = new Group(kernel, path() + "/services", this);
        }

        Group call(CallId id) {
            return calls.get(id);
        }

        @Override
        public SessionName name() {
            return name;
        }

        @Override
        public Group agent() {
            return agent;
        }

        @Override
        public Domain background() {
            return background;
        }

        @Override
        public Domain services() {
            return services;
        }

        @Override
        public Domain createCall(CallId id) {
            Group call = new Group(kernel, path() + "/call-" + id, this) {
                @Override
                public void remove() {
                    super.remove();
                    calls.remove(id);
                }
            };
            calls.put(id, call);
            return call;
        }

        @Override
        public Map<CallId, Domain> calls() {
            return Map.copyOf(calls);
        }

        @Override
        public Watch permitBirth(Domain child, int uid, int gid) {
            return () -> { };
        }

        @Override
        public void remove() {
            super.remove();
            sessions.remove(name);
        }
    }
}
