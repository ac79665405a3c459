// SPDX-License-Identifier: Apache-2.0
/*
 * An empty file marks an outage that was told. Its name holds what changes when
 * the daemon comes back: the socket's inode and change time or, when the socket
 * is gone, those of its directory. Creating it exclusively makes one of many
 * shims at once the one that speaks.
 *
 * The file lies in $XDG_RUNTIME_DIR/agentcgroup or /tmp/agentcgroup-<uid>, if
 * that is a real directory, ours and closed to others. Where no marker can be
 * kept the agent is told every time.
 */
#include "outage.h"

#include <string.h>

#include "say.h"
#include "sys.h"
#include "text.h"

static void directory_name(char **envp, struct text *to)
{
	const char *runtime = env_get(envp, "XDG_RUNTIME_DIR");

	if (runtime && runtime[0] == '/') {
		text_add(to, runtime);
		text_add(to, "/agentcgroup");
	} else {
		text_add(to, "/tmp/agentcgroup-");
		text_number(to, sys_geteuid());
	}
}

/* A descriptor of our private directory, made if need be; or -errno. */
static long open_directory(char **envp)
{
	TEXT(name, PLACE_PATH_MAX);
	struct stat st;
	long fd;

	directory_name(envp, &name);
	if (name.cut)
		return -ENAMETOOLONG;
	sys_mkdirat(AT_FDCWD, name.bytes, 0700);
	fd = sys_open(name.bytes, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
	if (fd < 0)
		return fd;
	if (!sys_fstat(fd, &st) && st.st_uid == sys_geteuid() && !(st.st_mode & 077))
		return fd;
	sys_close(fd);
	return -EPERM;
}

static void marker_name(const struct place *place, struct text *to)
{
	const char *name = base_name(place->socket);
	TEXT(directory, PLACE_PATH_MAX);
	struct stat st;
	bool known = !sys_stat(place->socket, &st);

	if (!known) {
		text_bytes(&directory, place->socket, name - place->socket);
		known = !sys_stat(directory.bytes, &st);
	}
	text_add(to, place->session[0] ? place->session : "session");
	if (!known)
		return;
	text_add(to, "-");
	text_number(to, st.st_ino);
	text_add(to, "-");
	text_number(to, st.st_ctim.tv_sec);
	text_add(to, ".");
	text_number(to, st.st_ctim.tv_nsec);
}

static bool told_before(const struct place *place, char **envp)
{
	TEXT(name, 256);
	long dir, marker;

	dir = open_directory(envp);
	if (dir < 0)
		return false;
	marker_name(place, &name);
	marker = sys_openat(dir, name.bytes, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	sys_close(dir);
	if (marker >= 0)
		sys_close(marker);
	return marker == -EEXIST;
}

void outage_say(const struct place *place, char **envp, const char *why)
{
	TEXT(line, 512);

	if (told_before(place, envp))
		return;
	text_add(&line, "the daemon does not answer (");
	text_add(&line, why);
	text_add(&line, "): commands run without a domain and without limits until it is back");
	say(line.bytes);
}
