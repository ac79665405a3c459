/* SPDX-License-Identifier: Apache-2.0 */
/* A process born inside a cgroup. */
#ifndef SHIM_DOMAIN_H
#define SHIM_DOMAIN_H

#include "signals.h"

/* Another user to become; groups are counted in `groups_count`. */
struct identity {
	unsigned int uid;
	unsigned int gid;
	size_t groups_count;
	const unsigned int *groups;
};

struct birth {
	int directory;			/* of the cgroup; -1: stay where we are */
	bool has_oom_score_adj;
	int oom_score_adj;
	int sched_policy;		/* -1: stay as we are */
	const struct identity *as;	/* NULL: stay who we are */
	const char *program;
	char **argv;
	char **envp;
};

/* The new process, or -errno when there is none. `inherited` is given back to it. */
long domain_birth(const struct birth *b, const struct signals *inherited);
#define EXIT_NOT_RUNNABLE	126
#define EXIT_NOT_FOUND		127

/* What a shell's exit code is for a program that could not be run. */
int domain_exec_failure(const char *program, long error);

#endif
