/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * Tasks that are ready and must not run: held back, or out of cpu.max. They wait in
 * a queue of their own, ordered by when they may, and a timer lets them go.
 */
#ifndef ACG_SCHED_PARK_BPF_H
#define ACG_SCHED_PARK_BPF_H

#include "hold.bpf.h"
#include "sched_first.bpf.h"
#include "sched_limit.bpf.h"
#include "sched_vtime.bpf.h"

/*
 * Queues: the next one to run is at the head of FIRST, else of FAIR, within bounds. FAIR is
 * in the order of virtual time, FIRST in that of coming: virtual time stands still while only
 * short calls run, and whoever has used a little would stand behind each new one for ever.
 */
#define QUEUE_FAIR		1
#define QUEUE_FIRST		2
#define QUEUE_PARKED		3

/* A round is broken off after that; the rest wait for the next, which follows soon. */
#define UNPARK_ROUND_NS		(1ULL * 1000 * 1000)
/* While tasks are parked, somebody may end their hold by a word in acg_holds alone. */
#define UNPARK_LOOK_NS		(10ULL * 1000 * 1000)

struct park_timer {
	struct bpf_timer timer;
};

/*
 * Pinned, because the kernel stops a map's timers when no user of it is left, and
 * the daemon may be killed.
 */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct park_timer);
	__uint(pinning, LIBBPF_PIN_BY_NAME);
} acg_timer SEC(".maps");

/* When the timer is due; 0: not set. */
static volatile __u64 unpark_at_ns;

static __always_inline bool is_agent(__u64 id)
{
	const struct acg_domain *d = acg_domain_of(id);

	return d && d->role == ACG_ROLE_AGENT;
}

/* Remembers that tasks are put aside for a hold, which is measured when they are let go. */
static __always_inline void hold_note(__u64 id, __u64 holder, __u64 until)
{
	struct acg_hold *hold = bpf_map_lookup_elem(&acg_holds, &holder);
	struct group *g = group_of(id);

	if (!hold || !g || g->held_until_ns == until)
		return;
	g->held_since_ns = hold->since_ns;
	g->held_until_ns = until;
}

/* Until when the cgroup or one above it keeps the group's tasks from running; 0: nothing does. */
SEPARATE __u64 blocked_until(__u64 id, __u64 now)
{
	__u64 limited = 0, held = 0, at, above = id, holder = id;
	struct group *g;
	int level;

	for (level = 0; level <= DEPTH_MAX; level++) {
		g = group_of(above);
		if (!g)
			break;
		at = limit_until(g, now);
		if (before(limited, at))
			limited = at;
		at = acg_held_until(above, now);
		if (before(held, at)) {
			held = at;
			holder = above;
		}
		above = g->parent;
	}
	if (held && is_agent(id))
		held = 0;
	if (held)
		hold_note(id, holder, held);
	return before(limited, held) ? held : limited;
}

/* Whether it was killed, or exits: it needs the CPU to give its memory back. */
static __always_inline bool is_leaving(struct task_struct *p)
{
	struct signal_struct *signal = p->signal;

	return signal && signal->flags & ACG_SIGNAL_GROUP_EXIT;
}

/*
 * The same for a task, which is never kept for longer than it can bear: the
 * watchdog counts from when it became ready.
 */
static __always_inline __u64 task_blocked_until(struct task_struct *p, struct task *t, __u64 now)
{
	__u64 bearable = t->ready_at_ns + WAIT_MAX_NS, until = blocked_until(t->group, now);

	if (!until || is_leaving(p))
		return 0;
	if (!before(now, bearable)) {
		acg_count(ACG_STAT_OVERDUE, 1);
		return 0;
	}
	return before(bearable, until) ? bearable : until;
}

static __always_inline void hold_measure(struct group *g, __u64 now)
{
	__u64 until = g->held_until_ns, since = g->held_since_ns;

	if (!until || !before(since, until))
		return;
	g->held_until_ns = 0;
	acg_observe(ACG_HIST_HOLD, now - since);
	if (!before(now, until))
		acg_observe(ACG_HIST_HOLD_ERROR, (now - until) * 1000000 / (until - since));
}

