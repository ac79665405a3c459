// SPDX-License-Identifier: Apache-2.0
/*
 * agentcgroup-shell: stands where an agent looks for its shell, and gives every
 * command string a cgroup of its own. Everything else becomes the real shell at
 * once, and so does a command string when anything at all is in the way.
 */
#include <string.h>

#include "argv.h"
#include "domain.h"
#include "hint.h"
#include "outage.h"
#include "place.h"
#include "run.h"
#include "say.h"
#include "sys.h"
#include "text.h"
#include "version.h"

static const char help[] =
	"usage: agentcgroup-shell COMMAND            run one command string (CLAUDE_CODE_SHELL_PREFIX)\n"
	"       agentcgroup-shell PROGRAM ARGUMENT...  run a program\n"
	"       agentcgroup-shell -c COMMAND ...     as bash does\n"
	"       bash|sh|dash|zsh ...                 under such a name: as that shell\n"
	"\n"
	"Inside a session of AgentCgroup each command string runs in a cgroup of its own,\n"
	"with the limits that fit it. Outside, or when the daemon does not answer, the\n"
	"command runs as if this program were not there.\n"
	"\n"
	"  AGENT_RESOURCE_HINT=memory:2g   what the command needs; also in front of the command\n"
	"  AGENTCGROUP_DISABLE=1           no cgroup for this command; also in front of it\n"
	"  AGENTCGROUP_REAL_SHELL=/path    the shell to run, instead of the next one on PATH\n"
	"  AGENTCGROUP_TIMEOUT_MS=50       how long to wait for the daemon\n";

static void print(const char *s)
{
	sys_write(1, s, strlen(s));
}

/* The arguments of the real shell; the request's own but for a prefix. */
static char **arguments(const struct request *r, char **argv, char **prefix)
{
	if (r->form == FORM_LIST)
		return argv + 1;
	if (r->form != FORM_PREFIX)
		return argv;
	prefix[0] = (char *)r->shell;
	prefix[1] = (char *)"-c";
	prefix[2] = (char *)r->command;
	prefix[3] = NULL;
	return prefix;
}

/* Ends this process when there is no such program. */
static void find_listed(struct program *p)
{
	long err = real_program(p->argv[0], p->envp, p->path);

	if (err)
		sys_exit(domain_exec_failure(p->argv[0], err));
}

/* The list of a FORM_LIST, as one text for the daemon to read. */
static void join_list(char **argv, struct text *to)
{
	for (; *argv && !to->cut; argv++) {
		if (to->length)
			text_add(to, " ");
		text_add(to, *argv);
	}
}

/* What is nearer to the command wins: in front of it, else in the environment. */
static void take_hint(const struct hint *typed, char **envp, struct call *to)
{
	const char *inherited = env_get(envp, HINT_VARIABLE);

	if (typed->found) {
		to->hint = typed->bytes;
		to->hint_length = typed->length;
		to->hint_source = ACG_HINT_COMMAND;
	} else if (inherited && *inherited) {
		to->hint = inherited;
		to->hint_length = strlen(inherited);
		to->hint_source = ACG_HINT_ENVIRONMENT;
	}
}

/* Returns when the command must run without a domain. */
static void run_as_call(const struct request *r, const struct place *place, struct program *p)
{
	TEXT(list, ACG_COMMAND_MAX_BYTES + 1);
	struct call call = {
		.kind = r->form == FORM_COMMAND ? ACG_KIND_SHELL : ACG_KIND_PREFIX,
		.shell = r->shell,
		.command = r->command,
		.timeout_ns = call_timeout_ns(p->envp),
	};
	struct hint hint = { .found = false };
	const char *why;

	if (r->form == FORM_LIST) {
		join_list(p->argv, &list);
		call.command = list.bytes;
	} else {
		hint_in_command(r->command, &hint);
	}
	if (hint.disable)
		return;
	call.command_length = strlen(call.command);
	take_hint(&hint, p->envp, &call);
	if (run_call(&call, place, p, &why) == RUN_UNANSWERED)
		outage_say(place, p->envp, why);
}

int main(int argc, char **argv, char **envp)
{
	static struct program program;
	static struct place place;
	char *prefix[4];
	struct request request;

	say_init();
	argv_parse(argc, argv, &request);
	if (request.form == FORM_HELP || request.form == FORM_VERSION) {
		print(request.form == FORM_HELP ? help : "agentcgroup-shell " SHIM_VERSION "\n");
		return 0;
	}
	program.shell = request.shell;
	program.argv = arguments(&request, argv, prefix);
	program.envp = envp;
	if (request.form == FORM_LIST)
		find_listed(&program);
	if (request.form != FORM_PASS && !env_is_on(envp, DISABLE_VARIABLE)) {
		place_find(envp, &place);
		if (place.where == PLACE_AGENT)
			run_as_call(&request, &place, &program);
	}
	run_plainly(&program);
}
