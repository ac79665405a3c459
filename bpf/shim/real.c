// SPDX-License-Identifier: Apache-2.0
#include "real.h"

#include <string.h>

#include "argv.h"
#include "sys.h"
#include "text.h"

/* What a shell searches when PATH is not set. */
#define PATH_DEFAULT	"/usr/local/bin:/usr/bin:/bin"

struct self {
	bool known;
	dev_t device;
	ino_t inode;
};

static void find_self(struct self *self)
{
	struct stat st;

	self->known = !sys_stat("/proc/self/exe", &st);
	if (self->known) {
		self->device = st.st_dev;
		self->inode = st.st_ino;
	}
}

/*
 * A link to a file of the shim's name is a shim too, whichever copy of it: two
 * installed versions on one PATH would otherwise start each other for ever.
 */
static bool links_to_shim(const char *path)
{
	char target[REAL_PATH_MAX];
	long n = sys_readlink(path, target, sizeof(target) - 1);

	if (n <= 0)
		return false;
	target[n] = '\0';
	return !strcmp(base_name(target), SHIM_NAME);
}

/* A program that can be run and is not the shim. */
static bool is_real(const char *path, const struct self *self)
{
	struct stat st;

	if (sys_stat(path, &st) || !S_ISREG(st.st_mode) || sys_executable(path))
		return false;
	if (self->known && st.st_dev == self->device && st.st_ino == self->inode)
		return false;
	return strcmp(base_name(path), SHIM_NAME) && !links_to_shim(path);
}

static bool join(const char *dir, size_t n, const char *name, char *to)
{
	struct text t = { to, REAL_PATH_MAX, 0, false };

	text_bytes(&t, dir, n);
	text_add(&t, "/");
	text_add(&t, name);
	return !t.cut;
}

/* Relative entries are left out: a command must not choose the shell by where it stands. */
static bool search(const char *path, const char *name, const struct self *self, char *to)
{
	while (path) {
		const char *colon = strchr(path, ':');
		size_t n = colon ? (size_t)(colon - path) : strlen(path);

		if (path[0] == '/' && join(path, n, name, to) && is_real(to, self))
			return true;
		path = colon ? colon + 1 : NULL;
	}
	return false;
}

bool real_shell(const char *name, char **envp, char *to)
{
	const char *chosen = env_get(envp, "AGENTCGROUP_REAL_SHELL");
	const char *path = env_get(envp, "PATH");
	struct self self;

	find_self(&self);
	if (chosen && chosen[0] == '/' && strlen(chosen) < REAL_PATH_MAX && is_real(chosen, &self)) {
		strcpy(to, chosen);
		return true;
	}
	return search(path, name, &self, to) || search("/bin:/usr/bin", name, &self, to);
}

long real_program(const char *name, char **envp, char *to)
{
	const char *path = env_get(envp, "PATH");
	long error = -ENOENT;

	if (strchr(name, '/')) {
		if (strlen(name) >= REAL_PATH_MAX)
			return -ENAMETOOLONG;
		strcpy(to, name);
		return 0;
	}
	for (path = path ? path : PATH_DEFAULT; *name && path;) {
		const char *colon = strchr(path, ':');
		size_t n = colon ? (size_t)(colon - path) : strlen(path);
		struct stat st;

		/* An empty entry is the current directory. */
		if (join(n ? path : ".", n ? n : 1, name, to) && !sys_stat(to, &st) && S_ISREG(st.st_mode)) {
			if (!sys_executable(to))
				return 0;
			error = -EACCES;
		}
		path = colon ? colon + 1 : NULL;
	}
	return error;
}