SEPARATE int unpark_at(__u64 at_ns)
{
	__u64 due = unpark_at_ns;
	struct park_timer *t;
	__u32 key = 0;

	if (due && !before(at_ns, due))
		return 0;
	/* Of two CPUs that set it at once, one may set it too late; dispatch looks at the time, too. */
	if (__sync_val_compare_and_swap(&unpark_at_ns, due, at_ns) != due)
		return 0;
	t = bpf_map_lookup_elem(&acg_timer, &key);
	if (t)
		bpf_timer_start(&t->timer, at_ns, BPF_F_TIMER_ABS);
	return 0;
}

static __always_inline void unpark_by(__u64 until_ns, __u64 now)
{
	unpark_at(before(now + UNPARK_LOOK_NS, until_ns) ? now + UNPARK_LOOK_NS : until_ns);
}

/* Back among those who wait for a CPU; the iterator stands at the task. */
static __always_inline bool unpark(struct bpf_iter_scx_dsq *it, struct task_struct *p, struct task *t,
				   struct group *g, __u64 now)
{
	__u64 place;
	__s32 cpu;

	t->first = goes_first(g, now);
	vtime_wake(g);
	place = vtime_take(t, g);
	scx_bpf_dsq_move_set_vtime(it, t->first ? now : place);
	if (!scx_bpf_dsq_move_vtime(it, p, t->first ? QUEUE_FIRST : QUEUE_FAIR, 0)) {
		vtime_refund(t, g);
		return false;
	}
	acg_count(ACG_STAT_UNPARKED, 1);
	hold_measure(g, now);
	cpu = scx_bpf_pick_idle_cpu(p->cpus_ptr, 0);
	if (cpu >= 0)
		scx_bpf_kick_cpu(cpu, ACG_SCX_KICK_IDLE);
	return true;
}

/*
 * Lets everybody go whose time has come, and looks at the others too, since their
 * hold may have been ended. Sets the timer for the next one.
 */
SEPARATE int unpark_due(void)
{
	__u64 now = bpf_ktime_get_ns(), next = 0, until;
	struct bpf_iter_scx_dsq it;
	struct task_struct *p;
	struct group *g;
	struct task *t;

	unpark_at_ns = 0;
	bpf_iter_scx_dsq_new(&it, QUEUE_PARKED, 0);
	while ((p = bpf_iter_scx_dsq_next(&it))) {
		if (before(now + UNPARK_ROUND_NS, bpf_ktime_get_ns())) {
			next = now + 2 * UNPARK_ROUND_NS;
			break;
		}
		t = task_of(p);
		if (!t)
			continue;
		g = group_of(t->group);
		if (!g)
			continue;
		until = task_blocked_until(p, t, now);
		if (until) {
			if (!next || before(until, next))
				next = until;
			if (p->scx.dsq_vtime != until) {
				scx_bpf_dsq_move_set_vtime(&it, until);
				scx_bpf_dsq_move_vtime(&it, p, QUEUE_PARKED, 0);
			}
		} else if (!unpark(&it, p, t, g, now)) {
			next = now + UNPARK_ROUND_NS;
		}
	}
	bpf_iter_scx_dsq_destroy(&it);
	if (next)
		unpark_by(next, now);
	return 0;
}

static int park_timer_fired(void *map, int *key, struct bpf_timer *timer)
{
	unpark_due();
	return 0;
}

static __always_inline int park_init(void)
{
	struct park_timer *t;
	__u32 key = 0;

	t = bpf_map_lookup_elem(&acg_timer, &key);
	if (!t)
		return -1;
	/* It may be there already, from the scheduler before us. */
	bpf_timer_init(&t->timer, &acg_timer, 1 /* CLOCK_MONOTONIC */);
	return bpf_timer_set_callback(&t->timer, park_timer_fired);
}

/* Ends a hold before its time. From any context but NMI. */
static __always_inline __attribute__((unused)) void acg_hold_end(__u64 cgroup)
{
	struct acg_hold *hold = bpf_map_lookup_elem(&acg_holds, &cgroup);
	struct park_timer *t;
	__u32 key = 0;

	if (!hold)
		return;
	hold->until_ns = 0;
	t = bpf_map_lookup_elem(&acg_timer, &key);
	if (t)
		bpf_timer_start(&t->timer, 0, 0);
}

#endif /* ACG_SCHED_PARK_BPF_H */
