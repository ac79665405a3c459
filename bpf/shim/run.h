/* SPDX-License-Identifier: Apache-2.0 */
/* One tool call from the question to the exit code. */
#ifndef SHIM_RUN_H
#define SHIM_RUN_H

#include "call.h"
#include "real.h"

struct program {
	char path[REAL_PATH_MAX];
	const char *shell;	/* when path is empty: the real shell of this name, yet to be found */
	char **argv;
	char **envp;
};

enum run_failure {
	RUN_PASSED,		/* the daemon wants it without a domain */
	RUN_UNANSWERED,		/* no daemon, or none that answers */
	RUN_UNBORN,		/* the kernel refused the birth; the daemon knows */
};

/*
 * Runs the program in a domain of its own and ends this process as it ends. When
 * that cannot be, nothing was started: returns what is the matter, and *why in words.
 */
enum run_failure run_call(const struct call *call, const struct place *place, struct program *p,
			  const char **why);
/* Becomes the program. Ends this process when even that fails. */
__attribute__((noreturn)) void run_plainly(struct program *p);

#endif
