/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * The few kernel types and functions that our programs use, instead of three
 * megabytes of vmlinux.h. Each struct has only the members that are read;
 * preserve_access_index makes libbpf put in the offsets of the running kernel,
 * and a member that it does not have is a load error or, behind
 * bpf_core_field_exists(), a branch that is never taken.
 *
 * Sorted by topic. A struct that a kfunc takes must have a member that the program
 * touches: clang 14 writes one that is only pointed to as a forward declaration,
 * which libbpf refuses. kfuncs are __weak, so that one which is missing is found by
 * bpf_ksym_exists() and fails only the programs that need it.
 */
#ifndef AGENTCGROUP_KERNEL_H
#define AGENTCGROUP_KERNEL_H

#include <linux/bpf.h>
#include <stdbool.h>
#include <stddef.h>

#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_tracing.h>

#ifndef __ksym
#define __ksym __attribute__((section(".ksyms")))
#endif
#ifndef bpf_ksym_exists
#define bpf_ksym_exists(sym) (!!(sym))
#endif

/* Newer than Debian 12's headers. */
#ifndef BPF_F_TIMER_ABS
#define BPF_F_TIMER_ABS			(1ULL << 0)
#endif

#define ACG_CORE __attribute__((preserve_access_index))

/* ---- cgroups ---- */

struct kernfs_node {
	__u64 id;
} ACG_CORE;

struct cgroup;

struct cgroup_subsys_state {
	struct cgroup *cgroup;
	struct cgroup_subsys_state *parent;
} ACG_CORE;

struct cgroup {
	struct cgroup_subsys_state self;
	int level;
	struct kernfs_node *kn;
} ACG_CORE;

/* Only the number that the kernel has is used: bpf_core_enum_value(). */
enum cgroup_subsys_id {
	memory_cgrp_id = 4,
};

struct css_set {
	struct cgroup_subsys_state *subsys[14];
	struct cgroup *dfl_cgrp;	/* where its tasks are in cgroup v2 */
} ACG_CORE;

/* ---- tasks ---- */

struct percpu_counter {
	__s64 count;
} ACG_CORE;

#define MM_ANONPAGES 1

struct mm_struct {
	struct percpu_counter rss_stat[4];	/* by MM_* */
} ACG_CORE;

struct mm_rss_stat___before_6_2 {
	struct {
		__s64 counter;
	} count[4];
} ACG_CORE;

struct mm_struct___before_6_2 {
	struct mm_rss_stat___before_6_2 rss_stat;
} ACG_CORE;

#define ACG_SIGNAL_GROUP_EXIT 0x00000004

struct signal_struct {
	unsigned int flags;	/* ACG_SIGNAL_* */
	short oom_score_adj;
} ACG_CORE;

struct cpumask {
	unsigned long bits[1];
} ACG_CORE;

/* What cgroups are to the scheduler: that of the nearest one that has the cpu controller. */
struct task_group {
	struct cgroup_subsys_state css;
} ACG_CORE;

struct sched_entity {
	__u64 sum_exec_runtime;	/* ns on a CPU, as cpu.stat counts them */
} ACG_CORE;

/* A task's part of sched_ext. */
struct sched_ext_entity {
	__u32 flags;		/* ACG_SCX_TASK_* */
	__u64 slice;		/* ns left to run */
	__u64 dsq_vtime;	/* its place in a queue ordered by virtual time */
} ACG_CORE;

struct task_struct {
	int pid;
	int tgid;
	int exit_code;
	const struct cpumask *cpus_ptr;
	struct sched_entity se;
	struct task_group *sched_task_group;
	struct sched_ext_entity scx;
	struct task_struct *real_parent;
	struct task_struct *group_leader;
	struct css_set *cgroups;
	struct mm_struct *mm;
	struct signal_struct *signal;
	char comm[16];
} ACG_CORE;

/* ---- memory controller ---- */

/* Of the kernels that we are tested on; larger pages only make delays in proportion to pages shorter. */
#define ACG_PAGE_SHIFT 12

typedef struct {
	__s64 counter;
} atomic_long_t;

/* In pages. */
struct page_counter {
	atomic_long_t usage;
	unsigned long min;
	unsigned long high;
	unsigned long max;
	struct page_counter *parent;
} ACG_CORE;

/* Reclaim that somebody asked for by memory.reclaim: no sign of a shortage. */
#define MEMCG_RECLAIM_PROACTIVE (1 << 2)

struct mem_cgroup {
	struct cgroup_subsys_state css;
	struct page_counter memory;
} ACG_CORE;

/* ---- sched_ext ---- */

/* Of the kernel's enums, which are its ABI to schedulers. */
#define ACG_SCX_TASK_QUEUED		(1U << 0)
#define ACG_SCX_DSQ_GLOBAL		0x8000000000000001ULL
#define ACG_SCX_DSQ_LOCAL		0x8000000000000002ULL
#define ACG_SCX_ENQ_LAST		(1ULL << 41)
#define ACG_SCX_KICK_IDLE		(1ULL << 0)
#define ACG_SCX_KICK_PREEMPT		(1ULL << 1)
#define ACG_SCX_OPS_ENQ_LAST		(1ULL << 1)
#define ACG_SCX_OPS_SWITCH_PARTIAL	(1ULL << 3)

