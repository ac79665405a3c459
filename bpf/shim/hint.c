// SPDX-License-Identifier: Apache-2.0
/*
 * Read are, in front of the first real command:
 *
 *	A=1 AGENT_RESOURCE_HINT=memory:2g pytest
 *	export AGENT_RESOURCE_HINT='memory:2g'; pytest
 *	env AGENT_RESOURCE_HINT=memory:2g pytest
 *	cd /repo && AGENT_RESOURCE_HINT=memory:2g pytest
 *	source snapshot 2>/dev/null || true && eval 'AGENT_RESOURCE_HINT=memory:2g pytest' < /dev/null
 *
 * The last form is how coding agents wrap what their model typed. Anything else
 * ends the search: a wrong guess is worse than no hint.
 */
#include "hint.h"

#include <string.h>

/* Setup in front of a command is short; a script with more of it is no wrapper. */
#define LEADING_COMMANDS_MAX	16
/* Assignments stand at the start: this much of an eval's argument is looked at. */
#define EVAL_LOOKED_AT_BYTES	4096
#define WORD_LOOKED_AT_BYTES	(ACG_HINT_MAX_BYTES + sizeof(HINT_VARIABLE))

/* What a simple command turned out to be. */
enum leading {
	LEADING_GOES_ON,	/* only setup: look at the next one */
	LEADING_ENDS,		/* the real command starts here */
};

/* They change the shell, and start nothing that needs memory. */
static const char *const setup_commands[] = {
	"cd", "source", ".", "shopt", "setopt", "unsetopt", "set", "unset", "unalias", "true", ":", "{",
	"}", NULL,
};

static bool is(const struct word *w, const char *name)
{
	size_t n = strlen(name);

	return !w->cut && w->length == n && w->bare == n && !memcmp(w->bytes, name, n);
}

static bool is_setup(const struct word *w)
{
	const char *const *name;

	for (name = setup_commands; *name; name++)
		if (is(w, *name))
			return true;
	return false;
}

/* The length of NAME in NAME=value, or 0; a quoted name or equal sign assigns nothing. */
static size_t assigned_name(const struct word *w)
{
	size_t i;

	for (i = 0; i < w->bare; i++) {
		char c = w->bytes[i];

		if (c == '=')
			return i;
		if (c != '_' && !(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') &&
		    !(i && c >= '0' && c <= '9'))
			return 0;
	}
	return 0;
}

static bool named(const struct word *w, size_t name, const char *variable)
{
	return name == strlen(variable) && !memcmp(w->bytes, variable, name);
}

static void take_assignment(const struct word *w, size_t name, struct hint *to)
{
	const char *value = w->bytes + name + 1;
	size_t n = w->length - name - 1;

	if (named(w, name, DISABLE_VARIABLE)) {
		to->disable = n && !(n == 1 && *value == '0');
	} else if (named(w, name, HINT_VARIABLE)) {
		to->length = n < sizeof(to->bytes) ? n : sizeof(to->bytes);
		memcpy(to->bytes, value, to->length);
		to->found = to->length > 0;
	}
}

static enum leading skip_setup(struct cursor *c)
{
	char bytes[1];
	struct word w = { bytes, 0, 0, 0, false };
	enum token t;

	do
		t = words_next(c, &w);
	while (t == TOKEN_WORD || t == TOKEN_REDIRECTION);
	return t == TOKEN_NEXT ? LEADING_GOES_ON : LEADING_ENDS;
}

static void look(struct cursor c, bool in_eval, struct hint *to);

static void look_into_eval(struct cursor *c, struct hint *to)
{
	char bytes[EVAL_LOOKED_AT_BYTES];
	struct word w = { bytes, sizeof(bytes), 0, 0, false };

	if (words_next(c, &w) == TOKEN_WORD)
		look((struct cursor){ w.bytes, w.bytes + w.length }, true, to);
}

/* One simple command: its assignments, and whether another one may follow. */
static enum leading look_at_command(struct cursor *c, bool in_eval, struct hint *to)
{
	char bytes[WORD_LOOKED_AT_BYTES];
	struct word w = { bytes, sizeof(bytes), 0, 0, false };
	bool only_assignments = true;

	for (;;) {
		enum token t = words_next(c, &w);
		size_t name;

		if (t == TOKEN_NEXT)
			return LEADING_GOES_ON;
		if (t != TOKEN_WORD)
			return LEADING_ENDS;
		name = assigned_name(&w);
		if (name) {
			take_assignment(&w, name, to);
		} else if (only_assignments && (is(&w, "export") || is(&w, "env"))) {
			only_assignments = false;
		} else if (only_assignments && is_setup(&w)) {
			return skip_setup(c);
		} else if (only_assignments && !in_eval && is(&w, "eval")) {
			look_into_eval(c, to);
			return LEADING_ENDS;
		} else {
			return LEADING_ENDS;
		}
	}
}

static void look(struct cursor c, bool in_eval, struct hint *to)
{
	int i;

	for (i = 0; i < LEADING_COMMANDS_MAX; i++)
		if (look_at_command(&c, in_eval, to) == LEADING_ENDS)
			return;
}

void hint_in_command(const char *command, struct hint *to)
{
	to->found = false;
	to->disable = false;
	to->length = 0;
	/* Neither name anywhere: the usual case, and a short one. */
	if (!strstr(command, HINT_VARIABLE) && !strstr(command, DISABLE_VARIABLE))
		return;
	look((struct cursor){ command, command + strlen(command) }, false, to);
}
