package io.agentcgroup.cgroup.internal;

import io.agentcgroup.api.Limits;
import io.agentcgroup.api.Limits.CpuMax;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * Turns limits into writes, in the order in which a running domain is never worse off than before or after:
 *
 * <ol>
 * <li>{@code memory.oom.group} before any limit that could end a process, so that the domain dies as a whole or not at all;
 * <li>the limits that end nobody;
 * <li>{@code memory.high} before {@code memory.max} when the latter is lowered, after it when it is raised: in between, the
 * soft limit is never above the hard one, where a process would be ended without having been slowed down first.
 * </ol>
 */
final class LimitWrites {

    /** One file and what is written to it. */
    record Write(ControlFile file, String text) {
    }

    private LimitWrites() {
    }

    /**
     * @param limits what is said
     * @param currentMax {@code memory.max} as it is, empty when unknown
     */
    static List<Write> plan(Limits limits, OptionalLong currentMax) {
        List<Write> writes = new ArrayList<>();
        limits.oomGroup().ifPresent(group -> writes.add(new Write(ControlFile.MEMORY_OOM_GROUP, group ? "1" : "0")));
        limit(writes, ControlFile.PIDS_MAX, limits.pidsMax());
        weight(writes, ControlFile.CPU_WEIGHT, limits.cpuWeight());
        limits.cpuMax().ifPresent(max -> writes.add(new Write(ControlFile.CPU_MAX, cpuMax(max))));
        weight(writes, ControlFile.IO_WEIGHT, limits.ioWeight());
        limit(writes, ControlFile.MEMORY_MIN, limits.memoryMinBytes());
        limit(writes, ControlFile.MEMORY_LOW, limits.memoryLowBytes());
        limit(writes, ControlFile.MEMORY_SWAP_MAX, limits.swapMaxBytes());
        if (raises(limits.memoryMaxBytes(), currentMax)) {
            limit(writes, ControlFile.MEMORY_MAX, limits.memoryMaxBytes());
            limit(writes, ControlFile.MEMORY_HIGH, limits.memoryHighBytes());
        } else {
            limit(writes, ControlFile.MEMORY_HIGH, limits.memoryHighBytes());
            limit(writes, ControlFile.MEMORY_MAX, limits.memoryMaxBytes());
        }
        return writes;
    }

    /** @return whether the order of the memory limits depends on what is in force */
    static boolean orderMatters(Limits limits) {
        return limits.memoryHighBytes().isPresent() && limits.memoryMaxBytes().isPresent();
    }

    private static boolean raises(OptionalLong wanted, OptionalLong current) {
        return wanted.isPresent() && current.isPresent() && wanted.getAsLong() > current.getAsLong();
    }

    private static void limit(List<Write> writes, ControlFile file, OptionalLong value) {
        value.ifPresent(v -> writes.add(new Write(file, ControlText.limit(v))));
    }

    private static void weight(List<Write> writes, ControlFile file, OptionalInt value) {
        value.ifPresent(v -> writes.add(new Write(file, Integer.toString(v))));
    }

    private static String cpuMax(CpuMax max) {
        return ControlText.limit(max.quotaUs()) + " " + max.periodUs();
    }
}
