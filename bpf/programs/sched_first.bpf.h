/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * Short calls first. A call that has used little CPU lately does not wait for its
 * turn and interrupts one that has used more. That is only a matter of order as
 * long as its session uses less than its share; so each session may have half of
 * its share served that way, and what it saves up for that is bounded. A session
 * that starts one short call after the other is served by weight like all.
 *
 * Shares are of all CPUs, but the kernel's own scheduler goes before ours and may
 * leave us little. Of what it does leave, who waits for its turn has half.
 */
#ifndef ACG_SCHED_FIRST_BPF_H
#define ACG_SCHED_FIRST_BPF_H

#include "sched_share.bpf.h"

/* Halved that often, so that a server that does a little now and then stays among the short ones. */
#define LATELY_NS		(4ULL * 1000 * 1000 * 1000)
/* What a session saves up: one or two short calls. */
#define FIRST_MAX_NS		(400LL * 1000 * 1000)
#define FIRST_SHARE_DIVISOR	2
/* How far short calls may get ahead of the others in all; above that there is but one more slice to remember. */
#define LEAD_MAX_NS		FIRST_MAX_NS
/* What an elapsed time is worth looking at; bounds the arithmetic too. */
#define ELAPSED_MAX_NS		(10ULL * 1000 * 1000 * 1000)

static __always_inline __u64 lately_ns(struct group *g, __u64 now)
{
	__u64 since = g->lately_at_ns, halvings;

	/* Another CPU may have looked at its clock a little later than we. */
	if (before(now, since + LATELY_NS))
		return g->lately_ns;
	halvings = (now - since) / LATELY_NS;
	if (__sync_val_compare_and_swap(&g->lately_at_ns, since, since + halvings * LATELY_NS) == since)
		g->lately_ns = halvings < 32 ? g->lately_ns >> halvings : 0;
	return g->lately_ns;
}

static __always_inline __s64 first_budget_ns(struct group *session, __u64 now)
{
	__u64 since = session->first_at_ns, elapsed, all;
	struct group *above;

	/* Not worth its price more often; also, one of several CPUs is enough. */
	if (before(now, since + SLICE_MIN_NS))
		return session->first_ns;
	if (__sync_val_compare_and_swap(&session->first_at_ns, since, now) != since)
		return session->first_ns;
	elapsed = now - since;
	if (elapsed > ELAPSED_MAX_NS)
		elapsed = ELAPSED_MAX_NS;
	elapsed = elapsed * scx_bpf_nr_cpu_ids() / FIRST_SHARE_DIVISOR;
	above = group_of(session->parent);
	if (above) {
		all = above->ready_weight;
		if (all > session->weight)
			elapsed = elapsed * session->weight / all;
	}
	if (session->first_ns + (__s64)elapsed > FIRST_MAX_NS)
		session->first_ns = FIRST_MAX_NS;
	else
		__sync_fetch_and_add(&session->first_ns, elapsed);
	return session->first_ns;
}

/* CPU time that short calls had, less what the others had since; never below 0. */
static volatile __s64 lead_ns;

static __always_inline bool may_lead(void)
{
	return lead_ns < LEAD_MAX_NS;
}

/* A charge that another CPU makes at the same time may be lost at a bound, where it would change nothing. */
static __always_inline void lead_charge(bool first, __u64 used_ns)
{
	__s64 lead = lead_ns + (first ? (__s64)used_ns : -(__s64)used_ns);

	if (lead < 0)
		lead_ns = 0;
	else if (lead > LEAD_MAX_NS + (__s64)SLICE_NS)
		lead_ns = LEAD_MAX_NS + SLICE_NS;
	else if (first)
		__sync_fetch_and_add(&lead_ns, used_ns);
	else
		__sync_fetch_and_sub(&lead_ns, used_ns);
}

SEPARATE bool goes_first(struct group *g, __u64 now)
{
	struct group *session;

	if (!g || lately_ns(g, now) >= short_call_ns())
		return false;
	session = group_of(g->parent);
	return session && first_budget_ns(session, now) > 0;
}

static __always_inline void first_charge(struct task *t, struct group *g, __u64 used_ns, __u64 now)
{
	struct group *session;

	lately_ns(g, now);
	__sync_fetch_and_add(&g->lately_ns, used_ns);
	lead_charge(t->first, used_ns);
	if (!t->first)
		return;
	session = group_of(g->parent);
	if (session)
		__sync_fetch_and_sub(&session->first_ns, used_ns);
}

#endif /* ACG_SCHED_FIRST_BPF_H */
