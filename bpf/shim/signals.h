/* SPDX-License-Identifier: Apache-2.0 */
/* The signals that the shim was born with, kept for the command. */
#ifndef SHIM_SIGNALS_H
#define SHIM_SIGNALS_H

#include <stdbool.h>

#include "sys.h"

struct signals {
	sys_sigset mask;
	bool child_ignored;	/* SIGCHLD was ignored: wait(2) would never see our child */
};

/* From here on signals wait until somebody reads them. */
void signals_hold(struct signals *inherited);
/* In the child, or when there is none after all. */
void signals_restore(const struct signals *inherited);

#endif
