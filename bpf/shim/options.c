// SPDX-License-Identifier: Apache-2.0
#include "options.h"

#include "sys.h"
#include "text.h"

void options_print(int fd, const char *text)
{
	sys_write(fd, text, strlen(text));
}

void options_wrong(const char *what, const char *word, const char *help)
{
	options_print(STDERR_FD, "agentcgroup-start: ");
	options_print(STDERR_FD, what);
	if (word) {
		options_print(STDERR_FD, ": ");
		options_print(STDERR_FD, word);
	}
	options_print(STDERR_FD, "\n");
	options_print(STDERR_FD, help);
	sys_exit(EXIT_USAGE);
}

/* The text behind --name or --name=; NULL when the word is another option. */
static const char *after_name(const char *word, const char *name)
{
	size_t n = strlen(name);

	if (strncmp(word, name, n) || (word[n] && word[n] != '='))
		return NULL;
	return word + n;
}

/* One option at argv[0]; how many words it took, 0 when it is none of the list. */
static int take(char **argv, const struct option *o, const char *help)
{
	for (; o->name; o++) {
		const char *rest = after_name(argv[0] + 2, o->name);

		if (!rest)
			continue;
		if (o->flag) {
			if (*rest)
				options_wrong("takes no value", argv[0], help);
			*o->flag = true;
			return 1;
		}
		*o->value = *rest ? rest + 1 : argv[1];
		if (!*o->value)
			options_wrong("needs a value", argv[0], help);
		return *rest ? 1 : 2;
	}
	return 0;
}

char **options_parse(char **argv, const struct option *options, const char *help)
{
	while (*argv && argv[0][0] == '-') {
		int n;

		if (!strcmp(*argv, "--help")) {
			options_print(1, help);
			sys_exit(0);
		}
		if (!strcmp(*argv, "--")) {
			argv++;
			break;
		}
		n = argv[0][1] == '-' ? take(argv, options, help) : 0;
		if (!n)
			options_wrong("no such option", *argv, help);
		argv += n;
	}
	if (!*argv)
		options_wrong("which command?", NULL, help);
	return argv;
}

static int unit_shift(char c)
{
	switch (c) {
	case 'k':
	case 'K':
		return 10;
	case 'm':
	case 'M':
		return 20;
	case 'g':
	case 'G':
		return 30;
	case 't':
	case 'T':
		return 40;
	}
	return 0;
}

bool options_size(const char *text, uint64_t *bytes)
{
	size_t n = strlen(text);
	int shift = n ? unit_shift(text[n - 1]) : 0;
	TEXT(digits, 24);
	uint64_t value;

	text_bytes(&digits, text, n - (shift != 0));
	if (digits.cut || !number_parse(digits.bytes, 1, INT64_MAX >> shift, &value))
		return false;
	*bytes = value << shift;
	return true;
}
