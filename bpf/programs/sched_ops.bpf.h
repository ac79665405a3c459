/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * The scheduler as the kernel sees it: for tasks with policy SCHED_EXT alone, so
 * that the host and the agents' own runtimes stay with the kernel's scheduler, which
 * goes before ours.
 *
 * A task that is ready takes a place in virtual time (sched_vtime.bpf.h) in one
 * queue for all CPUs; those of short calls (sched_first.bpf.h) have a queue that goes
 * before, within bounds. A CPU without work takes the head. Who must not run is
 * noticed there, and put aside (sched_park.bpf.h).
 */
#ifndef ACG_SCHED_OPS_BPF_H
#define ACG_SCHED_OPS_BPF_H

#include "sched_cgroup.bpf.h"
#include "sched_park.bpf.h"

/* An average over so many goes of a task. */
#define USUAL_WEIGHT		4
/* Who has so many times the share of another may interrupt it. */
#define HEAVIER_FACTOR		2

#ifndef ACG_SCHED_WATCHDOG_MS
#define ACG_SCHED_WATCHDOG_MS	WATCHDOG_MS
#endif

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct acg_exit);
	__uint(pinning, LIBBPF_PIN_BY_NAME);
} acg_exit SEC(".maps");

/* The same once more, for a daemon that listens: one struct acg_exit. */
struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
	__uint(pinning, LIBBPF_PIN_BY_NAME);
} acg_exits SEC(".maps");

static __always_inline void set_slice(struct task_struct *p, __u64 slice)
{
	if (bpf_ksym_exists(scx_bpf_task_set_slice))
		scx_bpf_task_set_slice(p, slice);
	else
		p->scx.slice = slice;
}

static __always_inline void queue_insert(struct task_struct *p, __u64 queue, __u64 slice, __u64 vtime, __u64 flags)
{
	struct scx_bpf_dsq_insert_vtime_args args = {
		.dsq_id = queue,
		.slice = slice,
		.vtime = vtime,
		.enq_flags = flags,
	};

	if (bpf_ksym_exists(__scx_bpf_dsq_insert_vtime))
		__scx_bpf_dsq_insert_vtime(p, &args);
	else
		scx_bpf_dsq_insert_vtime(p, queue, slice, vtime, flags);
}

/* A slice, but no more than what is left of the group's own cpu.max. */
static __always_inline __u64 slice_of(struct group *g)
{
	__u64 slice = slice_ns();
	__s64 left = g->budget_ns;

	if (g->quota_ns && left < (__s64)slice)
		return left > (__s64)SLICE_MIN_NS ? left : SLICE_MIN_NS;
	return slice;
}

/*
 * Accounts what a running task has used since the last time. `all_ns` is what it ever used by the
 * kernel's own count, which is brought up to date before we are asked: so a share is of
 * what cpu.stat says, whatever a switch of tasks costs.
 */
SEPARATE int charge(struct task *t, struct group *g, __u64 all_ns, __u64 now)
{
	struct group *above = g;
	__u64 used;
	int level;

	if (!t || !g || !t->running || !before(t->charged_ns, all_ns))
		return 0;
	used = all_ns - t->charged_ns;
	t->charged_ns = all_ns;
	t->run_ns += used;
	vtime_charge(t, g, used);
	first_charge(t, g, used, now);
	for (level = 0; level <= DEPTH_MAX; level++) {
		limit_charge(above, used);
		above = group_of(above->parent);
		if (!above)
			break;
	}
	return 0;
}

/* Who is looked for to make room for a task that comes. */
struct furthest {
	__u64 place;		/* of the task, in virtual time */
	__u64 share;		/* of its group */
	bool first;		/* it is part of a short call */
	__u64 vtime;		/* of the furthest found */
	int cpu;		/* -1: none yet */
};

/*
 * A short call interrupts whoever is none. Others interrupt only who is further ahead, or dispatch would not let them have the CPU,
 * and is to have much less than they: among equals it is not worth a switch. Shares are those of now: when the other was
 * put on its CPU it may have had all to itself.
 */
static __always_inline bool makes_room(struct cpu *c, struct furthest *f)
{
	struct group *g;

	if (!c->group || c->first)
		return false;
	if (f->first)
		return true;
	if (!before(f->place, c->vtime))
		return false;
	g = group_of(c->group);
	return g && f->share >= HEAVIER_FACTOR * share_of(g);
}

static long furthest_look(__u64 number, struct furthest *f)
{
	struct cpu *c = cpu_of(number);

	if (!c)
		return 1;
	if (makes_room(c, f) && (f->cpu < 0 || before(f->vtime, c->vtime))) {
		f->cpu = number;
		f->vtime = c->vtime;
	}
	return 0;
}

