/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* memcg_bpf_ops as in version 7 of the patches, May 2026: charges come with their size, protection with usage. */
#include "memcgops.bpf.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

struct memcg_bpf_ops {
	void (*handle_cgroup_online)(struct mem_cgroup *memcg);
	void (*handle_cgroup_offline)(struct mem_cgroup *memcg);
	bool (*below_low)(struct mem_cgroup *memcg, unsigned long elow, unsigned long usage);
	bool (*below_min)(struct mem_cgroup *memcg, unsigned long emin, unsigned long usage);
	unsigned int (*memcg_charged)(struct mem_cgroup *memcg, unsigned int pages);
	void (*memcg_uncharged)(struct mem_cgroup *memcg, unsigned int pages);
};

/* Asked for charges too that cannot sleep; then the kernel ignores the answer. */
SEC("struct_ops/memcg_charged")
unsigned int BPF_PROG(memcgops_delay, struct mem_cgroup *memcg, unsigned int pages)
{
	return charge_delay_ms(memcg, pages);
}

SEC("struct_ops/below_low")
bool BPF_PROG(memcgops_low, struct mem_cgroup *memcg, unsigned long elow, unsigned long usage)
{
	return protect_low(memcg);
}

SEC("struct_ops/below_min")
bool BPF_PROG(memcgops_min, struct mem_cgroup *memcg, unsigned long emin, unsigned long usage)
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
	.memcg_charged = (void *)memcgops_delay,
	.below_low = (void *)memcgops_low,
	.below_min = (void *)memcgops_min,
	.handle_cgroup_offline = (void *)memcgops_offline,
};
