// SPDX-License-Identifier: Apache-2.0
#include "verdict.h"

#include "sys.h"

/*
 * What the daemon knows and these files do not, such as for how long the call was
 * held back in all, takes longer than that to be worth a line; and a longer call
 * does not feel the wait.
 */
#define SHORT_CALL_NS		(100 * 1000 * 1000ll)
/* Seven short lines today; more is no file that we know. */
#define COUNTERS_MAX_BYTES	512

/* A controller that is not there has counted nothing. */
static bool all_zero(int domain, const char *file)
{
	char bytes[COUNTERS_MAX_BYTES];
	long fd = sys_openat(domain, file, O_RDONLY | O_CLOEXEC, 0);
	long n, i;

	if (fd < 0)
		return fd == -ENOENT;
	n = sys_read(fd, bytes, sizeof(bytes));
	sys_close(fd);
	if (n < 0 || n == sizeof(bytes))
		return false;
	for (i = 0; i < n; i++)
		if (bytes[i] >= '1' && bytes[i] <= '9')
			return false;
	return true;
}

bool verdict_due(int domain, int wait_status, int64_t lasted_ns)
{
	if (domain < 0 || !WIFEXITED(wait_status) || lasted_ns > SHORT_CALL_NS)
		return true;
	/* populated: something was left running. */
	return !all_zero(domain, "cgroup.events") || !all_zero(domain, "memory.events") ||
	       !all_zero(domain, "pids.events");
}
