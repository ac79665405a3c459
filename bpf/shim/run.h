/* SPDX-License-Identifier: Apache-2.0 */
/* One tool call from the question to the exit code. */
#ifndef SHIM_RUN_H
#define SHIM_RUN_H

#include "call.h"

struct program {
	const char *path;
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
enum run_failure run_call(const struct call *call, const struct place *place, const struct program *p,
			  const char **why);
/* Becomes the program. Ends this process when even that fails. */
__attribute__((noreturn)) void run_plainly(const struct program *p);

#endif
