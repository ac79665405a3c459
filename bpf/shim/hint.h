/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a command string says about itself before its first command: leading
 * assignments of AGENT_RESOURCE_HINT and AGENTCGROUP_DISABLE. The string is read,
 * never changed.
 */
#ifndef SHIM_HINT_H
#define SHIM_HINT_H

#include <agentcgroup_protocol.h>
#include <stdbool.h>
#include <stddef.h>

#include "words.h"

#define HINT_VARIABLE		"AGENT_RESOURCE_HINT"
#define DISABLE_VARIABLE	"AGENTCGROUP_DISABLE"

struct hint {
	bool found;
	size_t length;
	char bytes[ACG_HINT_MAX_BYTES];
	bool disable;
};

void hint_in_command(const char *command, struct hint *to);

#endif
