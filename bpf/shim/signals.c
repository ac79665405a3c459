// SPDX-License-Identifier: Apache-2.0
#include "signals.h"

static void set_disposition(int sig, void *handler)
{
	struct sys_sigaction action = { .handler = handler };

	sys_sigaction(sig, &action, NULL);
}

void signals_hold(struct signals *inherited)
{
	const sys_sigset all = SYS_SIGSET_ALL;
	struct sys_sigaction child;

	sys_sigprocmask(SIG_SETMASK, &all, &inherited->mask);
	sys_sigaction(SIGCHLD, NULL, &child);
	inherited->child_ignored = child.handler == SYS_SIG_IGN;
	if (inherited->child_ignored)
		set_disposition(SIGCHLD, SYS_SIG_DFL);
}

void signals_restore(const struct signals *inherited)
{
	if (inherited->child_ignored)
		set_disposition(SIGCHLD, SYS_SIG_IGN);
	sys_sigprocmask(SIG_SETMASK, &inherited->mask, NULL);
}
