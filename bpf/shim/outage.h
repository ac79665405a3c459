/* SPDX-License-Identifier: Apache-2.0 */
/* Telling the agent that the daemon does not answer: once an outage, not once a call. */
#ifndef SHIM_OUTAGE_H
#define SHIM_OUTAGE_H

#include "place.h"

void outage_say(const struct place *place, char **envp, const char *why);

#endif
