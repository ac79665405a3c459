/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* The memory guard alone, for its tests: it decides and writes its holds down, and there is no scheduler to keep them. */
#include "maps.bpf.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

static __noinline __u64 acg_hold(__u64 cgroup, __u64 since_ns, __u64 for_ns, __u64 cause, __u32 by)
{
	struct acg_hold hold = {.since_ns = since_ns, .until_ns = since_ns + for_ns, .cause = cause, .by = by};

	return bpf_map_update_elem(&acg_holds, &cgroup, &hold, BPF_ANY) ? 0 : for_ns;
}

#include "memguard.bpf.h"
