/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * The memory guard of stock kernels: sees a session run short of memory at the moment at
 * which the kernel does, and holds back calls of less important sessions that are
 * taking memory meanwhile.
 *
 *	charge batch or reclaim -> whose, at which level? -> breach -> look at who takes memory -> hold
 *
 * Part of the scheduler's object, which keeps the held off the CPU: acg_hold() of
 * hold.bpf.h, included before this file.
 */
#ifndef ACG_MEMGUARD_BPF_H
#define ACG_MEMGUARD_BPF_H

#include "maps.bpf.h"
#include "account.bpf.h"
#include "domain.bpf.h"

/* What a breach leads to is decided at most so often: the kernel reclaims thousands of times a second. */
#define GUARD_LOOK_NS		500000ULL
/* Recent is what happened in this and the last window: long enough that a call that is forced to wait between two bursts counts as taking. */
#define GUARD_WINDOW_NS		50000000ULL
/* A domain runs for a quarter of the time that it was held before it is held again: a fifth of the time is always its own. */
#define GUARD_REST_SHIFT	2
/* Room that is left when the important session is warned early: what it took in the last windows, but at least this (4 MiB). */
#define GUARD_ROOM_PAGES	1024
/* Calls that take memory at the same time; older ones fall out. */
#define GUARD_TAKERS_MAX	4096
/* Levels of the tree above a charge: nested, call, session, root, and what our root lies in. */
#define GUARD_LEVELS_MOST	8

/* A domain that takes memory. */
struct guard_taker {
	__u64 window;		/* number of the window in which `taken` counts */
	__u64 taken;		/* pages in this window */
	__u64 taken_before;	/* pages in the window before */
	__u64 since_ns;		/* the last hold */
	__u64 until_ns;
	__u64 most_ns;		/* how far the last hold may be extended */
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, GUARD_TAKERS_MAX);
	__type(key, __u64);
	__type(value, struct guard_taker);
} guard_takers SEC(".maps");

/* One for each priority that can be under pressure. */
struct guard_pressure {
	__u64 look_ns;		/* when to look again at the earliest */
	__u64 began_ns;		/* of the pressure that goes on */
	__u64 last_ns;		/* last seen */
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, ACG_PRIORITIES);
	__type(key, __u32);
	__type(value, struct guard_pressure);
} guard_pressures SEC(".maps");

/* Who is looked for, and on whose behalf. */
struct guard_search {
	const struct acg_policy *policy;
	__u64 session;
	__u64 now_ns;
	__u32 priority;		/* under pressure */
	__u32 may_hold;		/* bit 1 << priority of who may be held for it */
	__u32 victims;		/* priority of those to hold */
	__u32 held;
};

static __always_inline __u64 guard_clamp(__u64 value, __u64 least, __u64 most)
{
	return value < least ? least : value > most ? most : value;
}

/* Bit 1 << priority of who may be held for a session of this priority. */
static __always_inline __u32 guard_may_hold(const struct acg_policy *policy, __u32 priority)
{
	/* The compiler would leave out a mask that it knows to change nothing, and the verifier does not know what it knows. */
	barrier_var(priority);
	return policy->may_hold[priority & (ACG_PRIORITIES - 1)];
}

static __always_inline __u64 guard_window(__u64 now_ns)
{
	return now_ns / GUARD_WINDOW_NS;
}

/* Pages taken in this window and the last. */
static __always_inline __u64 guard_recent(const struct guard_taker *taker, __u64 now_ns)
{
	__u64 window = guard_window(now_ns);

	if (taker->window == window)
		return taker->taken + taker->taken_before;
	return taker->window + 1 == window ? taker->taken : 0;
}

static __always_inline void guard_add(struct guard_taker *taker, __u64 now_ns, __u64 pages)
{
	__u64 window = guard_window(now_ns);

	/* Two CPUs that open a window at the same moment lose a batch; nothing hangs on one. */
	if (taker->window != window) {
		taker->taken_before = taker->window + 1 == window ? taker->taken : 0;
		taker->taken = 0;
		taker->window = window;
	}
	__sync_fetch_and_add(&taker->taken, pages);
}

static struct guard_taker *guard_taker_of(__u64 cgroup)
{
	struct guard_taker *taker = bpf_map_lookup_elem(&guard_takers, &cgroup);
	struct guard_taker fresh = {};

	if (taker)
		return taker;
	bpf_map_update_elem(&guard_takers, &cgroup, &fresh, BPF_NOEXIST);
	return bpf_map_lookup_elem(&guard_takers, &cgroup);
}

static __always_inline bool guard_may_be_held(const struct guard_search *search, const struct acg_domain *domain)
{
	/* The agent's own runtime and its services never, whatever a policy says. */
	if (domain->role != ACG_ROLE_CALL && domain->role != ACG_ROLE_BACKGROUND)
		return false;
	/* Nor one that matters as much or more. A larger number matters less. */
	return domain->priority == search->victims && domain->priority > search->priority && domain->session != search->session;
}

