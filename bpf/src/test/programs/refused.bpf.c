/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* For the loader's own tests: a program that no verifier takes, since it does not look whether its map has the entry. */
#include "maps.bpf.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

SEC("raw_tp/sys_enter")
int careless(void *context)
{
	__u64 key = 1;
	const struct acg_domain *domain = acg_domain_of(key);

	return domain->priority;
}
