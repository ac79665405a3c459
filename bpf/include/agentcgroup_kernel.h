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

struct signal_struct {
	short oom_score_adj;
} ACG_CORE;

struct task_struct {
	int pid;
	int tgid;
	int exit_code;
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

#endif /* AGENTCGROUP_KERNEL_H */