/* What a call is told at its end: how often, and for how long in all. */
static void guard_account(__u64 cgroup, __u64 holds, __u64 ns)
{
	struct acg_account *account = acg_account_of(cgroup);

	if (account) {
		__sync_fetch_and_add(&account->holds, holds);
		__sync_fetch_and_add(&account->held_ns, ns);
	}
}

static void guard_tell_hold(const struct guard_search *search, __u64 cgroup, __u64 session, __u64 ns)
{
	struct acg_event *event = acg_event_begin(ACG_EVENT_HOLD, cgroup, session);

	if (!event)
		return;
	/* When it began, not when this CPU comes to tell it. */
	event->time_ns = search->now_ns;
	event->value = ns;
	event->value2 = search->session;
	acg_event_send(event);
}

/* Its due is in proportion to what it took; of that it gets first what it takes to see whether the pressure goes on. */
static void guard_hold(struct guard_search *search, __u64 cgroup, __u64 session, struct guard_taker *taker, __u64 pages)
{
	const struct acg_policy *policy = search->policy;
	__u64 now = search->now_ns, before_ns = taker->until_ns, held = before_ns - taker->since_ns, most_ns, want_ns, got_ns;

	if (now < before_ns + (held >> GUARD_REST_SHIFT))
		return;
	most_ns = guard_clamp(pages * policy->ns_per_page, policy->hold_min_ns, policy->hold_max_ns);
	want_ns = guard_clamp(policy->quiet_ns, policy->hold_min_ns, most_ns);
	/* Another CPU may look at the same time, when this one was interrupted for longer than looks are apart. */
	if (__sync_val_compare_and_swap(&taker->until_ns, before_ns, now + want_ns) != before_ns)
		return;
	taker->since_ns = now;
	taker->most_ns = now + most_ns;
	got_ns = acg_hold(cgroup, now, want_ns, search->session, ACG_HOLD_BY_MEMGUARD);
	taker->until_ns = now + got_ns;
	if (!got_ns)
		return;
	acg_count(ACG_STAT_HOLDS, 1);
	acg_count(ACG_STAT_HOLD_NS, got_ns);
	guard_account(cgroup, 1, got_ns);
	guard_tell_hold(search, cgroup, session, got_ns);
}

/* It is being held: as long as the pressure lasts, and its due is not used up. */
static void guard_hold_on(struct guard_search *search, __u64 cgroup, struct guard_taker *taker)
{
	const struct acg_policy *policy = search->policy;
	struct acg_hold *hold;
	__u64 until_ns = search->now_ns + policy->quiet_ns, more_ns;

	if (until_ns > taker->most_ns)
		until_ns = taker->most_ns;
	/* A write for every look would be for nothing. */
	if (until_ns <= taker->until_ns + policy->quiet_ns / 4)
		return;
	hold = bpf_map_lookup_elem(&acg_holds, &cgroup);
	if (!hold || hold->by != ACG_HOLD_BY_MEMGUARD)
		return;
	more_ns = until_ns - taker->until_ns;
	hold->until_ns = until_ns;
	taker->until_ns = until_ns;
	acg_count(ACG_STAT_HOLDS_EXTENDED, 1);
	acg_count(ACG_STAT_HOLD_NS, more_ns);
	guard_account(cgroup, 0, more_ns);
}

static long guard_consider(void *map, const __u64 *cgroup, struct guard_taker *taker, struct guard_search *search)
{
	const struct acg_domain *domain = acg_domain_of(*cgroup);
	__u64 pages;

	if (!domain || !guard_may_be_held(search, domain))
		return 0;
	pages = guard_recent(taker, search->now_ns);
	if (taker->until_ns > search->now_ns) {
		search->held++;
		guard_hold_on(search, *cgroup, taker);
	} else if (pages) {
		search->held++;
		guard_hold(search, *cgroup, domain->session, taker, pages);
	}
	/* Who takes nothing is in nobody's way. */
	return 0;
}

static void guard_search_among(struct guard_search *search, __u32 victims)
{
	if (!(search->may_hold & (1 << victims)))
		return;
	search->victims = victims;
	bpf_for_each_map_elem(&guard_takers, guard_consider, search, 0);
}

static void guard_tell(__u64 cgroup, __u64 session, __u64 now_ns, __u32 kind, __u64 pages_over)
{
	struct acg_event *event = acg_event_begin(ACG_EVENT_BREACH, cgroup, session);

	if (!event)
		return;
	event->time_ns = now_ns;
	event->pid = bpf_get_current_pid_tgid() >> 32;
	event->value = kind;
	event->value2 = pages_over << ACG_PAGE_SHIFT;
	bpf_get_current_comm(event->comm, sizeof(event->comm));
	acg_event_send(event);
}

