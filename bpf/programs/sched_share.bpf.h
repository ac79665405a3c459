/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * Weights to shares. A cgroup has, of what its parent has, its weight's part among
 * those of its siblings that have something to run; multiplied down from the root
 * that is its share of the CPUs. Own tasks of an inner cgroup count as one child
 * with the default weight.
 */
#ifndef ACG_SCHED_SHARE_BPF_H
#define ACG_SCHED_SHARE_BPF_H

#include "sched_state.bpf.h"

#define SHARE_ONE		(1ULL << 20)
#define WEIGHT_DEFAULT		100
#define WEIGHT_MAX		10000

static struct bpf_spin_lock share_lock SEC(".data.share_lock");
static volatile __u64 share_generation = 1;

/* One part of `g` becomes ready, of that weight; true if it is the first, so that its parent must know. */
static __always_inline bool part_ready(struct group *g, __u64 weight)
{
	bool first;

	bpf_spin_lock(&share_lock);
	first = !g->ready_parts++;
	g->ready_weight += weight;
	bpf_spin_unlock(&share_lock);
	return first;
}

/* As above; true if it was the last. */
static __always_inline bool part_idle(struct group *g, __u64 weight)
{
	bool last;

	bpf_spin_lock(&share_lock);
	last = !--g->ready_parts;
	g->ready_weight -= weight;
	bpf_spin_unlock(&share_lock);
	return last;
}

/*
 * Counts a task of `g` in, or out, up to the root. The counters of each level are
 * changed by one at a time, so it does not matter which of two CPUs comes first.
 */
SEPARATE int share_count(__u64 id, bool ready)
{
	struct group *g = group_of(id);
	__u64 weight = WEIGHT_DEFAULT;
	int level;

	if (!g)
		return 0;
	if (ready ? __sync_fetch_and_add(&g->ready_tasks, 1) : __sync_fetch_and_sub(&g->ready_tasks, 1) - 1)
		return 0;
	for (level = 0; level <= DEPTH_MAX; level++) {
		if (ready ? !part_ready(g, weight) : !part_idle(g, weight))
			break;
		weight = g->weight;
		g = group_of(g->parent);
		if (!g)
			break;
	}
	__sync_fetch_and_add(&share_generation, 1);
	return 0;
}

static __always_inline void share_reweigh(__u64 id, __u64 weight)
{
	struct group *g = group_of(id), *parent;

	if (!g)
		return;
	if (!weight)
		weight = 1;
	if (weight > WEIGHT_MAX)
		weight = WEIGHT_MAX;
	parent = group_of(g->parent);
	if (!parent)
		parent = g;
	bpf_spin_lock(&share_lock);
	if (g->ready_parts && parent != g)
		parent->ready_weight += weight - g->weight;
	g->weight = weight;
	bpf_spin_unlock(&share_lock);
	__sync_fetch_and_add(&share_generation, 1);
}

SEPARATE __u64 share_of(struct group *of)
{
	__u64 generation = share_generation, share = SHARE_ONE, weight = WEIGHT_DEFAULT, all;
	struct group *g = of;
	int level;

	if (!of)
		return SHARE_ONE;

	if (of->share_of == generation && of->share)
		return of->share;
	for (level = 0; level <= DEPTH_MAX; level++) {
		all = g->ready_weight;
		/* Weights change while we look: nobody has more than all. */
		if (all > weight)
			share = share * weight / all;
		weight = g->weight;
		g = group_of(g->parent);
		if (!g)
			break;
	}
	if (!share)
		share = 1;
	of->share = share;
	of->share_of = generation;
	return share;
}

#endif /* ACG_SCHED_SHARE_BPF_H */
