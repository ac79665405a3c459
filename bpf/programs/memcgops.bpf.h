/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * What we tell the memory controller of a kernel with memcg_bpf_ops, whichever version:
 *
 * - How long a charge waits. Nothing, unless a hold is in force on the domain or its session; then in proportion to
 *   what is allocated, within the policy's bounds, and never beyond the hold. So who allocates is slowed down, who
 *   only computes is not, and what was asked for is always got in the end.
 * - Whom reclaim passes by as long as others have something to give: high-priority sessions, and every agent's own
 *   runtime. The hooks are called by reclaim only, so there is pressure whenever they say yes.
 */
#ifndef ACG_MEMCGOPS_BPF_H
#define ACG_MEMCGOPS_BPF_H

#include "maps.bpf.h"
#include "account.bpf.h"
#include "domain.bpf.h"

#define NS_PER_MS 1000000ULL

/*
 * The kernel does not sleep at all for HZ/100 jiffies or less, which is 8 to 10 ms; one timer tick more, of the
 * slowest clock that Debian ships (250 Hz), is sure to be slept. Smaller delays are saved up until they come to that.
 */
#define DELAY_LEAST_NS (14 * NS_PER_MS)

/*
 * How close to a limit a session's usage is when reclaim may be on account of that limit: each CPU reclaims 32 pages
 * a round, and its usage falls by as much before the hooks are asked.
 */
#define NEAR_LIMIT_PAGES 512

/* Charges that wait at this moment, by thread: only to compare what was asked with what came. */
struct acg_wait {
	__u64 since_ns;
	__u64 asked_ns;
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 4096);
	__type(key, __u32);
	__type(value, struct acg_wait);
} acg_waits SEC(".maps");

/* When the hold ends, however long somebody asked for; 0 when there is none, or it is over. */
static __always_inline __u64 hold_end(__u64 cgroup, const struct acg_policy *policy, __u64 now)
{
	const struct acg_hold *hold = bpf_map_lookup_elem(&acg_holds, &cgroup);
	__u64 longest = policy->hold_max_ns, end;

	if (!hold)
		return 0;
	if (longest > ACG_HOLD_CEILING_NS)
		longest = ACG_HOLD_CEILING_NS;
	end = hold->since_ns + longest;
	if (end > hold->until_ns)
		end = hold->until_ns;
	return end > now ? end : 0;
}

/*
 * A kernel thread, or another session's task, that charges memory to this domain must not wait in its stead:
 * it may hold what everybody needs.
 */
static __always_inline bool payer_is_in(__u64 session)
{
	struct task_struct *task = bpf_get_current_task_btf();
	const struct acg_domain *domain;
	__u64 id;

	domain = acg_domain_around(task->cgroups->dfl_cgrp, &id);
	return domain && domain->session == session;
}

static __always_inline void tell_delay(struct acg_account *account, const struct acg_policy *policy, __u64 id,
				       __u64 session, __u64 now, __u64 asked, __u32 pages)
{
	__u64 told = account->delay_told_ns;
	struct acg_event *event;

	if (told && now - told < policy->quiet_ns)
		return;
	account->delay_told_ns = now;
	event = acg_event_begin(ACG_EVENT_DELAY, id, session);
	if (!event)
		return;
	event->pid = bpf_get_current_pid_tgid() >> 32;
	event->value = asked;
	event->value2 = pages;
	bpf_get_current_comm(event->comm, sizeof(event->comm));
	acg_event_send(event);
}

/* What the charge has to wait, of what it and earlier ones have earned; 0 while that is too little to sleep for. */
static __always_inline __u64 due_ns(struct acg_account *account, const struct acg_policy *policy, __u64 left, __u32 pages)
{
	__u64 least = policy->hold_min_ns > DELAY_LEAST_NS ? policy->hold_min_ns : DELAY_LEAST_NS;
	__u64 most = left < policy->hold_max_ns ? left : policy->hold_max_ns;
	__u64 earned = policy->ns_per_page * pages;
	__u64 owed;

	if (most < least)
		return 0;
	owed = __sync_fetch_and_add(&account->delay_owed_ns, earned) + earned;
	if (owed < least)
		return 0;
	/* Another CPU may have taken it meanwhile, and waits. */
	owed = __sync_lock_test_and_set(&account->delay_owed_ns, 0);
	if (owed < least) {
		__sync_fetch_and_add(&account->delay_owed_ns, owed);
		return 0;
	}
	return owed < most ? owed : most;
}

