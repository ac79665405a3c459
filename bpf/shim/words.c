// SPDX-License-Identifier: Apache-2.0
#include "words.h"

#include <string.h>

static void keep(struct word *w, char c)
{
	if (w->length < w->size)
		w->bytes[w->length++] = c;
	else
		w->cut = true;
}

/* From after `open` to after its `close`; kept as it stands, nothing in it is ours to evaluate. */
static void keep_nested(struct cursor *c, struct word *w, char open, char close)
{
	int depth = 1;

	while (c->at < c->end && depth) {
		char now = *c->at++;

		if (now == '\\' && c->at < c->end) {
			keep(w, now);
			now = *c->at++;
		} else if (now == close) {
			depth--;
		} else if (now == open) {
			depth++;
		}
		keep(w, now);
	}
}

static void keep_single_quoted(struct cursor *c, struct word *w)
{
	while (c->at < c->end && *c->at != '\'')
		keep(w, *c->at++);
	if (c->at < c->end)
		c->at++;
}

/* $'...': a backslash keeps the quote from ending it. */
static void keep_ansi_quoted(struct cursor *c, struct word *w)
{
	while (c->at < c->end && *c->at != '\'') {
		if (*c->at == '\\' && c->at + 1 < c->end)
			keep(w, *c->at++);
		keep(w, *c->at++);
	}
	if (c->at < c->end)
		c->at++;
}

/* After a dollar sign: what would be expanded is skipped over as a whole. */
static void keep_dollar(struct cursor *c, struct word *w)
{
	char now = c->at < c->end ? *c->at : '\0';

	keep(w, '$');
	if (now == '(' || now == '{') {
		c->at++;
		keep(w, now);
		keep_nested(c, w, now, now == '(' ? ')' : '}');
	}
}

static void keep_double_quoted(struct cursor *c, struct word *w)
{
	while (c->at < c->end && *c->at != '"') {
		char now = *c->at++;

		if (now == '\\' && c->at < c->end && strchr("$`\"\\\n", *c->at)) {
			now = *c->at++;
			if (now != '\n')
				keep(w, now);
		} else if (now == '$') {
			keep_dollar(c, w);
		} else if (now == '`') {
			keep(w, now);
			keep_nested(c, w, '`', '`');
		} else {
			keep(w, now);
		}
	}
	if (c->at < c->end)
		c->at++;
}

static bool ends_word(char c)
{
	return c == '\0' || strchr(" \t\n;&|<>()", c);
}

/* One part of a word: a quoted piece, an expansion or a plain character. */
static void keep_part(struct cursor *c, struct word *w)
{
	char now = *c->at++;

	switch (now) {
	case '\\':
		if (c->at < c->end) {
			char next = *c->at++;

			if (next != '\n')
				keep(w, next);
		}
		break;
	case '\'':
		keep_single_quoted(c, w);
		break;
	case '"':
		keep_double_quoted(c, w);
		break;
	case '`':
		keep(w, now);
		keep_nested(c, w, '`', '`');
		break;
	case '$':
		if (c->at < c->end && *c->at == '\'') {
			c->at++;
			keep_ansi_quoted(c, w);
		} else {
			keep_dollar(c, w);
		}
		break;
	default:
		keep(w, now);
	}
}

static enum token read_word(struct cursor *c, struct word *w)
{
	bool bare = true;

	w->length = 0;
	w->bare = 0;
	w->cut = false;
	while (c->at < c->end && !ends_word(*c->at)) {
		bare = bare && !strchr("\\'\"`$", *c->at);
		keep_part(c, w);
		if (bare)
			w->bare = w->length;
	}
	return TOKEN_WORD;
}

static void skip_blanks(struct cursor *c)
{
	while (c->at < c->end) {
		if (*c->at == ' ' || *c->at == '\t')
			c->at++;
		else if (*c->at == '\\' && c->at + 1 < c->end && c->at[1] == '\n')
			c->at += 2;
		else
			return;
	}
}

static void skip_comment(struct cursor *c)
{
	while (c->at < c->end && *c->at != '\n')
		c->at++;
}

/* `first` was read. The same character again makes a list operator of & and |. */
static enum token operator(struct cursor *c, char first)
{
	bool twice = c->at < c->end && *c->at == first;

	switch (first) {
	case '\n':
	case ';':
		return TOKEN_NEXT;
	case '&':
	case '|':
		if (!twice)
			return TOKEN_OTHER;
		c->at++;
		return TOKEN_NEXT;
	case '<':
	case '>':
		while (c->at < c->end && strchr("<>&|", *c->at) && *c->at)
			c->at++;
		return TOKEN_REDIRECTION;
	}
	return TOKEN_OTHER;
}

enum token words_next(struct cursor *c, struct word *w)
{
	skip_blanks(c);
	if (c->at < c->end && *c->at == '#')
		skip_comment(c);
	if (c->at >= c->end)
		return TOKEN_END;
	if (ends_word(*c->at))
		return operator(c, *c->at++);
	return read_word(c, w);
}
