// SPDX-License-Identifier: Apache-2.0
#include "text.h"

#include <errno.h>
#include <string.h>

void text_bytes(struct text *t, const char *bytes, size_t n)
{
	size_t room = t->size - 1 - t->length;

	if (n > room) {
		n = room;
		t->cut = true;
	}
	memcpy(t->bytes + t->length, bytes, n);
	t->length += n;
	t->bytes[t->length] = '\0';
}

void text_add(struct text *t, const char *string)
{
	text_bytes(t, string, strlen(string));
}

void text_number(struct text *t, int64_t n)
{
	char digits[24];
	size_t at = sizeof(digits);
	uint64_t u = n < 0 ? -(uint64_t)n : (uint64_t)n;

	do {
		digits[--at] = '0' + u % 10;
		u /= 10;
	} while (u);
	if (n < 0)
		digits[--at] = '-';
	text_bytes(t, digits + at, sizeof(digits) - at);
}

const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

const char *env_get(char **envp, const char *name)
{
	size_t n = strlen(name);

	for (; *envp; envp++)
		if (!strncmp(*envp, name, n) && (*envp)[n] == '=')
			return *envp + n + 1;
	return NULL;
}

bool env_is_on(char **envp, const char *name)
{
	const char *value = env_get(envp, name);

	return value && *value && strcmp(value, "0");
}

bool number_parse(const char *s, uint64_t min, uint64_t max, uint64_t *to)
{
	uint64_t n = 0;

	if (!*s)
		return false;
	for (; *s; s++) {
		if (*s < '0' || *s > '9' || n > (UINT64_MAX - 9) / 10)
			return false;
		n = n * 10 + (*s - '0');
	}
	if (n < min || n > max)
		return false;
	*to = n;
	return true;
}

static bool name_start(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

bool name_valid(const char *s, size_t n, size_t longest)
{
	size_t i;

	if (!n || n > longest || !name_start(s[0]))
		return false;
	for (i = 1; i < n; i++)
		if (!name_start(s[i]) && s[i] != '.' && s[i] != '_' && s[i] != '-')
			return false;
	return true;
}

const char *reason(long error)
{
	static char other_bytes[32];
	struct text other = { other_bytes, sizeof(other_bytes), 0, false };

	switch (-error) {
	case ENOENT:
		return "no such file";
	case ECONNREFUSED:
		return "nobody listens";
	case EACCES:
	case EPERM:
		return "not allowed";
	case EAGAIN:
		return "too busy";
	case ETIMEDOUT:
		return "no answer in time";
	case ECONNRESET:
	case EPIPE:
		return "the connection broke";
	case EPROTO:
		return "an answer that makes no sense";
	case ENOTDIR:
		return "not a directory";
	case ENOMEM:
		return "no memory";
	case EBUSY:
		return "busy";
	case ENODEV:
		return "gone";
	case ENOEXEC:
		return "not a program";
	case ENAMETOOLONG:
		return "the path is too long";
	}
	text_add(&other, "error ");
	text_number(&other, -error);
	return other_bytes;
}
