// SPDX-License-Identifier: Apache-2.0
/*
 * Asks the shim's grammars, for tests:
 *	probe argv WORD...		form, shell and command
 *	probe hint COMMAND		hint and disable
 *	probe place CGROUP [NAME=VALUE...]	where, session and socket
 */
#include <stdio.h>
#include <string.h>

#include "argv.h"
#include "hint.h"
#include "place.h"

static const char *const forms[] = { "pass", "command", "prefix", "list", "help", "version" };
static const char *const wheres[] = { "outside", "nested", "agent" };

static void probe_argv(int argc, char **argv)
{
	struct request r;

	argv_parse(argc, argv, &r);
	printf("%s|%s|%s\n", forms[r.form], r.shell ? r.shell : "", r.command ? r.command : "");
}

static void probe_hint(const char *command)
{
	struct hint h;

	hint_in_command(command, &h);
	printf("%s%.*s%s\n", h.found ? "hint:" : "none", h.found ? (int)h.length : 0, h.bytes,
	       h.disable ? " disabled" : "");
}

static void probe_place(const char *cgroup, char **envp)
{
	static struct place p;

	place_of(*cgroup ? cgroup : NULL, envp, &p);
	printf("%s|%s|%s\n", wheres[p.where], p.session, p.socket);
}

int main(int argc, char **argv)
{
	if (argc >= 3 && !strcmp(argv[1], "argv"))
		probe_argv(argc - 2, argv + 2);
	else if (argc == 3 && !strcmp(argv[1], "hint"))
		probe_hint(argv[2]);
	else if (argc >= 3 && !strcmp(argv[1], "place"))
		probe_place(argv[2], argv + 3);
	else
		return 2;
	return 0;
}
