/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* The scheduler, made to fail on request: what a bug in it would do to the host. */
#include "agentcgroup_kernel.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

#define FAULT_NONE	0
#define FAULT_ERROR	1	/* does what the kernel forbids */
#define FAULT_STALL	2	/* lets ready tasks wait for ever */

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u32);
} fault SEC(".maps");

static __always_inline __u32 wanted_fault(void)
{
	__u32 key = 0;
	__u32 *kind = bpf_map_lookup_elem(&fault, &key);

	return kind ? *kind : FAULT_NONE;
}

/* Seconds are enough for a test. */
#define ACG_SCHED_WATCHDOG_MS	3000
#define ACG_SCHED_FAULT_DISPATCH()						\
	do {									\
		__u32 kind_ = wanted_fault();					\
										\
		if (kind_ == FAULT_ERROR)					\
			scx_bpf_kick_cpu(1 << 20, ACG_SCX_KICK_PREEMPT);	\
		if (kind_ != FAULT_NONE)					\
			return;							\
	} while (0)

#include "sched_ops.bpf.h"
