/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SHIM_START_H
#define SHIM_START_H

/* Both take the words after their own name; what they return is the exit code. */
int start_exec(char **argv, char **envp);
int start_run(char **argv, char **envp);

#endif
