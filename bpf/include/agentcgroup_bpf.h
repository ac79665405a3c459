/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * What the BPF programs and the daemon both know: the layouts of the shared
 * maps, their names and sizes, and the constants in them. Java's side is tested
 * against this file and against the BTF of the compiled programs, field by field.
 *
 * Rules: fixed-width types, no padding that is not a named field, a size that is
 * asserted, times in nanoseconds of CLOCK_MONOTONIC (bpf_ktime_get_ns(), Java:
 * System.nanoTime()). A layout that changes gets a new ACG_LAYOUT_VERSION; then
 * pinned maps of the old layout are replaced, not re-opened. Counters, histograms
 * and kinds are only ever appended: the maps have room.
 *
 * "cgroup" is always a cgroup's id: the inode number of its directory,
 * bpf_get_current_cgroup_id(), Domain.id() in Java.
 */
#ifndef AGENTCGROUP_BPF_H
#define AGENTCGROUP_BPF_H

#include <linux/types.h>

#include "agentcgroup_protocol.h" /* ACG_PRIORITY_* */

#define ACG_LAYOUT_VERSION		1

/* Where everything is pinned, unless the daemon was told another root. */
#define ACG_PIN_ROOT			"/sys/fs/bpf/agentcgroup"

/* The kernel keeps 15 characters of a map's name. */
#define ACG_MAP_DOMAINS			"acg_domains"
#define ACG_MAP_HOLDS			"acg_holds"
#define ACG_MAP_POLICY			"acg_policy"
#define ACG_MAP_STATS			"acg_stats"
#define ACG_MAP_HIST			"acg_hist"
#define ACG_MAP_EVENTS			"acg_events"
#define ACG_MAP_ACCOUNT			"acg_account"
#define ACG_MAP_SCHED			"acg_sched"
#define ACG_MAP_EXIT			"acg_exit"
#define ACG_MAP_EXITS			"acg_exits"

/* Sessions and their children; a thousand agents with ten running calls each fit. */
#define ACG_DOMAINS_MAX			16384
#define ACG_HOLDS_MAX			16384
#define ACG_ACCOUNT_MAX			16384
/* Room for 4,000 events: some tenths of a second of a storm of forks on a large host. A power of two, whole pages. */
#define ACG_EVENTS_BYTES		(256 * 1024)
#define ACG_STATS_MAX			64
#define ACG_HISTS_MAX			16

/*
 * What no policy can exceed: the longest hold anybody may ask for. The kernel
 * itself puts a task to sleep for at most 2 s for being over memory.high, and a
 * scheduler that does not run a task for its timeout_ms (30 s at most) is thrown out.
 */
#define ACG_HOLD_CEILING_NS		2000000000ULL

/* ---- acg_domains: HASH cgroup -> acg_domain; only the daemon writes ---- */

#define ACG_ROLE_SESSION		1	/* the session's own directory: an inner node */
#define ACG_ROLE_AGENT			2	/* agent/: never held back */
#define ACG_ROLE_CALL			3
#define ACG_ROLE_BACKGROUND		4
#define ACG_ROLE_SERVICES		5

struct acg_domain {
	__u64 session;		/* cgroup of the session it belongs to; its own for a session */
	__u32 priority;		/* ACG_PRIORITY_* of the session */
	__u32 role;		/* ACG_ROLE_* */
};
_Static_assert(sizeof(struct acg_domain) == 16, "layout");

/* ---- acg_holds: HASH cgroup of a session or of one of its children -> acg_hold ---- */

#define ACG_HOLD_BY_DAEMON		1
#define ACG_HOLD_BY_MEMGUARD		2

/*
 * Tasks of the cgroup, and of those below it, are kept off the CPU, and their
 * charges delayed, until until_ns. A stamp in the past means nothing, so nobody
 * needs to remove an entry for a hold to end. Whoever acts on it bounds it once
 * more: min(until_ns, since_ns + policy.hold_max_ns), and never more than
 * ACG_HOLD_CEILING_NS after since_ns. agent/ is never held, whatever an entry says.
 */
struct acg_hold {
	__u64 since_ns;
	__u64 until_ns;
	__u64 cause;		/* the cgroup for whose sake; 0 when for nobody's in particular */
	__u32 by;		/* ACG_HOLD_BY_* */
	__u32 zero;
};
_Static_assert(sizeof(struct acg_hold) == 32, "layout");

/* ---- acg_policy: ARRAY of one; only the daemon writes. All zero, as before the first write, holds nobody ---- */

