package io.agentcgroup.engine.internal;

import io.agentcgroup.api.CallId;
import io.agentcgroup.api.Limits;
import io.agentcgroup.api.SessionName;
import io.agentcgroup.api.Usage;
import io.agentcgroup.api.cgroup.CgroupException;
import io.agentcgroup.api.cgroup.CgroupTree;
import io.agentcgroup.api.cgroup.Domain;
import io.agentcgroup.api.cgroup.SessionNode;
import io.agentcgroup.api.cgroup.TreeInfo;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** A tree of {@link FakeDomain}s. */
final class FakeTree implements CgroupTree {

    final Map<SessionName, Node> nodes = new ConcurrentHashMap<>();
    final List<Limits> root = new CopyOnWriteArrayList<>();
    volatile boolean refusesCalls;
    volatile OptionalLong rootBytes = OptionalLong.empty();
    volatile long rootFileBytes;

    @Override
    public TreeInfo info() {
        return new TreeInfo("/fake", false, Set.of("memory"), OptionalLong.of(100L << 30), List.of());
    }

    @Override
    public void applyToRoot(Limits limits) {
        root.add(limits);
    }

    @Override
    public Usage rootUsage() {
        return Usages.UNKNOWN;
    }

    @Override
    public OptionalLong rootMemoryCurrentBytes() {
        return rootBytes;
    }

    @Override
    public long rootReclaimableFileBytes() {
        return rootFileBytes;
    }

    @Override
    public Node session(SessionName name) {
        return nodes.computeIfAbsent(name, Node::new);
    }

    @Override
    public List<SessionNode> sessions() {
        return List.copyOf(nodes.values());
    }

    final class Node extends FakeDomain implements SessionNode {

        private final SessionName name;
        final FakeDomain agent = new FakeDomain("agent");
        final FakeDomain background = new FakeDomain("background");
        final FakeDomain services = new FakeDomain("services");
        final Map<CallId, FakeDomain> calls = new ConcurrentHashMap<>();

        Node(SessionName name) {
            super(name.value());
            this.name = name;
        }

        @Override
        public SessionName name() {
            return name;
        }

        @Override
        public FakeDomain agent() {
            return agent;
        }

        @Override
        public FakeDomain background() {
            return background;
        }

        @Override
        public FakeDomain services() {
            return services;
        }

        @Override
        public boolean populated() {
            return agent.populated() || background.populated() || services.populated()
                    || calls.values().stream().anyMatch(FakeDomain::populated);
        }

        @Override
        public Domain createCall(CallId id) {
            if (refusesCalls) {
                throw new CgroupException("make call-" + id + ": no", 28);
            }
            FakeDomain call = new FakeDomain("call-" + id);
            calls.put(id, call);
            return call;
        }

        @Override
        public Map<CallId, Domain> calls() {
            Map<CallId, Domain> there = new TreeMap<>();
            calls.forEach((id, call) -> {
                if (!call.removed) {
                    there.put(id, call);
                }
            });
            return there;
        }

        @Override
        public Watch permitBirth(Domain child, int uid, int gid) {
            return () -> { };
        }

        @Override
        public void kill() {
            calls.values().forEach(FakeDomain::kill);
            agent.kill();
            background.kill();
            services.kill();
            super.kill();
        }

        @Override
        public void remove() {
            super.remove();
            nodes.remove(name);
        }
    }
}