static __always_inline __u32 charge_delay_ms(struct mem_cgroup *memcg, __u32 pages)
{
	const struct acg_policy *policy = acg_policy_get();
	const struct acg_domain *domain;
	struct acg_account *account;
	__u64 id, end, session_end, now, due;
	struct acg_wait wait = {};
	__u32 tid;

	if (!policy || !(policy->flags & ACG_POLICY_DELAY))
		return 0;
	domain = acg_domain_around(memcg->css.cgroup, &id);
	if (!domain || domain->role == ACG_ROLE_AGENT)
		return 0;
	now = bpf_ktime_get_ns();
	end = hold_end(id, policy, now);
	session_end = hold_end(domain->session, policy, now);
	if (session_end > end)
		end = session_end;
	if (!end || !payer_is_in(domain->session))
		return 0;
	account = acg_account_of(id);
	if (!account)
		return 0;
	due = due_ns(account, policy, end - now, pages);
	if (!due)
		return 0;

	acg_count(ACG_STAT_DELAYS, 1);
	acg_count(ACG_STAT_DELAY_NS, due);
	acg_observe(ACG_HIST_DELAY_ASKED, due);
	__sync_fetch_and_add(&account->delays, 1);
	__sync_fetch_and_add(&account->delayed_ns, due);
	tell_delay(account, policy, id, domain->session, now, due, pages);
	wait.since_ns = now;
	wait.asked_ns = due;
	tid = bpf_get_current_pid_tgid();
	bpf_map_update_elem(&acg_waits, &tid, &wait, BPF_ANY);
	return (due + NS_PER_MS - 1) / NS_PER_MS;
}

/* Whether a task of the session reclaims because of the session's own limits: then it is the session that has to give. */
static __always_inline bool reclaims_for_itself(struct mem_cgroup *memcg, __u64 session)
{
	struct page_counter *counter = &memcg->memory;
	bool near = false;

	/* The domain itself, and the session right above it. */
	for (int i = 0; i < 2; i++) {
		__u64 usage = counter->usage.counter + NEAR_LIMIT_PAGES;

		if (usage >= counter->high || usage >= counter->max)
			near = true;
		counter = counter->parent;
		if (!counter)
			break;
	}
	return near && payer_is_in(session);
}

/* Best effort: reclaim comes back to the protected when nobody else has anything to give. */
static __always_inline bool protect_low(struct mem_cgroup *memcg)
{
	const struct acg_policy *policy = acg_policy_get();
	const struct acg_domain *domain;
	__u64 id;

	if (!policy || !(policy->flags & ACG_POLICY_PROTECT))
		return false;
	domain = acg_domain_around(memcg->css.cgroup, &id);
	if (!domain)
		return false;
	if (domain->role != ACG_ROLE_AGENT
	    && (domain->priority != ACG_PRIORITY_HIGH || reclaims_for_itself(memcg, domain->session)))
		return false;
	acg_count(ACG_STAT_PROTECTED, 1);
	return true;
}

/*
 * Absolute, hence only for an agent's runtime and only up to its own memory.min. The kernel itself protects it no
 * further than all directories above have a memory.min too.
 */
static __always_inline bool protect_min(struct mem_cgroup *memcg)
{
	const struct acg_policy *policy = acg_policy_get();
	const struct acg_domain *domain;
	__u64 id = memcg->css.cgroup->kn->id;

	if (!policy || !(policy->flags & ACG_POLICY_PROTECT))
		return false;
	domain = acg_domain_of(id);
	if (!domain || domain->role != ACG_ROLE_AGENT
	    || (__u64)memcg->memory.usage.counter > memcg->memory.min)
		return false;
	acg_count(ACG_STAT_PROTECTED, 1);
	return true;
}

/* Ids are never used again, so nothing goes wrong without this; but the map stays as small as what lives. */
static __always_inline void forget_hold(struct mem_cgroup *memcg)
{
	__u64 id = memcg->css.cgroup->kn->id;

	bpf_map_delete_elem(&acg_holds, &id);
}

/* Where the charge that was asked to wait comes back. */
SEC("fexit/__mem_cgroup_handle_over_high")
int BPF_PROG(memcgops_waited, __u32 gfp_mask, unsigned long delay_jiffies)
{
	__u32 tid = bpf_get_current_pid_tgid();
	struct acg_wait *wait;
	__u64 asked, got;

	/* On its way back to user space a task comes here as well, for the kernel's reasons. */
	if (!delay_jiffies)
		return 0;
	wait = bpf_map_lookup_elem(&acg_waits, &tid);
	if (!wait)
		return 0;
	asked = wait->asked_ns;
	got = bpf_ktime_get_ns() - wait->since_ns;
	bpf_map_delete_elem(&acg_waits, &tid);
	if (!asked)
		return 0;
	acg_observe(ACG_HIST_DELAY_GOT, got);
	acg_observe(ACG_HIST_DELAY_ERROR, (got > asked ? got - asked : asked - got) * 1000000 / asked);
	return 0;
}

#endif /* ACG_MEMCGOPS_BPF_H */
