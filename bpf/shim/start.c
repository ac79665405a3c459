// SPDX-License-Identifier: Apache-2.0
/* agentcgroup-start: agents and single calls started into their cgroups. */
#include "start.h"

#include "options.h"
#include "say.h"
#include "sys.h"
#include "version.h"

static const char help[] =
	"usage: agentcgroup-start run --session NAME [option...] -- COMMAND [argument...]\n"
	"       agentcgroup-start exec --session NAME [option...] -- COMMAND [argument...]\n"
	"       agentcgroup-start --version\n"
	"\n"
	"run starts an agent in a session, exec one tool call; each has its own --help.\n";

int main(int argc, char **argv, char **envp)
{
	say_init();
	if (argc < 2)
		options_wrong("what to do?", NULL, help);
	if (!strcmp(argv[1], "run"))
		return start_run(argv + 2, envp);
	if (!strcmp(argv[1], "exec"))
		return start_exec(argv + 2, envp);
	if (!strcmp(argv[1], "--version")) {
		options_print(1, "agentcgroup-start " SHIM_VERSION "\n");
		return 0;
	}
	if (strcmp(argv[1], "--help"))
		options_wrong("no such command", argv[1], help);
	options_print(1, help);
	return 0;
}
