package io.agentcgroup.bench.isolation;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What was counted in one run, beside the sessions' own records.
 *
 * @param oomKills processes that the kernel killed for want of memory
 * @param peakBytes the most that all sessions together used
 * @param memoryEvents {@code memory.events} of the node above all sessions
 * @param delays how often the kernel side held a session or a call back
 * @param done what the policy had done to running calls: the journal's events, in order
 * @param callsWithoutDomain calls that the appliance did not take, because it did not answer in time; 0 without an appliance
 * @param counters what the appliance's own counters went up by
 */
record Evidence(long oomKills, Long peakBytes, Map<String, Long> memoryEvents, long delays, List<Map<String, Object>> done,
        long callsWithoutDomain, Map<String, Long> counters) {

    private static final String FREEZE = "Freeze";

    /** How often a limit kept somebody from getting memory at once. */
    long limitHits() {
        return memoryEvents.getOrDefault("max", 0L) + memoryEvents.getOrDefault("high", 0L);
    }

    long freezes() {
        return actions().getOrDefault(FREEZE, 0L);
    }

    /** @return how often which action was taken */
    Map<String, Long> actions() {
        Map<String, Long> actions = new TreeMap<>();
        for (Map<String, Object> event : done) {
            actions.merge(String.valueOf(((Map<?, ?>) event.get("details")).get("action")), 1L, Long::sum);
        }
        return actions;
    }
}
