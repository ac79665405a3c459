/* SPDX-License-Identifier: Apache-2.0 */
/* Long options in front of a command. */
#ifndef SHIM_OPTIONS_H
#define SHIM_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#define EXIT_USAGE	2
/* Ours, not the command's: as env, timeout and container runtimes have it. */
#define EXIT_OURS	125

struct option {
	const char *name;	/* without the dashes; NULL ends the list */
	const char **value;	/* takes one */
	bool *flag;		/* takes none */
};

/* The command after the options and an optional "--". Prints the help or an error and ends where that is due. */
char **options_parse(char **argv, const struct option *options, const char *help);
/* Says what is wrong with a command line, and ends. */
__attribute__((noreturn)) void options_wrong(const char *what, const char *word, const char *help);
/* 512, 300k, 2g, ... in powers of 1024. */
bool options_size(const char *text, uint64_t *bytes);
void options_print(int fd, const char *text);

#endif
