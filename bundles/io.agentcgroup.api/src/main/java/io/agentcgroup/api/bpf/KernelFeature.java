package io.agentcgroup.api.bpf;

/** What a kernel may offer to BPF programs; each is probed, see {@link KernelFeatures}. */
public enum KernelFeature {
    /** A libbpf that is new enough. */
    LIBRARY("bpf.library"),
    /** The kernel describes its own types: {@code /sys/kernel/btf/vmlinux}. */
    BTF("bpf.btf"),
    /** bpffs is mounted and can be written: what is pinned outlives the daemon. */
    PIN("bpf.pin"),
    /** Programs of type tracing at raw tracepoints load and attach ({@code tp_btf}). */
    TRACEPOINTS("bpf.tracepoints"),
    /** Trampolines: {@code fentry}, {@code fexit}, struct_ops; not under lockdown. */
    TRAMPOLINES("bpf.trampolines"),
    /** BPF schedulers: {@code sched_ext_ops} with members for cgroups. */
    SCHED_EXT("bpf.sched_ext"),
    /** A BPF scheduler is told {@code cpu.max}: {@code sched_ext_ops.cgroup_set_bandwidth}. */
    SCHED_EXT_BANDWIDTH("bpf.sched_ext.bandwidth"),
    /** {@code memcg_bpf_ops} as in the sixth series of patches: {@code get_high_delay_ms}. */
    MEMCG_OPS_V6("bpf.memcg_ops.v6"),
    /** {@code memcg_bpf_ops} as in the seventh series of patches: {@code memcg_charged}. */
    MEMCG_OPS_V7("bpf.memcg_ops.v7"),
    /** Programs can ask the memory controller: kfuncs {@code bpf_mem_cgroup_*}. */
    MEMCG_KFUNCS("bpf.memcg_kfuncs");

    private final String label;

    KernelFeature(String label) {
        this.label = label;
    }

    /** @return the name that users see, that of its {@link io.agentcgroup.api.Capability} */
    public String label() {
        return label;
    }
}
