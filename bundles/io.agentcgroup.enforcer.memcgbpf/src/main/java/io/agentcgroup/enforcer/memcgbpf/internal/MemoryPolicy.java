package io.agentcgroup.enforcer.memcgbpf.internal;

import io.agentcgroup.api.bpf.ArrayView;
import io.agentcgroup.api.bpf.BpfLoader;
import io.agentcgroup.api.bpf.BpfMap;
import io.agentcgroup.api.bpf.shared.PolicyEntry;
import io.agentcgroup.api.bpf.shared.SharedMaps;
import java.util.Optional;

/** What the shared policy must say for this tier to act; whatever somebody else has said there stays. */
final class MemoryPolicy {

    /** As long as the kernel itself lets a task sleep for being over memory.high; the programs know no more either. */
    private static final long HOLD_MAX_NS = 2_000_000_000L;
    /** A burst of short delays is told once. */
    private static final long QUIET_NS = 50_000_000L;
    /** 40 MB/s of new memory: a build goes on, and a burst of a gigabyte leaves the other session time to get its own. */
    private static final long NS_PER_PAGE = 100_000L;

    private MemoryPolicy() {
    }

    static void complete(BpfLoader loader) {
        Optional<BpfMap> pinned = loader.pinnedMap(SharedMaps.POLICY);
        if (pinned.isPresent()) {
            try (BpfMap map = pinned.get()) {
                ArrayView<PolicyEntry> policy = ArrayView.of(map, PolicyEntry.CODEC);
                policy.set(0, completed(policy.get(0)));
            }
        }
    }

    static PolicyEntry completed(PolicyEntry said) {
        return new PolicyEntry(said.holdMinNs(), orElse(said.holdMaxNs(), HOLD_MAX_NS), orElse(said.quietNs(), QUIET_NS),
                orElse(said.nsPerPage(), NS_PER_PAGE), said.mayHold(), said.flags() | PolicyEntry.DELAY | PolicyEntry.PROTECT);
    }

    private static long orElse(long said, long otherwise) {
        return said == 0 ? otherwise : said;
    }
}