#define ACG_POLICY_HOLD			(1 << 0)	/* memguard may hold domains back */
#define ACG_POLICY_DELAY		(1 << 1)	/* memcgops may delay charges */
#define ACG_POLICY_PROTECT		(1 << 2)	/* memcgops may protect the high-priority sessions */

/* Priorities are 1 to 3; indexed by them, 0 unused. */
#define ACG_PRIORITIES			4

struct acg_policy {
	__u64 hold_min_ns;	/* no hold shorter: a switch of tasks must be worth it */
	__u64 hold_max_ns;	/* no hold longer */
	__u64 quiet_ns;		/* let go when the pressure has been gone that long */
	__u64 ns_per_page;	/* delay in proportion to what is allocated; within the two bounds above */
	__u32 may_hold[ACG_PRIORITIES];	/* [priority under pressure]: bit 1 << priority of who may be held for it */
	__u32 flags;		/* ACG_POLICY_* */
	__u32 zero;
};
_Static_assert(sizeof(struct acg_policy) == 56, "layout");

/* ---- acg_stats: PERCPU_ARRAY of u64, since the map was made ---- */

enum acg_stat {
	ACG_STAT_EVENTS_SENT,
	ACG_STAT_EVENTS_LOST,		/* acg_events was full */
	ACG_STAT_EXECS,			/* in a domain of ours, like the next three */
	ACG_STAT_FORKS,
	ACG_STAT_EXITS,
	ACG_STAT_OOM_VICTIMS,
	ACG_STAT_BREACHES,		/* pressure seen in a session for which others may be held */
	ACG_STAT_HOLDS,			/* holds begun */
	ACG_STAT_HOLDS_EXTENDED,
	ACG_STAT_HOLDS_RELEASED,	/* let go before their time */
	ACG_STAT_HOLDS_EXPIRED,
	ACG_STAT_HOLDS_CLAMPED,		/* asked for longer than allowed */
	ACG_STAT_HOLD_NS,		/* sum of all holds' durations */
	ACG_STAT_DELAYS,		/* charges delayed by memcgops */
	ACG_STAT_DELAY_NS,		/* sum of what they were asked to wait */
	ACG_STAT_PROTECTED,		/* reclaim passed a high-priority session by */
	ACG_STAT_MAP_FULL,		/* an entry found no room in any of our hashes */
	ACG_STAT_RUNS,			/* tasks put on a CPU by our scheduler */
	ACG_STAT_RUNS_IDLE_CPU,		/* woken straight onto an idle CPU */
	ACG_STAT_RUNS_KEPT,		/* went on for another slice: nobody waited longer */
	ACG_STAT_SHORT_FIRST,		/* put before others, because their call has used little so far */
	ACG_STAT_PREEMPTIONS,		/* running tasks interrupted for one of these */
	ACG_STAT_PARKED,		/* tasks put aside: held back, or their cgroup has used up its cpu.max */
	ACG_STAT_UNPARKED,		/* and let go */
	ACG_STAT_OVERDUE,		/* runs in spite of that: it had waited too long already */
	ACG_STAT_CPU_MAX,		/* times that a cgroup had used up its cpu.max */
};

/* ---- acg_hist: ARRAY of acg_histogram ---- */

enum acg_hist {
	ACG_HIST_REACTION,	/* ns from the breach to the last task of the held off its CPU */
	ACG_HIST_HOLD,		/* ns that a domain was held */
	ACG_HIST_DELAY_ASKED,	/* ns that a charge was asked to wait */
	ACG_HIST_DELAY_GOT,	/* ns that it waited */
	ACG_HIST_DELAY_ERROR,	/* |got - asked|, in millionths of what was asked */
	ACG_HIST_HOLD_ERROR,	/* the same for a hold that ran to its end */
	ACG_HIST_WAIT,		/* ns that a task was ready and not running, under our scheduler */
};

/*
 * Buckets for any u64: 16 a doubling, so a bucket is at most 1/16 wide and its middle at most 3.2 % off. Values below 16 have
 * a bucket each; then bucket = (e - 3) * 16 + the four bits below the highest, e = number of the highest bit. All from
 * 2^37 on (137 s in ns) are in the last.
 */
#define ACG_HIST_SUB_BITS		4
#define ACG_HIST_SUB			(1 << ACG_HIST_SUB_BITS)
#define ACG_HIST_TOP_BIT		36
#define ACG_HIST_BUCKETS		((ACG_HIST_TOP_BIT - ACG_HIST_SUB_BITS + 2) * ACG_HIST_SUB)

