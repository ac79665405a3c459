/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* What the scheduler knows of cgroups, tasks and CPUs. */
#ifndef ACG_SCHED_STATE_BPF_H
#define ACG_SCHED_STATE_BPF_H

#include "maps.bpf.h"

/*
 * Two scheduler ticks at 250 Hz, the finest that a slice is enforced at without a
 * high-resolution timer. Who must not wait that long interrupts it.
 */
#define SLICE_NS		(8ULL * 1000 * 1000)
#define SLICE_MIN_NS		(500ULL * 1000)
/*
 * Git, ls, grep and the like are over within a tenth of a second of CPU on an
 * ordinary machine; a compiler or a test suite is not.
 */
#define SHORT_CALL_NS		(200ULL * 1000 * 1000)
/* The kernel's most. A scheduler that leaves a ready task alone for longer is thrown out. */
#define WATCHDOG_MS		30000
/* A ready task runs after that, held back or out of budget though it be: far from the watchdog, far over any hold. */
#define WAIT_MAX_NS		(10ULL * 1000 * 1000 * 1000)

/*
 * Cgroups deeper than that count as their ancestor at that depth. The root is 0,
 * agentcgroup/ 1 (below systemd 3), a session one more, a call one more.
 */
#define DEPTH_MAX		8
/* cgroups of the whole host; those that find no room are served without weight */
#define GROUPS_MAX		65536
#define CPUS_MAX		1024

/* A cgroup whose tasks we schedule, or an ancestor of one. */
struct group {
	__u64 parent;		/* 0: none */
	__u64 weight;		/* cpu.weight */
	/* Those ready to run, under share_lock. */
	__u64 ready_tasks;	/* its own; atomically, without the lock */
	__u64 ready_parts;	/* children with ready tasks, and 1 if there are own ones */
	__u64 ready_weight;	/* the sum of their weights */
	/* What it may have of all CPUs, of SHARE_ONE; computed when ready_parts of any cgroup changed. */
	__u64 share;
	__u64 share_of;		/* share_generation for which that holds */
	__u64 vtime;		/* where its next task stands in virtual time */
	/* cpu.max; quota 0: none */
	__u64 quota_ns;
	__u64 period_ns;
	__u64 burst_ns;
	__u64 period_end_ns;
	__s64 budget_ns;	/* negative: spent in advance */
	/* CPU used by its own tasks lately, halved every LATELY_NS */
	__u64 lately_ns;
	__u64 lately_at_ns;
	/* What short calls below it may take before their turn. */
	__s64 first_ns;
	__u64 first_at_ns;
	/* A hold that its tasks were put aside for, to be measured when it ends. */
	__u64 held_since_ns;
	__u64 held_until_ns;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, GROUPS_MAX);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, __u64);
	__type(value, struct group);
} acg_groups SEC(".maps");

struct task {
	__u64 group;		/* key of acg_groups */
	__u64 ready_in;		/* the group that counts it as ready; 0: it is not */
	__u64 ready_at_ns;	/* since when it waits for a CPU */
	__u64 running;		/* it is on a CPU, and charged for it */
	__u64 charged_ns;	/* of all that it ever used, by the kernel's count, what is accounted */
	__u64 run_ns;		/* used since it was put on the CPU */
	__u64 usual_ns;		/* what it uses in one go, averaged */
	/* Its group's vtime was moved on by as much when it was queued; what is left is given back. */
	__u64 prepaid_ns;
	__u64 prepaid_vtime;
	__u64 vtime;		/* where it was queued, or would have been */
	__u64 first;		/* it goes first, as part of a short call */
};

struct {
	__uint(type, BPF_MAP_TYPE_TASK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct task);
} acg_tasks SEC(".maps");

/* Who runs on a CPU; group 0: none of ours. */
struct cpu {
	__u64 group;
	__u64 session;		/* parent of the group */
	__u64 vtime;		/* the task's place */
	__u64 first;
	__u64 kicked_since_ns;	/* it was told to let go of a task held since then */
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, CPUS_MAX);
	__type(key, __u32);
	__type(value, struct cpu);
} acg_cpus SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct acg_sched);
	__uint(pinning, LIBBPF_PIN_BY_NAME);
} acg_sched SEC(".maps");

/*
 * A function that the verifier looks at once and for itself, not anew for each path
 * that leads to it. Its pointers may be NULL for all that the verifier knows.
 */
#define SEPARATE		__attribute__((noinline))

static __always_inline bool before(__u64 a, __u64 b)
{
	return (__s64)(a - b) < 0;
}

static __always_inline struct group *group_of(__u64 id)
{
	return bpf_map_lookup_elem(&acg_groups, &id);
}

static __always_inline struct task *task_of(struct task_struct *p)
{
	return bpf_task_storage_get(&acg_tasks, p, NULL, 0);
}

static __always_inline struct cpu *cpu_of(__u32 number)
{
	return bpf_map_lookup_elem(&acg_cpus, &number);
}

static __always_inline __u64 slice_ns(void)
{
	__u32 key = 0;
	struct acg_sched *s = bpf_map_lookup_elem(&acg_sched, &key);

	return s && s->slice_ns >= SLICE_MIN_NS ? s->slice_ns : SLICE_NS;
}

static __always_inline __u64 short_call_ns(void)
{
	__u32 key = 0;
	struct acg_sched *s = bpf_map_lookup_elem(&acg_sched, &key);

	return s && s->short_call_ns ? s->short_call_ns : SHORT_CALL_NS;
}

#endif /* ACG_SCHED_STATE_BPF_H */