/* Interrupts the CPU that is furthest ahead in virtual time, of those that make room for a task. */
static __always_inline void preempt_one(struct task_struct *p, struct task *t, struct group *g)
{
	struct furthest f = { .place = t->vtime, .share = share_of(g), .first = t->first, .cpu = -1 };
	struct cpu *own;
	__u32 cpu;

	bpf_loop(scx_bpf_nr_cpu_ids(), furthest_look, &f, 0);
	if (f.cpu < 0)
		return;
	cpu = f.cpu;
	if (!bpf_cpumask_test_cpu(cpu, p->cpus_ptr)) {
		/* Bound to some CPUs: the one where it was last is among them. */
		cpu = scx_bpf_task_cpu(p);
		own = cpu_of(cpu);
		if (!own || !makes_room(own, &f))
			return;
	}
	scx_bpf_kick_cpu(cpu, ACG_SCX_KICK_PREEMPT);
	acg_count(ACG_STAT_PREEMPTIONS, 1);
}

/* What others may know of the task that a CPU runs. */
static __always_inline void show(struct cpu *c, struct task *t)
{
	c->vtime = t->vtime;
	c->first = t->first;
}

SEC("struct_ops/select_cpu")
__s32 BPF_PROG(acg_select_cpu, struct task_struct *p, __s32 prev_cpu, __u64 wake_flags)
{
	bool idle = false;
	__s32 cpu = scx_bpf_select_cpu_dfl(p, prev_cpu, wake_flags, &idle);
	struct task *t = task_of(p);
	struct group *g;
	__u64 now;

	if (!idle || !t)
		return cpu;
	g = group_of(t->group);
	now = bpf_ktime_get_ns();
	/* It is not counted as ready yet, so neither does it wait yet. */
	t->ready_at_ns = now;
	if (!g || task_blocked_until(p, t, now))
		return cpu;
	t->first = goes_first(g, now);
	if (!g->ready_tasks)
		vtime_wake(g);
	/* A CPU is idle: nobody is next in turn but this one. */
	vtime_pass(vtime_take(t, g));
	acg_count(ACG_STAT_RUNS_IDLE_CPU, 1);
	scx_bpf_dsq_insert(p, ACG_SCX_DSQ_LOCAL, slice_of(g), 0);
	return cpu;
}

SEC("struct_ops/enqueue")
void BPF_PROG(acg_enqueue, struct task_struct *p, __u64 enq_flags)
{
	__u64 now = bpf_ktime_get_ns(), until, place;
	struct task *t = task_of(p);
	struct group *g = t ? group_of(t->group) : NULL;
	__s32 cpu;

	if (!g) {
		/* No memory for what we must know of it: served all the same. */
		scx_bpf_dsq_insert(p, ACG_SCX_DSQ_GLOBAL, SLICE_NS, enq_flags);
		return;
	}
	until = task_blocked_until(p, t, now);
	if (until) {
		acg_count(ACG_STAT_PARKED, 1);
		queue_insert(p, QUEUE_PARKED, SLICE_NS, until, enq_flags);
		unpark_by(until, now);
		return;
	}
	if (enq_flags & ACG_SCX_ENQ_LAST) {
		vtime_pass(vtime_take(t, g));
		scx_bpf_dsq_insert(p, ACG_SCX_DSQ_LOCAL, slice_of(g), enq_flags);
		return;
	}
	t->first = goes_first(g, now);
	place = vtime_take(t, g);
	queue_insert(p, t->first ? QUEUE_FIRST : QUEUE_FAIR, slice_of(g), t->first ? now : place, enq_flags);
	cpu = scx_bpf_pick_idle_cpu(p->cpus_ptr, 0);
	if (cpu >= 0)
		scx_bpf_kick_cpu(cpu, ACG_SCX_KICK_IDLE);
	else if (!t->first || may_lead())
		preempt_one(p, t, g);
}

/* Puts blocked tasks at the head of a queue aside. True if there is one that may run, with its place. */
SEPARATE bool sweep(__u64 queue, __u64 now, __u64 *vtime)
{
	struct bpf_iter_scx_dsq it;
	struct task_struct *p;
	bool found = false;
	struct group *g;
	struct task *t;
	__u64 until;

	if (!vtime)
		return false;
	bpf_iter_scx_dsq_new(&it, queue, 0);
	while ((p = bpf_iter_scx_dsq_next(&it))) {
		t = task_of(p);
		until = t ? task_blocked_until(p, t, now) : 0;
		if (!until) {
			*vtime = p->scx.dsq_vtime;
			found = true;
			break;
		}
		g = group_of(t->group);
		scx_bpf_dsq_move_set_vtime(&it, until);
		if (scx_bpf_dsq_move_vtime(&it, p, QUEUE_PARKED, 0)) {
			if (g)
				vtime_refund(t, g);
			acg_count(ACG_STAT_PARKED, 1);
			unpark_by(until, now);
		}
	}
	bpf_iter_scx_dsq_destroy(&it);
	return found;
}

