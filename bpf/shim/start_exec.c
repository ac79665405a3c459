// SPDX-License-Identifier: Apache-2.0
/* agentcgroup-start exec: one tool call of a session, without a shell. */
#include "domain.h"
#include "hint.h"
#include "options.h"
#include "place.h"
#include "run.h"
#include "say.h"
#include "start.h"
#include "sys.h"
#include "text.h"

static const char help[] =
	"usage: agentcgroup-start exec [--session NAME] [--hint HINT] [--strict] -- COMMAND [argument...]\n"
	"\n"
	"Runs one command as a tool call of a session, in a cgroup of its own.\n"
	"\n"
	"  --session NAME  the session; may be left out inside one\n"
	"  --hint HINT     what it needs, such as memory:2g,cpu:high (else AGENT_RESOURCE_HINT)\n"
	"  --strict        when it gets no cgroup do not run it, exit 125\n"
	"\n"
	"The exit code is the command's; 126 when it cannot be run, 127 when it is not found,\n"
	"2 for a wrong command line. Without --strict the command runs even when the daemon\n"
	"does not answer.\n";

/* The command's words as a shell would have to be given them, for the daemon to read. */
static void quote(struct text *to, const char *word)
{
	const char *c = word;

	while (*c && !strchr(" \t\n'\"\\$`&|;<>()*?[]{}#~!", *c))
		c++;
	if (*word && !*c) {
		text_add(to, word);
		return;
	}
	text_add(to, "'");
	for (c = word; *c; c++) {
		if (*c == '\'')
			text_add(to, "'\\''");
		else
			text_bytes(to, c, 1);
	}
	text_add(to, "'");
}

static void find_place(const char *session, char **envp, struct place *to)
{
	const char *cgroup = place_cgroup();

	place_of(cgroup, envp, to);
	if (!session) {
		if (to->where == PLACE_OUTSIDE)
			options_wrong("not inside a session: which one?", "--session NAME", help);
		return;
	}
	if (!name_valid(session, strlen(session), SESSION_NAME_MAX))
		options_wrong("a session's name is 1 to 64 of a-z 0-9 . _ - after a letter or digit", session, help);
	if (to->where == PLACE_NESTED)
		return;
	/* Our own socket, if it is that session's; it may stand in another run folder. */
	if (to->where != PLACE_AGENT || strcmp(to->session, session)) {
		strcpy(to->session, session);
		place_socket(envp, session, ".sock", to->socket);
	}
	to->where = PLACE_AGENT;
}

static void take_hint(const char *hint, char **envp, struct call *to)
{
	to->hint_source = hint ? ACG_HINT_OPTION : ACG_HINT_ENVIRONMENT;
	to->hint = hint ? hint : env_get(envp, HINT_VARIABLE);
	if (to->hint && !*to->hint)
		to->hint = NULL;
	to->hint_length = to->hint ? strlen(to->hint) : 0;
}

static void say_why(enum run_failure failure, const struct place *place, const char *why, bool strict)
{
	TEXT(line, 1024);

	switch (failure) {
	case RUN_PASSED:
		text_add(&line, "the daemon gives this call no cgroup");
		break;
	case RUN_UNANSWERED:
		text_add(&line, "the daemon does not answer at ");
		text_add(&line, place->socket);
		text_add(&line, " (");
		text_add(&line, why);
		text_add(&line, ")");
		break;
	case RUN_UNBORN:
		text_add(&line, "the kernel lets no process be born in this call's cgroup (");
		text_add(&line, why);
		text_add(&line, ")");
		if (sys_geteuid())
			text_add(&line, "; only root or a process of the session itself may start one there");
		break;
	}
	text_add(&line, strict ? ": not run" : ": the command runs without limits");
	say(line.bytes);
}

int start_exec(char **argv, char **envp)
{
	static struct program program;
	static struct place place;
	const char *session = NULL, *hint = NULL, *why = NULL;
	bool strict = false;
	const struct option options[] = {
		{ .name = "session", .value = &session },
		{ .name = "hint", .value = &hint },
		{ .name = "strict", .flag = &strict },
		{ .name = NULL },
	};
	TEXT(command, ACG_COMMAND_MAX_BYTES + 1);
	struct call call = { .kind = ACG_KIND_EXEC, .shell = "", .timeout_ns = call_timeout_ns(envp) };
	enum run_failure failure;
	char **word;
	long err;

	program.envp = envp;
	program.argv = options_parse(argv, options, help);
	find_place(session, envp, &place);
	err = real_program(program.argv[0], envp, program.path);
	if (err)
		return domain_exec_failure(program.argv[0], err);
	if (place.where == PLACE_NESTED || env_is_on(envp, DISABLE_VARIABLE))
		run_plainly(&program);
	for (word = program.argv; *word; word++) {
		if (command.length)
			text_add(&command, " ");
		quote(&command, *word);
		call.command_length += strlen(*word) + 1;
	}
	call.command = command.bytes;
	if (!command.cut)
		call.command_length = command.length;
	take_hint(hint, envp, &call);
	failure = run_call(&call, &place, &program, &why);
	say_why(failure, &place, why, strict);
	if (strict)
		return EXIT_OURS;
	run_plainly(&program);
}
