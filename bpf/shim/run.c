// SPDX-License-Identifier: Apache-2.0
#include "run.h"

#include "domain.h"
#include "relay.h"
#include "say.h"
#include "sys.h"
#include "text.h"
#include "verdict.h"

#define CALL_VARIABLE	"AGENTCGROUP_CALL="

static size_t count(char **list)
{
	size_t n = 0;

	while (list[n])
		n++;
	return n;
}

/* `to` has room for one more entry than `envp`, and its NULL. */
static void env_with(char **envp, char *entry, char **to)
{
	size_t name = strchr(entry, '=') + 1 - entry;

	for (; *envp; envp++)
		if (strncmp(*envp, entry, name))
			*to++ = *envp;
	*to++ = entry;
	*to = NULL;
}

static void find_program(struct program *p)
{
	if (p->path[0] || real_shell(p->shell, p->envp, p->path))
		return;
	say_failure("cannot find the real", p->shell, -ENOENT);
	sys_exit(EXIT_NOT_FOUND);
}

static long give_birth(const struct program *p, const struct grant *grant, const struct signals *inherited)
{
	/* The kernel lets arguments and environment fill a quarter of the stack at most. */
	char *envp[count(p->envp) + 2];
	TEXT(variable, sizeof(CALL_VARIABLE) + CALL_ID_MAX);
	struct birth b = {
		.directory = grant->domain,
		.has_oom_score_adj = true,
		.oom_score_adj = grant->oom_score_adj,
		.sched_policy = grant->sched_policy,
		.program = p->path,
		.argv = p->argv,
		.envp = envp,
	};

	text_add(&variable, CALL_VARIABLE);
	text_add(&variable, grant->id);
	env_with(p->envp, variable.bytes, envp);
	return domain_birth(&b, inherited);
}

enum run_failure run_call(const struct call *call, const struct place *place, struct program *p,
			  const char **why)
{
	static struct link link;
	struct signals inherited;
	struct grant grant;
	int64_t born_ns;
	long err, pid;
	int status;

	call_feedback_as(p->envp);
	err = call_ask(call, place, &link);
	if (err) {
		*why = err == -EACCES ? "this user may not use the session's socket" : reason(err);
		return RUN_UNANSWERED;
	}
	/* PATH is searched while the daemon works. */
	find_program(p);
	switch (call_hear(call, &link, &grant, why)) {
	case ANSWER_PASS:
		return RUN_PASSED;
	case ANSWER_NONE:
		return RUN_UNANSWERED;
	case ANSWER_GRANT:
		break;
	}
	signals_hold(&inherited);
	born_ns = sys_now_ns();
	pid = give_birth(p, &grant, &inherited);
	if (pid < 0) {
		sys_close(grant.domain);
		signals_restore(&inherited);
		call_tell_number(&link, ACG_MSG_CALL_NOT_STARTED, ACG_TAG_ERRNO, -pid);
		link_close(&link);
		*why = reason(pid);
		return RUN_UNBORN;
	}
	/* If this cannot be sent, the end cannot either, and is told to whoever listens then. */
	call_tell_number(&link, ACG_MSG_CALL_STARTED, ACG_TAG_PID, pid);
	status = relay_until_exit(pid, &link, grant.domain);
	call_end(call, place, &link, &grant, status, verdict_due(grant.domain, status, sys_now_ns() - born_ns));
	relay_end_like(status);
}

void run_plainly(struct program *p)
{
	long err;

	find_program(p);
	err = sys_execve(p->path, p->argv, p->envp);
	sys_exit(domain_exec_failure(p->path, err));
}
