package io.agentcgroup.itests.kernel.memcgbpf;

import io.agentcgroup.api.Capability;
import io.agentcgroup.api.LeftoverPolicy;
import io.agentcgroup.api.Limits;
import io.agentcgroup.api.Priority;
import io.agentcgroup.api.Session;
import io.agentcgroup.api.SessionName;
import io.agentcgroup.api.bpf.ArrayView;
import io.agentcgroup.api.bpf.BpfCodec;
import io.agentcgroup.api.bpf.BpfMap;
import io.agentcgroup.api.bpf.HashView;
import io.agentcgroup.api.bpf.shared.AccountEntry;
import io.agentcgroup.api.bpf.shared.DomainEntry;
import io.agentcgroup.api.bpf.shared.HoldEntry;
import io.agentcgroup.api.bpf.shared.PolicyEntry;
import io.agentcgroup.api.bpf.shared.SharedMaps;
import io.agentcgroup.api.cgroup.CgroupTree;
import io.agentcgroup.api.cgroup.Domain;
import io.agentcgroup.api.cgroup.SessionNode;
import io.agentcgroup.bpf.internal.FeatureProbe;
import io.agentcgroup.bpf.internal.LoaderComponent;
import io.agentcgroup.enforcer.memcgbpf.internal.MemcgBpfEnforcer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;

/**
 * The parts of the daemon that this tier needs, put together as the framework does: a loader, and an enforcer without a tier
 * below. Each is the next daemon to the one before, because both find the same pins.
 */
final class Daemon implements AutoCloseable {

    /** A file, in the guest: the distribution's. */
    private static final String LIBRARY_PROPERTY = "agentcgroup.test.libbpf";

    final LoaderComponent loader;
    final MemcgBpfEnforcer enforcer;

    Daemon(CgroupTree tree, String pinRoot) {
        loader = LoaderComponent.standalone(Optional.ofNullable(System.getProperty(LIBRARY_PROPERTY)).map(Path::of), pinRoot);
        enforcer = new MemcgBpfEnforcer(tree, new FeatureProbe(loader), loader, Optional.empty());
    }

    Capability capability() {
        return enforcer.capability();
    }

    /** Takes a session into force as the engine does, and lets the kernel know its domains. */
    void apply(SessionNode node, Priority priority) {
        know(node, node, priority, DomainEntry.ROLE_SESSION);
        know(node, node.agent(), priority, DomainEntry.ROLE_AGENT);
        enforcer.apply(session(node.name(), priority), node, Limits.NONE);
    }

    void know(SessionNode session, Domain domain, Priority priority, int role) {
        with(SharedMaps.DOMAINS, map -> HashView.of(map, BpfCodec.U64, DomainEntry.CODEC)
                .put(domain.id(), new DomainEntry(session.id(), DomainEntry.priorityOf(priority), role)));
    }

    /** Holds a domain from now on, as the memory guard would. */
    void hold(Domain domain, long forNs) {
        long now = System.nanoTime();
        with(SharedMaps.HOLDS, map -> HashView.of(map, BpfCodec.U64, HoldEntry.CODEC)
                .put(domain.id(), new HoldEntry(now, now + forNs, 0, HoldEntry.BY_DAEMON)));
    }

    void letGo(Domain domain) {
        with(SharedMaps.HOLDS, map -> HashView.of(map, BpfCodec.U64, HoldEntry.CODEC).remove(domain.id()));
    }

    void policy(long nsPerPage, int flags) {
        with(SharedMaps.POLICY, map -> ArrayView.of(map, PolicyEntry.CODEC)
                .set(0, new PolicyEntry(0, 2_000_000_000L, 50_000_000L, nsPerPage, List.of(0, 0, 0, 0), flags)));
    }

    /** @return how many charges of the domain were delayed until now */
    long delays(Domain domain) {
        long[] delays = new long[1];
        with(SharedMaps.ACCOUNT, map -> HashView.of(map, BpfCodec.U64, AccountEntry.CODEC).get(domain.id())
                .ifPresent(account -> delays[0] = account.delays()));
        return delays[0];
    }

    private void with(String name, Consumer<BpfMap> use) {
        try (BpfMap map = loader.pinnedMap(name).orElseThrow()) {
            use.accept(map);
        }
    }

    static Session session(SessionName name, Priority priority) {
        return new Session(name, priority, 0, 0, OptionalLong.empty(), OptionalLong.empty(), LeftoverPolicy.DEFAULT, Instant.EPOCH);
    }

    /** What stays is what a crash would leave: the pins. */
    @Override
    public void close() {
        enforcer.stop();
        loader.stop();
    }
}