/* A session runs short. */
static void guard_breach(__u64 cgroup, const struct acg_domain *domain, __u32 kind, __u64 pages_over)
{
	struct guard_search search = {.policy = acg_policy_get(), .session = domain->session, .priority = domain->priority};
	struct guard_pressure *pressure;
	__u64 look_ns, now;

	if (!search.policy)
		return;
	search.may_hold = guard_may_hold(search.policy, domain->priority);
	if (!search.may_hold)
		return;
	pressure = bpf_map_lookup_elem(&guard_pressures, &search.priority);
	if (!pressure)
		return;
	now = bpf_ktime_get_ns();
	look_ns = pressure->look_ns;
	if (now < look_ns || __sync_val_compare_and_swap(&pressure->look_ns, look_ns, now + GUARD_LOOK_NS) != look_ns)
		return;
	search.now_ns = now;
	if (now - pressure->last_ns > search.policy->quiet_ns) {
		pressure->began_ns = now;
		acg_count(ACG_STAT_BREACHES, 1);
	}
	/* Without leave to hold, pressure is told and nothing done about it. */
	if (search.policy->flags & ACG_POLICY_HOLD) {
		guard_search_among(&search, ACG_PRIORITY_LOW);
		/* Normal ones when there is no low one to hold, or holding those has not helped. */
		if (!search.held || now - pressure->began_ns > search.policy->quiet_ns)
			guard_search_among(&search, ACG_PRIORITY_NORMAL);
	}
	/* The reader is woken last: first things first. */
	if (pressure->began_ns == now)
		guard_tell(cgroup, domain->session, now, kind, pages_over);
	pressure->last_ns = now;
}

/*
 * Looks at the levels that a charge goes through, from the session's own up. Below it, in the call's own limit, nobody else
 * is to blame.
 */
static void guard_look_up(const struct acg_place *place, const struct acg_domain *domain, struct page_counter *counter,
			  __u64 pages, __u64 recent)
{
	__u32 own = place->depth + (domain->role != ACG_ROLE_SESSION);
	__u64 usage, limit;

	for (__u32 i = 0; i < GUARD_LEVELS_MOST && counter; i++, counter = counter->parent) {
		if (i < own)
			continue;
		usage = counter->usage.counter + pages;
		limit = counter->high < counter->max ? counter->high : counter->max;
		if (usage > limit) {
			guard_breach(place->id, domain, ACG_BREACH_HIGH, usage - limit);
			return;
		}
		/* Where others take from the same budget, a burst is a breach before the last page is gone. */
		if (i > own && limit - usage < GUARD_ROOM_PAGES + recent) {
			guard_breach(place->id, domain, ACG_BREACH_FAULTS, 0);
			return;
		}
	}
}

/*
 * Each batch of charges (64 pages, or a large folio) comes here once, whatever its size; single faults are served from the CPU's
 * stock and do not.
 */
SEC("fentry/page_counter_try_charge")
int BPF_PROG(guard_charge, struct page_counter *counter, unsigned long pages)
{
	struct task_struct *task = bpf_get_current_task_btf();
	const struct acg_domain *domain;
	const struct acg_policy *policy;
	struct cgroup_subsys_state *css;
	struct guard_taker *taker;
	struct acg_place place;
	__u64 now;

	css = task->cgroups->subsys[memory_cgrp_id];
	/* Swap and huge pages have such counters too; and a kernel thread may charge to somebody else. */
	if ((void *)counter != (void *)&((struct mem_cgroup *)css)->memory)
		return 0;
	domain = acg_place_of(css->cgroup, &place);
	if (!domain)
		return 0;
	taker = guard_taker_of(place.id);
	if (!taker)
		return 0;
	now = bpf_ktime_get_ns();
	guard_add(taker, now, pages);
	policy = acg_policy_get();
	if (policy && guard_may_hold(policy, domain->priority))
		guard_look_up(&place, domain, counter, pages, guard_recent(taker, now));
	return 0;
}

/* The kernel takes memory back because a limit was reached; the first sign where nothing of the session itself was charged. */
SEC("fentry/try_to_free_mem_cgroup_pages")
int BPF_PROG(guard_reclaim, struct mem_cgroup *memcg, unsigned long pages, unsigned int gfp, unsigned int options)
{
	struct task_struct *task = bpf_get_current_task_btf();
	const struct acg_domain *domain;
	__u64 id;

	if (options & MEMCG_RECLAIM_PROACTIVE)
		return 0;
	domain = acg_domain_around(task->cgroups->dfl_cgrp, &id);
	/* At the call's own limit nobody else is to blame. */
	if (!domain || (domain->role != ACG_ROLE_SESSION && memcg->css.cgroup->kn->id == id))
		return 0;
	guard_breach(id, domain, ACG_BREACH_RECLAIM, 0);
	return 0;
}

#endif /* ACG_MEMGUARD_BPF_H */
