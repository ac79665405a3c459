/* SPDX-License-Identifier: Apache-2.0 */
/* What a command line of a shell asks for. Pure: reads argv and nothing else. */
#ifndef SHIM_ARGV_H
#define SHIM_ARGV_H

#include <stdbool.h>

/* The name under which the shim is itself, and no shell. */
#define SHIM_NAME		"agentcgroup-shell"
/* The shell that evaluates the one string of a prefix. */
#define SHIM_PREFIX_SHELL	"bash"

enum form {
	FORM_PASS,		/* a script, an interactive shell, an error: not a tool call */
	FORM_COMMAND,		/* -c: a command string among shell options */
	FORM_PREFIX,		/* agentcgroup-shell 'one string' */
	FORM_LIST,		/* agentcgroup-shell program argument... */
	FORM_HELP,
	FORM_VERSION,
};

struct request {
	enum form form;
	const char *shell;	/* base name, without a login shell's dash */
	const char *command;	/* the command string of FORM_COMMAND and FORM_PREFIX */
};

void argv_parse(int argc, char **argv, struct request *to);

#endif
