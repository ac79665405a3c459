/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * Which of our domains a cgroup belongs to: it is one itself, or lies below one,
 * where a command made cgroups of its own.
 */
#ifndef ACG_DOMAIN_BPF_H
#define ACG_DOMAIN_BPF_H

#include "maps.bpf.h"

/* Levels above a process that are looked at: a container in a call has its own and two that its runtime makes. */
#define ACG_NESTED_MOST 4

/* The domain that the cgroup is in, and its id; NULL when it is none of ours. */
static __always_inline const struct acg_domain *acg_domain_around(struct cgroup *cgroup, __u64 *id)
{
	const struct acg_domain *domain;

	for (int i = 0; i < ACG_NESTED_MOST; i++) {
		if (!cgroup)
			return NULL;
		*id = cgroup->kn->id;
		domain = acg_domain_of(*id);
		if (domain)
			return domain;
		if (!cgroup->self.parent)
			return NULL;
		cgroup = cgroup->self.parent->cgroup;
	}
	return NULL;
}

#endif /* ACG_DOMAIN_BPF_H */
