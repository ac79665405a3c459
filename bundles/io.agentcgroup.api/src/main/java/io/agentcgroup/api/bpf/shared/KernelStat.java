package io.agentcgroup.api.bpf.shared;

/** Which counter is where in {@link SharedMaps#STATS}: {@code enum acg_stat}, in its order; what they count is said there. */
public enum KernelStat {
    EVENTS_SENT, EVENTS_LOST, EXECS, FORKS, EXITS, OOM_VICTIMS, BREACHES, HOLDS, HOLDS_EXTENDED, HOLDS_RELEASED, HOLDS_EXPIRED,
    HOLDS_CLAMPED, HOLD_NS, DELAYS, DELAY_NS, PROTECTED, MAP_FULL, RUNS, RUNS_IDLE_CPU, RUNS_KEPT, SHORT_FIRST,
    PREEMPTIONS, PARKED, UNPARKED, OVERDUE, CPU_MAX
}
