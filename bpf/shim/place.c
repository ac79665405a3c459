// SPDX-License-Identifier: Apache-2.0
#include "place.h"

#include <string.h>

#include "sys.h"
#include "text.h"

/* Twelve v1 lines stand before the one we need, on hosts with both hierarchies. */
#define CGROUP_FILE_MAX_BYTES	16384

const char *place_cgroup(void)
{
	static char file[CGROUP_FILE_MAX_BYTES];
	size_t have = 0;
	char *line, *end;
	long fd, n;

	fd = sys_open("/proc/self/cgroup", O_RDONLY);
	if (fd < 0)
		return NULL;
	while (have < sizeof(file) - 1) {
		n = sys_read(fd, file + have, sizeof(file) - 1 - have);
		if (n <= 0)
			break;
		have += n;
	}
	sys_close(fd);
	file[have] = '\0';
	for (line = file; line && *line; line = end ? end + 1 : NULL) {
		end = strchr(line, '\n');
		if (strncmp(line, "0::/", 4))
			continue;
		if (end)
			*end = '\0';
		return line + 3;
	}
	return NULL;
}

void place_socket(char **envp, const char *name, const char *suffix, char *to)
{
	const char *dir = env_get(envp, "AGENTCGROUP_RUN_DIR");
	struct text t = { to, PLACE_PATH_MAX, 0, false };

	text_add(&t, dir && dir[0] == '/' ? dir : RUN_DIR_DEFAULT);
	text_add(&t, "/");
	text_add(&t, name);
	text_add(&t, suffix);
	if (t.cut)
		to[0] = '\0';
}

/* A component of a path is a call's, or one of the two neighbours of agent/ that hold no agent. */
static bool is_nested_component(const char *c, size_t n)
{
	return (n > 5 && !memcmp(c, "call-", 5)) ||
	       (n == 10 && !memcmp(c, "background", 10)) ||
	       (n == 8 && !memcmp(c, "services", 8));
}

static bool is_nested(const char *cgroup)
{
	while (*cgroup) {
		const char *slash = strchr(cgroup, '/');
		size_t n = slash ? (size_t)(slash - cgroup) : strlen(cgroup);

		if (is_nested_component(cgroup, n))
			return true;
		cgroup += n + (slash != NULL);
	}
	return false;
}

/* .../<session>/agent: the name of the session. */
static bool session_of_agent(const char *cgroup, char *to)
{
	const char *end = cgroup + strlen(cgroup);
	const char *start;
	size_t n;

	if (end - cgroup < 8 || strcmp(end - 6, "/agent"))
		return false;
	end -= 6;
	for (start = end; start > cgroup && start[-1] != '/'; start--)
		;
	n = end - start;
	if (start == cgroup || !name_valid(start, n, SESSION_NAME_MAX))
		return false;
	memcpy(to, start, n);
	to[n] = '\0';
	return true;
}

/* The session that a socket's path names: <session>.sock */
static void session_of_socket(const char *socket, char *to)
{
	const char *name = base_name(socket);
	size_t n = strlen(name);

	to[0] = '\0';
	if (n > 5 && !strcmp(name + n - 5, ".sock") && name_valid(name, n - 5, SESSION_NAME_MAX)) {
		memcpy(to, name, n - 5);
		to[n - 5] = '\0';
	}
}

static bool take_socket(struct place *to, const char *socket)
{
	if (!socket || socket[0] != '/' || strlen(socket) >= sizeof(to->socket))
		return false;
	strcpy(to->socket, socket);
	return true;
}

/* The kernel says which session; the environment may only say where its socket is. */
static void ask_session_of_cgroup(char **envp, struct place *to)
{
	const char *socket = env_get(envp, "AGENTCGROUP_SOCKET");
	char named[SESSION_NAME_MAX + 1];

	to->where = PLACE_AGENT;
	if (socket) {
		session_of_socket(socket, named);
		if (!strcmp(named, to->session) && take_socket(to, socket))
			return;
	}
	place_socket(envp, to->session, ".sock", to->socket);
}

/*
 * This process is where `run` has put the agent: the environment says which cgroup that is, and the kernel that we are in it.
 * Most questions come from there, and need no path read from /proc.
 */
static bool is_in_agent(char **envp, struct place *to)
{
	const char *agent = env_get(envp, "AGENTCGROUP_AGENT_ID");
	const char *session = env_get(envp, "AGENTCGROUP_SESSION");
	uint64_t named, id = 0;

	if (!agent || !number_parse(agent, 1, UINT64_MAX, &named))
		return false;
	if (!session || !name_valid(session, strlen(session), SESSION_NAME_MAX))
		return false;
	if (sys_cgroup_id(&id) || id != named)
		return false;
	strcpy(to->session, session);
	return true;
}

/* In a cgroup namespace, say, the path tells nothing, and the environment must. */
static void ask_session_of_environment(char **envp, struct place *to)
{
	const char *session = env_get(envp, "AGENTCGROUP_SESSION");

	if (take_socket(to, env_get(envp, "AGENTCGROUP_SOCKET"))) {
		session_of_socket(to->socket, to->session);
	} else if (session && name_valid(session, strlen(session), SESSION_NAME_MAX)) {
		strcpy(to->session, session);
		place_socket(envp, session, ".sock", to->socket);
	} else {
		return;
	}
	to->where = env_get(envp, "AGENTCGROUP_CALL") ? PLACE_NESTED : PLACE_AGENT;
}

void place_of(const char *cgroup, char **envp, struct place *to)
{
	to->where = PLACE_OUTSIDE;
	to->session[0] = '\0';
	to->socket[0] = '\0';
	if (cgroup && is_nested(cgroup + 1))
		to->where = PLACE_NESTED;
	else if (cgroup && session_of_agent(cgroup, to->session))
		ask_session_of_cgroup(envp, to);
	else
		ask_session_of_environment(envp, to);
}

void place_find(char **envp, struct place *to)
{
	if (is_in_agent(envp, to))
		ask_session_of_cgroup(envp, to);
	else
		place_of(place_cgroup(), envp, to);
}
