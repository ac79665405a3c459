/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * Start-time fair queueing. Each group has a place in virtual time; a task that is
 * queued takes that place and moves it on by what it will probably use, divided by
 * the group's share. All wait in one queue ordered by place. What was guessed wrong
 * is corrected when the task stops. Who slept starts at the present, with no credit
 * but one slice; who was ready all the time keeps what it is owed.
 */
#ifndef ACG_SCHED_VTIME_BPF_H
#define ACG_SCHED_VTIME_BPF_H

#include "sched_share.bpf.h"

/*
 * How far a group can get ahead of the present. The present moves on by at least
 * the time that one CPU is ours, so this is also the longest that one waits for its
 * own weight's sake: a weight of 1 beside 10000 would otherwise wait for the
 * watchdog. Ratios up to 1:250 are exact.
 */
#define AHEAD_MAX_NS		(2ULL * 1000 * 1000 * 1000)
/*
 * What a group has had too much is not forgotten at that bound, only paid back later:
 * a CPU that the host of a virtual machine took away for 300 ms is 2 s for a
 * group with a sixth of the machine.
 */
#define VTIME_DEBT_MAX_NS	(10ULL * 1000 * 1000 * 1000)

/*
 * The present: the latest place that was next in turn. Not of those that were put on
 * a CPU: two CPUs that look at the same moment see the same task at the head, one of them
 * gets the second, and that may stand a long way off. Who was next in turn in truth would seem to
 * be late by as much, and lose it.
 */
static volatile __u64 vtime_now;

static __always_inline void vtime_pass(__u64 vtime)
{
	if (before(vtime_now, vtime))
		vtime_now = vtime;
}

/*
 * How far a group that is ready may be behind, and keep what it is owed: a slice for
 * each CPU, and one more, is charged in advance and given back when all its tasks are interrupted
 * at once; and a CPU that the host of a virtual machine takes away for a while is charged
 * late, in one piece. Without a bound a group with fewer tasks than its weight is worth would save up for ever.
 */
#define BEHIND_MAX_NS		(500ULL * 1000 * 1000)

static __always_inline __u64 vtime_behind_max(struct group *g)
{
	__u64 behind = SLICE_NS * (scx_bpf_nr_cpu_ids() + 1) * SHARE_ONE / share_of(g);

	if (behind < BEHIND_MAX_NS)
		return BEHIND_MAX_NS;
	return behind < AHEAD_MAX_NS ? behind : AHEAD_MAX_NS;
}

static __always_inline __u64 vtime_bounded(__u64 vtime, struct group *g)
{
	__u64 now = vtime_now, behind = vtime_behind_max(g);

	if (before(vtime, now - behind))
		return now - behind;
	if (before(now + AHEAD_MAX_NS, vtime))
		return now + AHEAD_MAX_NS;
	return vtime;
}

/* To be called when the group had nothing that could run, and has. */
static __always_inline void vtime_wake(struct group *g)
{
	__u64 least = vtime_now - SLICE_NS;

	if (before(g->vtime, least))
		g->vtime = least;
}

static __always_inline __u64 usual_ns(struct task *t, __u64 slice)
{
	return !t->usual_ns || t->usual_ns > slice ? slice : t->usual_ns;
}

/* Takes a place for `t`, paid in advance. */
SEPARATE __u64 vtime_take(struct task *t, struct group *g)
{
	__u64 cost_ns, cost, at, place;

	if (!t || !g)
		return 0;
	cost_ns = usual_ns(t, slice_ns());
	cost = cost_ns * SHARE_ONE / share_of(g);
	at = __sync_fetch_and_add(&g->vtime, cost);
	place = vtime_bounded(at, g);
	if (before(at, place))
		g->vtime = place + cost;
	else if (before(vtime_now + VTIME_DEBT_MAX_NS, at))
		g->vtime = vtime_now + VTIME_DEBT_MAX_NS + cost;
	t->prepaid_ns = cost_ns;
	t->prepaid_vtime = cost;
	t->vtime = place;
	return place;
}

static __always_inline void vtime_charge(struct task *t, struct group *g, __u64 used_ns)
{
	__u64 covered;

	if (used_ns <= t->prepaid_ns) {
		covered = t->prepaid_ns ? t->prepaid_vtime * used_ns / t->prepaid_ns : 0;
		t->prepaid_ns -= used_ns;
		t->prepaid_vtime -= covered;
		return;
	}
	used_ns -= t->prepaid_ns;
	t->prepaid_ns = 0;
	t->prepaid_vtime = 0;
	__sync_fetch_and_add(&g->vtime, used_ns * SHARE_ONE / share_of(g));
}

static __always_inline void vtime_refund(struct task *t, struct group *g)
{
	if (t->prepaid_vtime)
		__sync_fetch_and_sub(&g->vtime, t->prepaid_vtime);
	t->prepaid_ns = 0;
	t->prepaid_vtime = 0;
}

#endif /* ACG_SCHED_VTIME_BPF_H */