/* Puts the next of the short calls on this CPU, if there is one that may run. */
static __always_inline bool run_first(__u64 now)
{
	__u64 vtime = 0;

	return sweep(QUEUE_FIRST, now, &vtime) && scx_bpf_dsq_move_to_local(QUEUE_FIRST);
}

/* Lets the running task go on for a slice. */
static __always_inline void keep(__s32 cpu, struct task_struct *p, struct task *t, struct group *g, __u64 now)
{
	struct cpu *c = cpu_of(cpu);

	vtime_refund(t, g);
	t->first = goes_first(g, now);
	vtime_take(t, g);
	if (!t->first)
		vtime_pass(t->vtime);
	if (c)
		show(c, t);
	acg_count(ACG_STAT_RUNS_KEPT, 1);
	set_slice(p, slice_of(g));
}

SEC("struct_ops/dispatch")
void BPF_PROG(acg_dispatch, __s32 cpu, struct task_struct *prev)
{
	__u64 now = bpf_ktime_get_ns(), due = unpark_at_ns, vtime = 0;
	bool leads = may_lead();
	struct group *g = NULL;
	struct task *t = NULL;

#ifdef ACG_SCHED_FAULT_DISPATCH
	ACG_SCHED_FAULT_DISPATCH();
#endif
	/* The timer may be late, or have been set too late. */
	if (due && before(due, now))
		unpark_due();
	if (prev && prev->scx.flags & ACG_SCX_TASK_QUEUED) {
		t = task_of(prev);
		g = t ? group_of(t->group) : NULL;
		if (g) {
			charge(t, g, prev->se.sum_exec_runtime, now);
			t->ready_at_ns = now;
			if (task_blocked_until(prev, t, now))
				g = NULL;
		}
	}
	if (leads && run_first(now))
		return;
	if (!sweep(QUEUE_FAIR, now, &vtime)) {
		if (!leads && run_first(now))
			return;
		if (g)
			keep(cpu, prev, t, g, now);
		return;
	}
	/* The running task is in no queue, and must compete all the same; as part of a short call only while those lead. */
	if (g && (leads || !t->first) && before(vtime_bounded(g->vtime - t->prepaid_vtime, g), vtime)) {
		keep(cpu, prev, t, g, now);
		return;
	}
	vtime_pass(vtime);
	if (!scx_bpf_dsq_move_to_local(QUEUE_FAIR) && g)
		keep(cpu, prev, t, g, now);
}

SEC("struct_ops/tick")
void BPF_PROG(acg_tick, struct task_struct *p)
{
	__u64 now = bpf_ktime_get_ns();
	struct task *t = task_of(p);
	struct group *g = t ? group_of(t->group) : NULL;

	if (!g)
		return;
	charge(t, g, p->se.sum_exec_runtime, now);
	t->ready_at_ns = now;
	if (task_blocked_until(p, t, now))
		set_slice(p, 0);
}

SEC("struct_ops/runnable")
void BPF_PROG(acg_runnable, struct task_struct *p, __u64 enq_flags)
{
	struct task *t = task_of(p);
	struct group *g;

	if (!t)
		return;
	t->ready_at_ns = bpf_ktime_get_ns();
	if (t->ready_in)
		return;
	t->ready_in = t->group;
	g = group_of(t->group);
	if (g && !g->ready_tasks)
		vtime_wake(g);
	share_count(t->group, true);
}

SEC("struct_ops/running")
void BPF_PROG(acg_running, struct task_struct *p)
{
	__u64 now = bpf_ktime_get_ns();
	__s32 number = scx_bpf_task_cpu(p);
	struct task *t = task_of(p);
	struct group *g = t ? group_of(t->group) : NULL;
	struct cpu *c = cpu_of(number);

	if (!g || !c)
		return;
	acg_count(ACG_STAT_RUNS, 1);
	if (before(t->ready_at_ns, now))
		acg_observe(ACG_HIST_WAIT, now - t->ready_at_ns);
	if (t->first)
		acg_count(ACG_STAT_SHORT_FIRST, 1);
	t->running = 1;
	t->charged_ns = p->se.sum_exec_runtime;
	t->run_ns = 0;
	c->session = g->parent;
	show(c, t);
	c->kicked_since_ns = 0;
	c->group = t->group;
	/* Held in this very moment: who held it saw another task on this CPU. */
	if (task_blocked_until(p, t, now))
		scx_bpf_kick_cpu(number, ACG_SCX_KICK_PREEMPT);
}

