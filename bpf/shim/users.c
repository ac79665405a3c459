// SPDX-License-Identifier: Apache-2.0
#include "users.h"

#include "sys.h"
#include "text.h"

/* A longer line, a group of thousands, is left out. */
#define LINE_MAX_BYTES	16384
#define ID_MAX		0xfffffffeu

struct lines {
	int fd;
	size_t at;
	size_t length;
	char bytes[LINE_MAX_BYTES];
};

static struct lines lines;

/* The next line without its end, or NULL. It may be changed, and is gone at the next call. */
static char *next_line(struct lines *l)
{
	for (;;) {
		char *start = l->bytes + l->at;
		char *end = memchr(start, '\n', l->length - l->at);
		long n;

		if (end) {
			*end = '\0';
			l->at = end + 1 - l->bytes;
			return start;
		}
		memmove(l->bytes, start, l->length - l->at);
		l->length -= l->at;
		l->at = 0;
		if (l->length == sizeof(l->bytes))
			l->length = 0;
		n = sys_read(l->fd, l->bytes + l->length, sizeof(l->bytes) - l->length);
		if (n <= 0)
			return NULL;
		l->length += n;
	}
}

static bool open_lines(struct lines *l, const char *path)
{
	l->at = 0;
	l->length = 0;
	l->fd = sys_open(path, O_RDONLY);
	return l->fd >= 0;
}

/* Cuts the line at its colons; how many fields there were. */
static int split(char *line, char **fields, int most)
{
	int n = 0;

	while (n < most) {
		fields[n++] = line;
		line = strchr(line, ':');
		if (!line)
			break;
		*line++ = '\0';
	}
	return n;
}

static bool id_parse(const char *text, unsigned int *to)
{
	uint64_t id;

	if (!number_parse(text, 0, ID_MAX, &id))
		return false;
	*to = id;
	return true;
}

static void copy(char *to, const char *from, size_t room)
{
	struct text t = { to, room, 0, false };

	text_add(&t, from);
	if (t.cut)
		to[0] = '\0';
}

static bool find_in_passwd(const char *name, struct user *to)
{
	unsigned int wanted = 0;
	bool by_number = id_parse(name, &wanted);
	bool found = false;
	char *line, *f[6];

	if (!open_lines(&lines, "/etc/passwd"))
		return false;
	while (!found && (line = next_line(&lines))) {
		if (split(line, f, 6) < 6 || !id_parse(f[2], &to->identity.uid) ||
		    !id_parse(f[3], &to->identity.gid))
			continue;
		found = by_number ? to->identity.uid == wanted : !strcmp(f[0], name);
		if (found) {
			f[5][strcspn(f[5], ":")] = '\0';
			copy(to->name, f[0], sizeof(to->name));
			copy(to->home, f[5], sizeof(to->home));
		}
	}
	sys_close(lines.fd);
	return found;
}

static bool is_member(char *members, const char *name)
{
	size_t n = strlen(name);

	while (*members) {
		size_t length = strcspn(members, ",");

		if (length == n && !memcmp(members, name, n))
			return true;
		members += length + (members[length] == ',');
	}
	return false;
}

static void find_groups(struct user *to)
{
	size_t n = 1;
	char *line, *f[4];

	to->groups[0] = to->identity.gid;
	if (to->name[0] && open_lines(&lines, "/etc/group")) {
		while (n < USER_GROUPS_MAX && (line = next_line(&lines)))
			if (split(line, f, 4) == 4 && is_member(f[3], to->name) && id_parse(f[2], &to->groups[n]))
				n++;
		sys_close(lines.fd);
	}
	to->identity.groups = to->groups;
	to->identity.groups_count = n;
}

bool users_find(const char *name, struct user *to)
{
	unsigned int id;

	to->name[0] = '\0';
	to->home[0] = '\0';
	if (!find_in_passwd(name, to)) {
		if (!id_parse(name, &id))
			return false;
		to->identity.uid = id;
		to->identity.gid = id;
		to->name[0] = '\0';
	}
	find_groups(to);
	return true;
}
