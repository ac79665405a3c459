package io.agentcgroup.account.internal;

import io.agentcgroup.api.bpf.BpfCodec;
import io.agentcgroup.api.bpf.BpfLoader;
import io.agentcgroup.api.bpf.BpfMap;
import io.agentcgroup.api.bpf.HashView;
import io.agentcgroup.api.bpf.PerCpuArrayView;
import io.agentcgroup.api.bpf.shared.AccountEntry;
import io.agentcgroup.api.bpf.shared.DomainEntry;
import io.agentcgroup.api.bpf.shared.KernelStat;
import io.agentcgroup.api.bpf.shared.SharedMaps;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The shared maps, as far as accounting reads and writes them. */
final class KernelMaps implements AutoCloseable {

    private static final String PREFIX = "kernel_";
    private static final String SUFFIX = "_total";

    private final List<BpfMap> open = new ArrayList<>();
    private final HashView<Long, DomainEntry> domains;
    private final HashView<Long, AccountEntry> accounts;
    private final PerCpuArrayView stats;

    /** Opens what the programs have pinned when they were loaded. */
    KernelMaps(BpfLoader loader) {
        try {
            domains = HashView.of(open(loader, SharedMaps.DOMAINS), BpfCodec.U64, DomainEntry.CODEC);
            accounts = HashView.of(open(loader, SharedMaps.ACCOUNT), BpfCodec.U64, AccountEntry.CODEC);
            stats = PerCpuArrayView.of(open(loader, SharedMaps.STATS), loader.possibleCpus());
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    private BpfMap open(BpfLoader loader, String name) {
        BpfMap map = loader.pinnedMap(name).orElseThrow(() -> new IllegalStateException("map " + name + " is not pinned"));
        open.add(map);
        return map;
    }

    void know(long cgroup, DomainEntry entry) {
        domains.put(cgroup, entry);
    }

    void forget(long cgroup) {
        domains.remove(cgroup);
        accounts.remove(cgroup);
    }

    Optional<AccountEntry> account(long cgroup) {
        return accounts.get(cgroup);
    }

    long count(KernelStat stat) {
        return stats.sum(stat.ordinal());
    }

    Map<String, Long> counters() {
        Map<String, Long> counters = new LinkedHashMap<>();
        for (KernelStat stat : KernelStat.values()) {
            counters.put(PREFIX + stat.name().toLowerCase(Locale.ROOT) + SUFFIX, count(stat));
        }
        return counters;
    }

    @Override
    public void close() {
        open.forEach(BpfMap::close);
    }
}
