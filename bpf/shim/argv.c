// SPDX-License-Identifier: Apache-2.0
/*
 * The option grammar of bash, dash and zsh, as far as it decides where the
 * command string of -c stands. All three read options up to the first word that
 * is none, and only then take the command string: `bash -c -l 'cmd'` runs cmd.
 * Whatever this file does not understand is FORM_PASS: the real shell says what
 * is wrong with it, in its own words.
 */
#include "argv.h"

#include <stddef.h>
#include <string.h>

#include "text.h"

struct options {
	char **argv;
	int at;
	int argc;
	bool zsh;
	bool command;		/* -c was seen */
	bool pass;		/* not for us */
};

static const char *const bash_long[] = {
	"debug", "debugger", "dump-po-strings", "dump-strings", "login", "noediting",
	"noprofile", "norc", "posix", "pretty-print", "protected", "restricted",
	"verbose", "wordexp", NULL,
};

static const char *const bash_long_with_value[] = { "init-file", "rcfile", NULL };

static bool in(const char *word, const char *const *list)
{
	for (; *list; list++)
		if (!strcmp(word, *list))
			return true;
	return false;
}

/*
 * bash takes long options first, with one dash or two. --help, --version and
 * what it does not know end in FORM_PASS.
 */
static void bash_long_options(struct options *o)
{
	for (; o->at < o->argc; o->at++) {
		const char *word = o->argv[o->at];
		bool two;

		if (word[0] != '-' || !word[1])
			return;
		two = word[1] == '-';
		word += two ? 2 : 1;
		if (two && !*word)
			return;
		if (in(word, bash_long_with_value)) {
			o->at++;
		} else if (!in(word, bash_long)) {
			o->pass = two || !strcmp(word, "help") || !strcmp(word, "version");
			return;
		}
	}
}

/* zsh names every option by a long word too; only --emulate takes another one. */
static void zsh_long_option(struct options *o)
{
	const char *word = o->argv[o->at++] + 2;

	if (!strcmp(word, "help") || !strcmp(word, "version"))
		o->pass = true;
	else if (!strcmp(word, "emulate"))
		o->at++;
}

/* One word of letters such as -euo or +O; the words that o and O take follow it. */
static void letters(struct options *o)
{
	const char *c = o->argv[o->at++] + 1;

	for (; *c; c++) {
		if (*c == 'c') {
			o->command = true;
		} else if (*c == 'o' || (*c == 'O' && !o->zsh)) {
			if (o->zsh && c[1])
				return;		/* -opipefail: the name is attached */
			o->at++;
		}
	}
}

/* A mark that ends the options and is eaten. A lone plus is one to zsh; to the others it is an option of no letters. */
static bool ends_options(const char *word, bool zsh)
{
	if (!word[1])
		return word[0] == '-' || zsh;
	return !strcmp(word, "--") || (zsh && !strcmp(word, "-b"));
}

static void short_options(struct options *o)
{
	while (!o->pass && o->at < o->argc) {
		const char *word = o->argv[o->at];

		if (word[0] != '-' && word[0] != '+')
			return;
		if (ends_options(word, o->zsh)) {
			o->at++;
			return;
		}
		if (word[0] == '-' && word[1] == '-') {
			if (!o->zsh)
				o->pass = true;
			else
				zsh_long_option(o);
			continue;
		}
		letters(o);
	}
}

static const char *command_of(int argc, char **argv, const char *shell)
{
	struct options o = {
		.argv = argv,
		.at = 1,
		.argc = argc,
		.zsh = !strcmp(shell, "zsh"),
	};

	if (!o.zsh)
		bash_long_options(&o);
	short_options(&o);
	if (o.pass || !o.command || o.at >= argc)
		return NULL;
	return argv[o.at];
}

static void parse_own(int argc, char **argv, struct request *to)
{
	to->shell = SHIM_PREFIX_SHELL;
	if (argc < 2)
		return;
	if (!strcmp(argv[1], "--help")) {
		to->form = FORM_HELP;
	} else if (!strcmp(argv[1], "--version")) {
		to->form = FORM_VERSION;
	} else if (argv[1][0] == '-') {
		/* Named in SHELL, say: it is bash then. */
		to->command = command_of(argc, argv, to->shell);
		to->form = to->command ? FORM_COMMAND : FORM_PASS;
	} else if (argc == 2) {
		to->form = FORM_PREFIX;
		to->command = argv[1];
	} else {
		to->form = FORM_LIST;
	}
}

void argv_parse(int argc, char **argv, struct request *to)
{
	const char *name = argc > 0 ? base_name(argv[0]) : SHIM_NAME;

	*to = (struct request){ .form = FORM_PASS };
	if (name[0] == '-')
		name++;
	if (!strcmp(name, SHIM_NAME)) {
		parse_own(argc, argv, to);
		return;
	}
	to->shell = name;
	to->command = command_of(argc, argv, name);
	if (to->command)
		to->form = FORM_COMMAND;
}
