/* SPDX-License-Identifier: Apache-2.0 */
/* Where this process stands in the tree of sessions, and which socket to ask. */
#ifndef SHIM_PLACE_H
#define SHIM_PLACE_H

#define SESSION_NAME_MAX	64
#define CALL_ID_MAX		59	/* so that call-<id> is still a name */
#define PLACE_PATH_MAX		4096
#define RUN_DIR_DEFAULT		"/run/agentcgroup"

enum where {
	PLACE_OUTSIDE,		/* no session: run the command as it is */
	PLACE_NESTED,		/* inside a call already, or in background/ or services/ */
	PLACE_AGENT,		/* a new call of the session behind `socket` */
};

struct place {
	enum where where;
	char session[SESSION_NAME_MAX + 1];	/* as far as known; else empty */
	char socket[PLACE_PATH_MAX];
};

void place_find(char **envp, struct place *to);
/* As above for the cgroup path given, which may be NULL when it could not be read. */
void place_of(const char *cgroup, char **envp, struct place *to);
/* This process's cgroup v2 path, in a static buffer; NULL when there is none. */
const char *place_cgroup(void);
/* <run dir>/<name><suffix> */
void place_socket(char **envp, const char *name, const char *suffix, char *to);

#endif
