/* SPDX-License-Identifier: Apache-2.0 */
/* Users and their groups from /etc/passwd and /etc/group; no other source is asked. */
#ifndef SHIM_USERS_H
#define SHIM_USERS_H

#include "domain.h"

#define USER_GROUPS_MAX		256
#define USER_NAME_MAX		64
#define USER_HOME_MAX		1024

struct user {
	char name[USER_NAME_MAX];	/* empty: a number without an entry */
	char home[USER_HOME_MAX];
	struct identity identity;
	unsigned int groups[USER_GROUPS_MAX];
};

/* By name or number. A number without an entry is a user with the group of that number. */
bool users_find(const char *name, struct user *to);

#endif
