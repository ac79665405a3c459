/* SPDX-License-Identifier: Apache-2.0 */
/* Shell text cut into words and operators, quotes removed. Nothing is expanded. */
#ifndef SHIM_WORDS_H
#define SHIM_WORDS_H

#include <stdbool.h>
#include <stddef.h>

enum token {
	TOKEN_END,
	TOKEN_WORD,
	TOKEN_NEXT,		/* ; && || or a newline: another simple command follows */
	TOKEN_REDIRECTION,	/* its target is the next word */
	TOKEN_OTHER,		/* | & ( ): no longer a plain list */
};

struct cursor {
	const char *at;
	const char *end;
};

struct word {
	char *bytes;
	size_t size;		/* room; no terminator is written */
	size_t length;		/* what is stored */
	size_t bare;		/* how many of the first bytes stood outside quotes */
	bool cut;		/* the word is longer than the room */
};

enum token words_next(struct cursor *c, struct word *w);

#endif
