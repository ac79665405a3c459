/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* memcg_bpf_ops as in version 6 of the patches, February 2026: nobody says how much is charged. */
#include "memcgops.bpf.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

/* The controller charges this much at a time, and asks each time (MEMCG_CHARGE_BATCH); more only for larger folios. */
#define CHARGE_BATCH_PAGES 64

struct memcg_bpf_ops {
	void (*handle_cgroup_online)(struct mem_cgroup *memcg);
	void (*handle_cgroup_offline)(struct mem_cgroup *memcg);
	bool (*below_low)(struct mem_cgroup *memcg);
	bool (*below_min)(struct mem_cgroup *memcg);
	unsigned int (*get_high_delay_ms)(struct mem_cgroup *memcg);
};

SEC("struct_ops/get_high_delay_ms")
unsigned int BPF_PROG(memcgops_delay, struct mem_cgroup *memcg)
{
	return charge_delay_ms(memcg, CHARGE_BATCH_PAGES);
}

SEC("struct_ops/below_low")
bool BPF_PROG(memcgops_low, struct mem_cgroup *memcg)
{
	return protect_low(memcg);
}

SEC("struct_ops/below_min")
bool BPF_PROG(memcgops_min, struct mem_cgroup *memcg)
{
	return protect_min(memcg);
}

SEC("struct_ops/handle_cgroup_offline")
void BPF_PROG(memcgops_offline, struct mem_cgroup *memcg)
{
	forget_hold(memcg);
}

SEC(".struct_ops.link")
struct memcg_bpf_ops acg_memcgops = {
	.get_high_delay_ms = (void *)memcgops_delay,
	.below_low = (void *)memcgops_low,
	.below_min = (void *)memcgops_min,
	.handle_cgroup_offline = (void *)memcgops_offline,
};
