/* SPDX-License-Identifier: Apache-2.0 */
/* Finding the program that the shim stands in front of. */
#ifndef SHIM_REAL_H
#define SHIM_REAL_H

#include <stdbool.h>

#define REAL_PATH_MAX	4096

/* The real shell of that name; false when there is none. */
bool real_shell(const char *name, char **envp, char *to);
/* A program as a shell would find it. 0, or -ENOENT or -EACCES. */
long real_program(const char *name, char **envp, char *to);

#endif