/* The last three since Linux 6.17. */
struct scx_cgroup_init_args {
	__u32 weight;
	__u64 bw_period_us;
	__u64 bw_quota_us;
	__u64 bw_burst_us;
} ACG_CORE;

enum scx_exit_kind {
	SCX_EXIT_NONE,
};

struct scx_exit_info {
	enum scx_exit_kind kind;
	__s64 exit_code;
	const char *reason;
	char *msg;
} ACG_CORE;

struct sched_ext_ops {
	__s32 (*select_cpu)(struct task_struct *p, __s32 prev_cpu, __u64 wake_flags);
	void (*enqueue)(struct task_struct *p, __u64 enq_flags);
	void (*dispatch)(__s32 cpu, struct task_struct *prev);
	void (*tick)(struct task_struct *p);
	void (*runnable)(struct task_struct *p, __u64 enq_flags);
	void (*running)(struct task_struct *p);
	void (*stopping)(struct task_struct *p, bool runnable);
	void (*quiescent)(struct task_struct *p, __u64 deq_flags);
	void (*enable)(struct task_struct *p);
	__s32 (*cgroup_init)(struct cgroup *cgrp, struct scx_cgroup_init_args *args);
	void (*cgroup_exit)(struct cgroup *cgrp);
	void (*cgroup_move)(struct task_struct *p, struct cgroup *from, struct cgroup *to);
	void (*cgroup_set_weight)(struct cgroup *cgrp, __u32 weight);
	void (*cgroup_set_bandwidth)(struct cgroup *cgrp, __u64 period_us, __u64 quota_us, __u64 burst_us);
	__s32 (*init)(void);
	void (*exit)(struct scx_exit_info *info);
	__u64 flags;
	__u32 timeout_ms;
	char name[128];
};

struct bpf_iter_scx_dsq {
	__u64 opaque[6];
} __attribute__((aligned(8)));

struct scx_bpf_dsq_insert_vtime_args {
	__u64 dsq_id;
	__u64 slice;
	__u64 vtime;
	__u64 enq_flags;
};

extern __s32 scx_bpf_create_dsq(__u64 dsq_id, __s32 node) __ksym __weak;
extern __s32 scx_bpf_select_cpu_dfl(struct task_struct *p, __s32 prev_cpu, __u64 wake_flags, bool *is_idle) __ksym __weak;
extern __s32 scx_bpf_pick_idle_cpu(const struct cpumask *cpus_allowed, __u64 flags) __ksym __weak;
extern void scx_bpf_kick_cpu(__s32 cpu, __u64 flags) __ksym __weak;
extern __u32 scx_bpf_nr_cpu_ids(void) __ksym __weak;
extern __s32 scx_bpf_task_cpu(const struct task_struct *p) __ksym __weak;
extern void scx_bpf_dsq_insert(struct task_struct *p, __u64 dsq_id, __u64 slice, __u64 enq_flags) __ksym __weak;
/* Since 6.19; before, its arguments went one by one. */
extern bool __scx_bpf_dsq_insert_vtime(struct task_struct *p, struct scx_bpf_dsq_insert_vtime_args *args) __ksym __weak;
extern void scx_bpf_dsq_insert_vtime(struct task_struct *p, __u64 dsq_id, __u64 slice, __u64 vtime,
				     __u64 enq_flags) __ksym __weak;
extern bool scx_bpf_dsq_move_to_local(__u64 dsq_id) __ksym __weak;
extern int bpf_iter_scx_dsq_new(struct bpf_iter_scx_dsq *it, __u64 dsq_id, __u64 flags) __ksym __weak;
extern struct task_struct *bpf_iter_scx_dsq_next(struct bpf_iter_scx_dsq *it) __ksym __weak;
extern void bpf_iter_scx_dsq_destroy(struct bpf_iter_scx_dsq *it) __ksym __weak;
extern void scx_bpf_dsq_move_set_vtime(struct bpf_iter_scx_dsq *it__iter, __u64 vtime) __ksym __weak;
extern bool scx_bpf_dsq_move_vtime(struct bpf_iter_scx_dsq *it__iter, struct task_struct *p, __u64 dsq_id,
				   __u64 enq_flags) __ksym __weak;
/* Since 6.19; before, a scheduler wrote the member. */
extern bool scx_bpf_task_set_slice(struct task_struct *p, __u64 slice) __ksym __weak;
extern bool bpf_cpumask_test_cpu(__u32 cpu, const struct cpumask *cpumask) __ksym __weak;
extern struct cgroup *bpf_cgroup_from_id(__u64 id) __ksym __weak;
extern struct cgroup *bpf_cgroup_ancestor(struct cgroup *cgrp, int level) __ksym __weak;
extern void bpf_cgroup_release(struct cgroup *cgrp) __ksym __weak;

#endif /* AGENTCGROUP_KERNEL_H */
