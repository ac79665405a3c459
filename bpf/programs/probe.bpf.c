/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * Does this kernel take our programs? Loaded and attached for a moment by the feature
 * probe, one program at a time, and never left behind.
 */
#include "agentcgroup_kernel.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

/* A BPF trampoline; refused under lockdown, and where the kernel has none. */
SEC("fentry/bpf_fentry_test1")
int probe_fentry(void *context)
{
	return 0;
}

SEC("tp_btf/sched_process_exit")
int probe_tp_btf(void *context)
{
	return 0;
}
