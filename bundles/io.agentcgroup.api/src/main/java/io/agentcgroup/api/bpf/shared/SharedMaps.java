package io.agentcgroup.api.bpf.shared;

/** Names of the shared maps, relative to the pin root: {@code ACG_MAP_*}. */
public final class SharedMaps {

    /** Hash: cgroup to {@link DomainEntry}. Only the daemon writes. */
    public static final String DOMAINS = "acg_domains";
    /** Hash: cgroup to {@link HoldEntry}. */
    public static final String HOLDS = "acg_holds";
    /** Array of one {@link PolicyEntry}. Only the daemon writes. */
    public static final String POLICY = "acg_policy";
    /** Per-CPU array of counters, indexed by {@link KernelStat}. */
    public static final String STATS = "acg_stats";
    /** Array of {@link HistogramEntry}, indexed by {@link KernelHistogram}. */
    public static final String HISTOGRAMS = "acg_hist";
    /** Ring buffer of {@link EventEntry}. */
    public static final String EVENTS = "acg_events";
    /** Hash: cgroup to {@link AccountEntry}. */
    public static final String ACCOUNT = "acg_account";

    /** Array of one {@link SchedulerEntry}. Only the daemon writes. */
    public static final String SCHEDULER = "acg_sched";
    /** Array of one {@link ExitEntry}: how the scheduler ended. */
    public static final String EXIT = "acg_exit";

    /** Ring buffer of {@link ExitEntry}: tells when it does. */
    public static final String EXITS = "acg_exits";

    private SharedMaps() {
    }
}
