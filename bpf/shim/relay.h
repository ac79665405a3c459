/* SPDX-License-Identifier: Apache-2.0 */
/* Standing in for the command towards its parent, as long as it runs. */
#ifndef SHIM_RELAY_H
#define SHIM_RELAY_H

#include "link.h"

/*
 * Passes signals on, stops when the command stops, tells the agent what the
 * daemon says. Returns the command's wait status. The link may be closed, and is
 * closed when it breaks. All descriptors but stderr, the link's and `keep` (-1:
 * none) are closed: readers of our pipes see their end when the command closes them.
 */
int relay_until_exit(int pid, struct link *l, int keep);
/* Ends this process as the command ended. */
__attribute__((noreturn)) void relay_end_like(int wait_status);

#endif
