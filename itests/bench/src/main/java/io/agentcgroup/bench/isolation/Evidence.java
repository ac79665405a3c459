package io.agentcgroup.bench.isolation;

import java.util.Map;

/**
 * What was counted in one run, beside the sessions' own records.
 *
 * @param oomKills processes that the kernel killed for want of memory
 * @param peakBytes the most that all sessions together used
 * @param memoryEvents {@code memory.events} of the node above all sessions
 * @param delays how often the kernel side held a session or a call back
 * @param actions what the policy had done to running calls, by kind
 * @param callsWithoutDomain calls that the appliance did not take, because it did not answer in time; 0 without an appliance
 * @param counters what the appliance's own counters went up by
 */
record Evidence(long oomKills, Long peakBytes, Map<String, Long> memoryEvents, long delays, Map<String, Long> actions,
        long callsWithoutDomain, Map<String, Long> counters) {

    static final String FREEZE = "Freeze";

    /** How often a limit kept somebody from getting memory at once. */
    long limitHits() {
        return memoryEvents.getOrDefault("max", 0L) + memoryEvents.getOrDefault("high", 0L);
    }

    long freezes() {
        return actions.getOrDefault(FREEZE, 0L);
    }
}
