// SPDX-License-Identifier: Apache-2.0
#include "domain.h"

#include "say.h"
#include "sys.h"
#include "text.h"

/* Where the child cannot become what it must be. */
#define EXIT_OURS		125

int domain_exec_failure(const char *program, long error)
{
	say_failure("cannot run", program, error);
	return error == -ENOENT || error == -ENOTDIR ? EXIT_NOT_FOUND : EXIT_NOT_RUNNABLE;
}

/*
 * The kernel's victim must be the call, not the agent, whose low value every
 * child inherits. Raising is always allowed; where lowering is not, the process
 * is merely a likelier victim than was meant.
 */
static void set_oom_score_adj(int wanted)
{
	TEXT(value, 16);
	TEXT(now, 16);
	long fd, n;

	text_number(&value, wanted);
	text_add(&value, "\n");
	fd = sys_open("/proc/self/oom_score_adj", O_RDWR);
	if (fd < 0)
		return;
	n = sys_read(fd, now.bytes, value.length);
	if (n != (long)value.length || memcmp(now.bytes, value.bytes, n))
		sys_write(fd, value.bytes, value.length);
	sys_close(fd);
}

static long become(const struct identity *as)
{
	long err = sys_setgroups(as->groups_count, as->groups);

	if (!err)
		err = sys_setresgid(as->gid);
	if (!err)
		err = sys_setresuid(as->uid);
	return err;
}

static __attribute__((noreturn)) void live(const struct birth *b, const struct signals *inherited, int parent)
{
	long err;

	if (b->has_oom_score_adj)
		set_oom_score_adj(b->oom_score_adj);
	/* Refused by a kernel without that policy: then it runs as everything else does. */
	if (b->sched_policy >= 0)
		sys_setscheduler(b->sched_policy);
	err = b->as ? become(b->as) : 0;
	if (err) {
		say_failure("cannot change the user for", b->program, err);
		sys_exit(EXIT_OURS);
	}
	/*
	 * Killing the shim must kill the command, as killing a shell does. After
	 * the change of user, which clears it; and the parent may be gone already.
	 */
	sys_die_with_parent(SIGKILL);
	if (sys_getppid() != parent)
		sys_exit(EXIT_OURS);
	signals_restore(inherited);
	err = sys_execve(b->program, b->argv, b->envp);
	sys_exit(domain_exec_failure(b->program, err));
}

long domain_birth(const struct birth *b, const struct signals *inherited)
{
	struct clone_args args = {
		.flags = b->directory >= 0 ? CLONE_INTO_CGROUP : 0,
		.exit_signal = SIGCHLD,
		.cgroup = b->directory >= 0 ? b->directory : 0,
	};
	int parent = sys_getpid();
	long pid = sys_clone3(&args);

	if (!pid)
		live(b, inherited, parent);
	return pid;
}
