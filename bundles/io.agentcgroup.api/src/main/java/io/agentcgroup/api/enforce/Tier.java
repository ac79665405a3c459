package io.agentcgroup.api.enforce;

/** How deep in the kernel grants are kept. Declared from the strongest to the weakest. */
public enum Tier {
    /** {@code memcg_bpf_ops} programs delay and protect inside the memory controller. */
    MEMCG_BPF("memcg-bpf"),
    /** A {@code sched_ext} scheduler and memory guard of ours, on stock kernels. */
    SCHED_EXT("sched-ext"),
    /** Values in cgroup files. */
    CGROUP("cgroup"),
    /** Accounting only; nothing is enforced. */
    OBSERVE("observe");

    private final String label;

    Tier(String label) {
        this.label = label;
    }

    /** @return the name that users see */
    public String label() {
        return label;
    }
}
