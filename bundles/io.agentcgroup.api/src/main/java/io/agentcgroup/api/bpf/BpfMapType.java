package io.agentcgroup.api.bpf;

/** The types of maps that are used here, with the kernel's numbers. */
public enum BpfMapType {
    HASH(1), ARRAY(2), PERCPU_HASH(5), PERCPU_ARRAY(6), LRU_HASH(9), STRUCT_OPS(26), RINGBUF(27),
    /** Keyed by the descriptor of a process ({@code pidfd}). */
    TASK_STORAGE(29),
    /** Keyed by the descriptor of a cgroup's directory. */
    CGROUP_STORAGE(32),
    /** Any other. */
    OTHER(-1);

    private final int number;

    BpfMapType(int number) {
        this.number = number;
    }

    /** @return {@code BPF_MAP_TYPE_*} of {@code linux/bpf.h}; -1 for {@link #OTHER} */
    public int number() {
        return number;
    }

    /** @return whether there is one value for each possible CPU */
    public boolean isPerCpu() {
        return this == PERCPU_HASH || this == PERCPU_ARRAY;
    }

    /** @return the type of that number, {@link #OTHER} when it is none of these */
    public static BpfMapType of(int number) {
        for (BpfMapType type : values()) {
            if (type.number == number) {
                return type;
            }
        }
        return OTHER;
    }
}
