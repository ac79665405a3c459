/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* Cgroups as the kernel tells of them: they come, change weight and cpu.max, and go; and which one a task belongs to. */
#ifndef ACG_SCHED_CGROUP_BPF_H
#define ACG_SCHED_CGROUP_BPF_H

#include "sched_first.bpf.h"
#include "sched_limit.bpf.h"
#include "sched_vtime.bpf.h"

/* The group that a cgroup's tasks belong to: itself, or the deepest ancestor that we know. */
static __always_inline __u64 group_id_of(struct cgroup *cgrp)
{
	struct cgroup *same, *ancestor;
	__u64 id = cgrp->kn->id;

	if (cgrp->level <= DEPTH_MAX)
		return id;
	/* Once more by its id, for a pointer that the verifier trusts. */
	same = bpf_cgroup_from_id(id);
	if (!same)
		return id;
	ancestor = bpf_cgroup_ancestor(same, DEPTH_MAX);
	if (ancestor) {
		id = ancestor->kn->id;
		bpf_cgroup_release(ancestor);
	}
	bpf_cgroup_release(same);
	return id;
}

/*
 * A task becomes ours: by its policy, as a child of one that is, or because the scheduler
 * is attached. Not in init_task, which is called for every fork on the host.
 */
SEC("struct_ops/enable")
void BPF_PROG(acg_enable, struct task_struct *p)
{
	struct task *t = bpf_task_storage_get(&acg_tasks, p, NULL, BPF_LOCAL_STORAGE_GET_F_CREATE);
	struct task_group *tg = p->sched_task_group;
	struct cgroup *cgrp;

	/* Without memory for it the task is served without weight. */
	if (!t)
		return;
	/* It may be known from before. */
	t->ready_in = 0;
	t->running = 0;
	t->prepaid_ns = 0;
	t->prepaid_vtime = 0;
	cgrp = tg ? tg->css.cgroup : NULL;
	if (cgrp)
		t->group = group_id_of(cgrp);
}

SEC("struct_ops/cgroup_move")
void BPF_PROG(acg_cgroup_move, struct task_struct *p, struct cgroup *from, struct cgroup *to)
{
	struct task *t = task_of(p);

	if (t)
		t->group = group_id_of(to);
}

SEC("struct_ops.s/cgroup_init")
__s32 BPF_PROG(acg_cgroup_init, struct cgroup *cgrp, struct scx_cgroup_init_args *args)
{
	struct cgroup *parent;
	struct group g = {};
	__u64 id;

	if (cgrp->level > DEPTH_MAX)
		return 0;
	id = cgrp->kn->id;
	if (cgrp->level > 0) {
		parent = bpf_cgroup_ancestor(cgrp, cgrp->level - 1);
		if (parent) {
			g.parent = parent->kn->id;
			bpf_cgroup_release(parent);
		}
	}
	g.weight = args->weight ? args->weight : WEIGHT_DEFAULT;
	g.vtime = vtime_now;
	g.lately_at_ns = bpf_ktime_get_ns();
	g.first_at_ns = g.lately_at_ns;
	g.first_ns = FIRST_MAX_NS;
	if (bpf_core_field_exists(args->bw_quota_us))
		limit_set(&g, args->bw_period_us, args->bw_quota_us, args->bw_burst_us);
	/* A failure would make mkdir fail; its tasks are served without weight instead. */
	if (bpf_map_update_elem(&acg_groups, &id, &g, BPF_ANY))
		acg_count(ACG_STAT_MAP_FULL, 1);
	return 0;
}

SEC("struct_ops.s/cgroup_exit")
void BPF_PROG(acg_cgroup_exit, struct cgroup *cgrp)
{
	__u64 id = cgrp->kn->id;

	if (cgrp->level <= DEPTH_MAX)
		bpf_map_delete_elem(&acg_groups, &id);
}

SEC("struct_ops/cgroup_set_weight")
void BPF_PROG(acg_cgroup_set_weight, struct cgroup *cgrp, __u32 weight)
{
	share_reweigh(cgrp->kn->id, weight);
}

SEC("struct_ops/cgroup_set_bandwidth")
void BPF_PROG(acg_cgroup_set_bandwidth, struct cgroup *cgrp, __u64 period_us, __u64 quota_us, __u64 burst_us)
{
	struct group *g = group_of(cgrp->kn->id);

	if (g)
		limit_set(g, period_us, quota_us, burst_us);
}

#endif /* ACG_SCHED_CGROUP_BPF_H */
