/* SPDX-License-Identifier: Apache-2.0 */
/* Words for the agent, on stderr. */
#ifndef SHIM_SAY_H
#define SHIM_SAY_H

#include <stddef.h>

/* Before anything is opened: learns whether there is a stderr at all. */
void say_init(void);
/* One line with our prefix, by one write(2); made harmless for a terminal; never blocks for long. */
void say_bytes(const char *bytes, size_t n);
void say(const char *string);
/* "<what> <name>: <reason>" */
void say_failure(const char *what, const char *name, long error);

#endif
