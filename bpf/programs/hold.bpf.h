/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * Hold-back: the tasks of a session or of a call stay off the CPU until a time.
 *
 *	acg_hold(cgroup, since_ns, for_ns, cause, by)	from any context but NMI, such as fentry
 *	acg_hold_end(cgroup)				before its time
 *	acg_held_until(cgroup, now)			0: not held
 *
 * The scheduler does the rest: who is queued is put aside when its turn comes, and
 * let go by a timer (sched_park.bpf.h).
 */
#ifndef ACG_HOLD_BPF_H
#define ACG_HOLD_BPF_H

#include "sched_state.bpf.h"

/* The bounds that hold whoever asks; see struct acg_hold. */
static __always_inline __u64 hold_most_ns(void)
{
	const struct acg_policy *policy = acg_policy_get();

	return policy && policy->hold_max_ns < ACG_HOLD_CEILING_NS ? policy->hold_max_ns : ACG_HOLD_CEILING_NS;
}

/* Until when this very cgroup is held, by an entry of its own, or 0. */
static __always_inline __u64 acg_held_until(__u64 cgroup, __u64 now)
{
	struct acg_hold *hold = bpf_map_lookup_elem(&acg_holds, &cgroup);
	__u64 until, most;

	if (!hold || !before(now, hold->until_ns))
		return 0;
	until = hold->until_ns;
	most = hold->since_ns + hold_most_ns();
	if (before(most, until))
		until = most;
	return before(now, until) ? until : 0;
}

struct hold_kick {
	__u64 cgroup;
	__u64 since_ns;
};

static long hold_kick_one(__u64 number, struct hold_kick *kick)
{
	struct cpu *c = cpu_of(number);

	if (!c)
		return 1;
	if (c->group == kick->cgroup || c->session == kick->cgroup) {
		c->kicked_since_ns = kick->since_ns;
		scx_bpf_kick_cpu(number, ACG_SCX_KICK_PREEMPT);
	}
	return 0;
}

/* Interrupts every CPU that runs a task of the cgroup, or of one right below it. */
static __always_inline void acg_hold_kick(__u64 cgroup, __u64 since_ns)
{
	struct hold_kick kick = { .cgroup = cgroup, .since_ns = since_ns };

	bpf_loop(scx_bpf_nr_cpu_ids(), hold_kick_one, &kick, 0);
}

/*
 * Holds a session or a call for `for_ns` from now. `since_ns` is when the reason
 * for it arose, from which the reaction is measured. Returns for how long it got.
 */
SEPARATE __u64 acg_hold(__u64 cgroup, __u64 since_ns, __u64 for_ns, __u64 cause, __u32 by)
{
	__u64 now = bpf_ktime_get_ns(), most = hold_most_ns();
	struct acg_hold hold = { .since_ns = now, .cause = cause, .by = by };

	if (for_ns > most) {
		for_ns = most;
		acg_count(ACG_STAT_HOLDS_CLAMPED, 1);
	}
	if (!for_ns)
		return 0;
	hold.until_ns = now + for_ns;
	if (bpf_map_update_elem(&acg_holds, &cgroup, &hold, BPF_ANY)) {
		acg_count(ACG_STAT_MAP_FULL, 1);
		return 0;
	}
	acg_hold_kick(cgroup, since_ns);
	return for_ns;
}

#endif /* ACG_HOLD_BPF_H */
