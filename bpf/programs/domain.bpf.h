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

/* The root is 0, ours 1 or more, a session at least this: what is not as deep is nobody's, and costs no look-up. */
#define ACG_SESSION_LEVEL_LEAST 2

struct acg_place {
	__u64 id;	/* of the domain */
	__u32 depth;	/* levels from it down to the cgroup; 0: it is the domain itself */
};

/* The domain that the cgroup is in, and where that is; NULL when it is none of ours. */
static __always_inline const struct acg_domain *acg_place_of(struct cgroup *cgroup, struct acg_place *place)
{
	const struct acg_domain *domain;

	for (int i = 0; i < ACG_NESTED_MOST; i++) {
		if (!cgroup || cgroup->level < ACG_SESSION_LEVEL_LEAST)
			return NULL;
		place->id = cgroup->kn->id;
		place->depth = i;
		domain = acg_domain_of(place->id);
		if (domain)
			return domain;
		if (!cgroup->self.parent)
			return NULL;
		cgroup = cgroup->self.parent->cgroup;
	}
	return NULL;
}

/* The domain that the cgroup is in, and its id; NULL when it is none of ours. */
static __always_inline const struct acg_domain *acg_domain_around(struct cgroup *cgroup, __u64 *id)
{
	struct acg_place place = {};
	const struct acg_domain *domain = acg_place_of(cgroup, &place);

	*id = place.id;
	return domain;
}

#endif /* ACG_DOMAIN_BPF_H */