struct acg_histogram {
	__u64 count;
	__u64 sum;
	__u64 max;
	__u64 zero;
	__u64 bucket[ACG_HIST_BUCKETS];
};
_Static_assert(sizeof(struct acg_histogram) == 32 + 8 * 544, "layout");

/* ---- acg_account: LRU_HASH cgroup -> acg_account; what happened in a domain, in it and below it ---- */

/*
 * So many execs, forks and exits of one domain are told as events: enough to say who started what in
 * nearly every call. Later ones, of a build say, are counted only.
 */
#define ACG_TOLD_MOST			128

struct acg_account {
	__u64 first_ns;		/* when the entry was made */
	__u64 execs;
	__u64 forks;		/* processes, not threads */
	__u64 exits;
	__u64 oom_victims;
	__u64 holds;		/* times that it was held back */
	__u64 held_ns;		/* for how long in all; of a hold that has not ended, as far as it was asked for */
	__u64 told;		/* execs, forks and exits that were told */
	__u64 delays;		/* charges that were asked to wait */
	__u64 delayed_ns;	/* for how long in all */
	__u64 delay_owed_ns;	/* what charges too small to wait for have earned so far */
	__u64 delay_told_ns;	/* when a delay was last told */
};
_Static_assert(sizeof(struct acg_account) == 96, "layout");

/* ---- acg_events: RINGBUF of acg_event; full -> ACG_STAT_EVENTS_LOST ---- */

#define ACG_EVENT_EXEC			1	/* value: pid of the parent */
#define ACG_EVENT_FORK			2	/* value: pid of the child; pid, comm: the parent's */
#define ACG_EVENT_EXIT			3	/* value: exit code as in wait(2); once a process, with its first thread */
#define ACG_EVENT_OOM			4	/* chosen by the OOM killer; value: its anonymous memory in bytes; value2: oom_score_adj */
#define ACG_EVENT_BREACH		5	/* cgroup: who is under pressure; value: ACG_BREACH_*; value2: bytes over, if known */
#define ACG_EVENT_HOLD			6	/* cgroup: who is held; value: for how long, ns; value2: cgroup for whose sake */
#define ACG_EVENT_RELEASE		7	/* cgroup: who was held; value: for how long it was, ns; value2: as above */
#define ACG_EVENT_DELAY			8	/* cgroup: who is delayed, the first time in quiet_ns; value: ns asked; value2: pages */

#define ACG_BREACH_HIGH			1	/* over memory.high */
#define ACG_BREACH_RECLAIM		2	/* reclaims directly */
#define ACG_BREACH_FAULTS		3	/* a burst of page faults */

#define ACG_COMM_BYTES			16

struct acg_event {
	__u64 time_ns;
	__u64 cgroup;
	__u64 session;		/* cgroup of its session */
	__u32 kind;		/* ACG_EVENT_* */
	__u32 pid;		/* of the process (tgid), 0 when no process in particular */
	__u64 value;
	__u64 value2;
	char comm[ACG_COMM_BYTES];	/* ends with NUL */
};
_Static_assert(sizeof(struct acg_event) == 64, "layout");

/* ---- acg_sched: ARRAY of one; only the daemon writes. A zero means the scheduler's own default ---- */

struct acg_sched {
	__u64 slice_ns;		/* how long a task runs before others have their turn */
	__u64 short_call_ns;	/* a call that has used less CPU lately goes first; 1 to have none go first */
};
_Static_assert(sizeof(struct acg_sched) == 16, "layout");

/* ---- acg_exit: ARRAY of one; how the scheduler came to its end, written by itself at that moment ---- */

#define ACG_EXIT_REASON_BYTES		128
#define ACG_EXIT_MESSAGE_BYTES		512

struct acg_exit {
	__u64 time_ns;		/* 0: it runs, or never did */
	__s64 code;
	__u32 kind;		/* enum scx_exit_kind: 64..69 asked for, 1024 and more an error */
	__u32 zero;
	char reason[ACG_EXIT_REASON_BYTES];
	char message[ACG_EXIT_MESSAGE_BYTES];
};
_Static_assert(sizeof(struct acg_exit) == 24 + 128 + 512, "layout");

/* enum scx_exit_kind */
#define ACG_EXIT_UNREGISTERED		64	/* its link was closed or detached */
#define ACG_EXIT_ERROR			1024	/* this and all above: it was thrown out */

#endif /* AGENTCGROUP_BPF_H */
