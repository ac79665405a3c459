/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * cpu.max, which the kernel keeps only for its own scheduler's tasks. What is used
 * over the quota, since a slice ends at a tick, is taken from the next periods.
 */
#ifndef ACG_SCHED_LIMIT_BPF_H
#define ACG_SCHED_LIMIT_BPF_H

#include "sched_state.bpf.h"

/* The most that is owed; a group that had to run for the watchdog's sake must not wait for hours. */
#define DEBT_MAX_NS		(1000LL * 1000 * 1000)
/* Longer than any quota that makes sense: "max" comes as the largest number. */
#define QUOTA_MAX_US		(1ULL << 40)

static __always_inline void limit_set(struct group *g, __u64 period_us, __u64 quota_us, __u64 burst_us)
{
	if (!period_us || quota_us >= QUOTA_MAX_US) {
		g->quota_ns = 0;
		return;
	}
	g->period_ns = period_us * 1000;
	g->burst_ns = burst_us * 1000;
	g->budget_ns = quota_us * 1000;
	g->period_end_ns = bpf_ktime_get_ns() + g->period_ns;
	g->quota_ns = quota_us * 1000;
}

/* When the group may run again, or 0: now. */
static __always_inline __u64 limit_until(struct group *g, __u64 now)
{
	__u64 end = g->period_end_ns, periods;
	__s64 budget, most = g->quota_ns + g->burst_ns;

	if (!g->quota_ns || !g->period_ns)
		return 0;
	if (!before(now, end)) {
		periods = (now - end) / g->period_ns + 1;
		/* One of the CPUs that see the period's end fills up. */
		if (__sync_val_compare_and_swap(&g->period_end_ns, end, end + periods * g->period_ns) == end) {
			budget = __sync_fetch_and_add(&g->budget_ns, periods * g->quota_ns) + periods * g->quota_ns;
			if (budget > most)
				g->budget_ns = most;
		}
	}
	return g->budget_ns > 0 ? 0 : g->period_end_ns;
}

static __always_inline void limit_charge(struct group *g, __u64 used_ns)
{
	__s64 before_ns;

	if (!g->quota_ns)
		return;
	before_ns = __sync_fetch_and_sub(&g->budget_ns, used_ns);
	if (before_ns > 0 && before_ns <= (__s64)used_ns)
		acg_count(ACG_STAT_CPU_MAX, 1);
	if (before_ns < -DEBT_MAX_NS)
		g->budget_ns = -DEBT_MAX_NS;
}

#endif /* ACG_SCHED_LIMIT_BPF_H */
