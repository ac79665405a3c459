package io.agentcgroup.enforcer.schedext.internal;

import io.agentcgroup.api.Priority;
import io.agentcgroup.api.bpf.ArrayView;
import io.agentcgroup.api.bpf.BpfLoader;
import io.agentcgroup.api.bpf.BpfMap;
import io.agentcgroup.api.bpf.shared.PolicyEntry;
import io.agentcgroup.api.bpf.shared.SchedulerEntry;
import io.agentcgroup.api.bpf.shared.SharedMaps;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * What an operator has said, for the programs.
 *
 * @param sliceNs how long a task runs before others have their turn
 * @param shortCallNs how much CPU a call may have used lately to go first; 0: none goes first
 * @param guard whether sessions are held back for more important ones that run short of memory
 * @param holdMinNs no hold shorter
 * @param holdMaxNs no hold longer
 * @param quietNs let go when the pressure has been gone that long
 */
record ScheduleSettings(long sliceNs, long shortCallNs, boolean guard, long holdMinNs, long holdMaxNs, long quietNs) {

    /** {@code ACG_HOLD_CEILING_NS}: the programs allow no more. */
    private static final int HOLD_MOST_MS = 2000;
    private static final int SLICE_MOST_MS = 100;
    private static final int SHORT_CALL_MOST_MS = 60_000;
    /** The programs' own default is 0. */
    private static final long NONE_GOES_FIRST_NS = 1;

    /** @throws IllegalArgumentException if it makes no sense, saying what */
    static ScheduleSettings of(SchedExtTier.Config config) {
        check("slice.ms", config.slice_ms(), 1, SLICE_MOST_MS);
        check("short.call.ms", config.short_call_ms(), 0, SHORT_CALL_MOST_MS);
        check("hold.max.ms", config.hold_max_ms(), 1, HOLD_MOST_MS);
        check("hold.min.ms", config.hold_min_ms(), 1, config.hold_max_ms());
        check("quiet.ms", config.quiet_ms(), 1, HOLD_MOST_MS);
        return new ScheduleSettings(ns(config.slice_ms()), ns(config.short_call_ms()), config.memory_guard(),
                ns(config.hold_min_ms()), ns(config.hold_max_ms()), ns(config.quiet_ms()));
    }

    private static void check(String name, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(name + " must be " + least + " to " + most + ", not " + value);
        }
    }

    private static long ns(int ms) {
        return TimeUnit.MILLISECONDS.toNanos(ms);
    }

    /** Tells the programs; the maps are pinned by then. */
    void write(BpfLoader loader) {
        withMap(loader, SharedMaps.SCHEDULER, map -> ArrayView.of(map, SchedulerEntry.CODEC).set(0, scheduler()));
        withMap(loader, SharedMaps.POLICY, map -> {
            ArrayView<PolicyEntry> policy = ArrayView.of(map, PolicyEntry.CODEC);
            policy.set(0, policy(policy.get(0)));
        });
    }

    private static void withMap(BpfLoader loader, String name, Consumer<BpfMap> action) {
        try (BpfMap map = loader.pinnedMap(name).orElseThrow(() -> new IllegalStateException("map " + name + " is not pinned"))) {
            action.accept(map);
        }
    }

    SchedulerEntry scheduler() {
        return new SchedulerEntry(sliceNs, shortCallNs == 0 ? NONE_GOES_FIRST_NS : shortCallNs);
    }

    /** @param said by others, who share the entry: what is not ours stays */
    PolicyEntry policy(PolicyEntry said) {
        int flags = guard ? said.flags() | PolicyEntry.HOLD : said.flags() & ~PolicyEntry.HOLD;
        return new PolicyEntry(holdMinNs, holdMaxNs, quietNs, said.nsPerPage(), mayHold(), flags);
    }

    /** Nobody is held for an equal, or for a lesser one. */
    private static List<Integer> mayHold() {
        return List.of(0, PolicyEntry.bits(Set.of(Priority.NORMAL, Priority.LOW)), PolicyEntry.bits(Set.of(Priority.LOW)), 0);
    }
}
