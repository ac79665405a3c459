/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * For the loader's own tests: a tracepoint that any kernel takes, once by a perf
 * event and once raw, maps of each kind, and values that are set before loading.
 */
#include "maps.bpf.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

/* getpriority: nobody calls it by chance, and a test can at will. */
#if defined(__TARGET_ARCH_x86)
#define NR_GETPRIORITY	140
#else
#define NR_GETPRIORITY	141
#endif

const volatile __u32 watched_tgid;	/* counts only this process */
const volatile __u64 step = 1;
/* Types that no map has are in the object's BTF only if a variable has them. */
const volatile struct acg_event event_layout;
__u64 seen;

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 64);
	__type(key, __u64);
	__type(value, __u64);
} calls SEC(".maps");

static __always_inline void count(__u64 who)
{
	__u64 *counter, first = step;

	counter = bpf_map_lookup_elem(&calls, &who);
	if (counter)
		__sync_fetch_and_add(counter, step);
	else
		bpf_map_update_elem(&calls, &who, &first, BPF_NOEXIST);
}

SEC("raw_tp/sys_enter")
int count_getpriority(struct bpf_raw_tracepoint_args *context)
{
	__u64 who = bpf_get_current_pid_tgid() >> 32;
	struct acg_event *event;

	if (who != watched_tgid || context->args[1] != NR_GETPRIORITY)
		return 0;
	count(who);
	__sync_fetch_and_add(&seen, step);
	acg_count(ACG_STAT_EXECS, step);
	event = acg_event_begin(ACG_EVENT_EXEC, bpf_get_current_cgroup_id(), 0);
	if (!event)
		return 0;
	event->pid = who;
	event->value = step;
	bpf_get_current_comm(event->comm, sizeof(event->comm));
	acg_event_send(event);
	return 0;
}

/* Needs tracefs, which not every kernel has. */
SEC("tracepoint/syscalls/sys_enter_getpriority")
int count_by_perf_event(void *context)
{
	__u64 who = bpf_get_current_pid_tgid() >> 32;

	if (who == watched_tgid)
		count(who);
	return 0;
}
