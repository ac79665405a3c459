/* SPDX-License-Identifier: Apache-2.0 */
/* Text built piece by piece in a fixed space; what does not fit is cut and remembered. */
#ifndef SHIM_TEXT_H
#define SHIM_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct text {
	char *bytes;
	size_t size;		/* room, with the terminator */
	size_t length;
	bool cut;
};

#define TEXT(name, room) \
	char name##_bytes[room]; \
	struct text name = { name##_bytes, room, 0, false }; \
	name##_bytes[0] = '\0'

void text_bytes(struct text *t, const char *bytes, size_t n);
void text_add(struct text *t, const char *string);
void text_number(struct text *t, int64_t n);

const char *base_name(const char *path);
const char *env_get(char **envp, const char *name);
/* The variable is there and neither empty nor "0". */
bool env_is_on(char **envp, const char *name);
/* Digits only, min..max; false leaves *to alone. */
bool number_parse(const char *s, uint64_t min, uint64_t max, uint64_t *to);
/* [a-z0-9][a-z0-9._-]* of at most `longest` bytes: the grammar of session names and call ids. */
bool name_valid(const char *s, size_t n, size_t longest);
/* The reason behind a negative errno, in words or as a number. */
const char *reason(long error);

#endif