SEC("struct_ops/stopping")
void BPF_PROG(acg_stopping, struct task_struct *p, bool runnable)
{
	__u64 now = bpf_ktime_get_ns();
	struct task *t = task_of(p);
	struct group *g = t ? group_of(t->group) : NULL;
	struct cpu *c = cpu_of(scx_bpf_task_cpu(p));

	if (c) {
		if (c->kicked_since_ns)
			acg_observe(ACG_HIST_REACTION, now - c->kicked_since_ns);
		c->kicked_since_ns = 0;
		c->group = 0;
		c->session = 0;
	}
	if (!g)
		return;
	charge(t, g, p->se.sum_exec_runtime, now);
	vtime_refund(t, g);
	/* One that was interrupted would have gone on: that says nothing about its habits. */
	if (!runnable || t->run_ns >= slice_ns())
		t->usual_ns = t->usual_ns ? (t->usual_ns * (USUAL_WEIGHT - 1) + t->run_ns) / USUAL_WEIGHT : t->run_ns;
	t->running = 0;
	t->ready_at_ns = now;
	/*
	 * The kernel's own scheduler wants this CPU. With a rest of its slice the task would wait for just this one to be
	 * given back, whoever runs on the others; without, it is queued for all.
	 */
	if (runnable)
		set_slice(p, 0);
}

SEC("struct_ops/quiescent")
void BPF_PROG(acg_quiescent, struct task_struct *p, __u64 deq_flags)
{
	struct task *t = task_of(p);
	struct group *g;

	if (!t || !t->ready_in)
		return;
	/* It leaves a queue without having run, such as for another CPU set. */
	g = group_of(t->ready_in);
	if (g)
		vtime_refund(t, g);
	share_count(t->ready_in, false);
	t->ready_in = 0;
}

SEC("struct_ops.s/init")
__s32 BPF_PROG(acg_init)
{
	__u32 key = 0;
	struct acg_exit *e = bpf_map_lookup_elem(&acg_exit, &key);
	__s32 error;

	/* True; for clang, which knows a type by name only until somebody asks about it. */
	if (!bpf_core_type_exists(struct cpumask))
		return -1;
	if (e) {
		e->time_ns = 0;
		e->kind = 0;
	}
	error = scx_bpf_create_dsq(QUEUE_FAIR, -1);
	if (!error)
		error = scx_bpf_create_dsq(QUEUE_FIRST, -1);
	if (!error)
		error = scx_bpf_create_dsq(QUEUE_PARKED, -1);
	return error ? error : park_init();
}

SEC("struct_ops/exit")
void BPF_PROG(acg_exit_op, struct scx_exit_info *info)
{
	__u32 key = 0;
	struct acg_exit *e = bpf_map_lookup_elem(&acg_exit, &key);

	if (!e)
		return;
	bpf_probe_read_kernel_str(e->reason, sizeof(e->reason), info->reason);
	bpf_probe_read_kernel_str(e->message, sizeof(e->message), info->msg);
	e->code = info->exit_code;
	e->kind = info->kind;
	e->time_ns = bpf_ktime_get_ns();
	bpf_ringbuf_output(&acg_exits, e, sizeof(*e), 0);
}

SEC(".struct_ops.link")
struct sched_ext_ops acg_sched_ops = {
	.select_cpu = (void *)acg_select_cpu,
	.enqueue = (void *)acg_enqueue,
	.dispatch = (void *)acg_dispatch,
	.tick = (void *)acg_tick,
	.runnable = (void *)acg_runnable,
	.running = (void *)acg_running,
	.stopping = (void *)acg_stopping,
	.quiescent = (void *)acg_quiescent,
	.enable = (void *)acg_enable,
	.cgroup_init = (void *)acg_cgroup_init,
	.cgroup_exit = (void *)acg_cgroup_exit,
	.cgroup_move = (void *)acg_cgroup_move,
	.cgroup_set_weight = (void *)acg_cgroup_set_weight,
	.cgroup_set_bandwidth = (void *)acg_cgroup_set_bandwidth,
	.init = (void *)acg_init,
	.exit = (void *)acg_exit_op,
	.flags = ACG_SCX_OPS_SWITCH_PARTIAL | ACG_SCX_OPS_ENQ_LAST,
	.timeout_ms = ACG_SCHED_WATCHDOG_MS,
	.name = "agentcgroup",
};

#endif /* ACG_SCHED_OPS_BPF_H */
