/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* The account of a domain, opened by whichever program has something to write in it first. */
#ifndef ACG_ACCOUNT_BPF_H
#define ACG_ACCOUNT_BPF_H

#include "maps.bpf.h"

static __always_inline struct acg_account *acg_account_of(__u64 cgroup)
{
	struct acg_account *account = bpf_map_lookup_elem(&acg_account, &cgroup);
	struct acg_account fresh = {};

	if (account)
		return account;
	fresh.first_ns = bpf_ktime_get_ns();
	/* Another CPU may have been faster: its entry stays. */
	bpf_map_update_elem(&acg_account, &cgroup, &fresh, BPF_NOEXIST);
	account = bpf_map_lookup_elem(&acg_account, &cgroup);
	if (!account)
		acg_count(ACG_STAT_MAP_FULL, 1);
	return account;
}

#endif /* ACG_ACCOUNT_BPF_H */
