// SPDX-License-Identifier: Apache-2.0
/*
 * Starts programs and says how long each took and how it ended.
 *
 * This is the agent of the benchmarks: what measures must weigh less than what
 * is measured, so it allocates nothing and does no work between the two clock
 * readings of a call but posix_spawn(3) and wait.
 *
 * Standard input: one call a line, its arguments separated by tabs, read to the
 * end before the first is started. The first argument is looked up in PATH, as
 * agents look up their shell. A line "@path" is a barrier: the calls after it
 * wait until there is a file of that name. Standard output: one line a call, as soon as it
 * is over: index (from 0), start and end in nanoseconds of CLOCK_MONOTONIC,
 * and the status as wait(2) gives it; status -1 and end 0 when it could not
 * be started.
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define NS_PER_S	1000000000LL
#define NS_PER_US	1000LL
/* More arguments than any call here has. */
#define ARGS_MAX	32
#define NO_CALL		((size_t)-1)
/* How often a barrier is looked at; nothing is measured meanwhile. */
#define BARRIER_NS	(5 * 1000000LL)

extern char **environ;

struct call {
	char *argv[ARGS_MAX];
	const char *barrier;	/* not before this file is there; NULL: at any time */
	pid_t pid;
	int64_t start_ns;
};

struct plan {
	struct call *calls;
	size_t count;
	size_t parallel;	/* at most that many at once */
	int64_t every_ns;	/* start one at this pace; 0: as soon as there is room */
	int64_t gap_ns;		/* idle time between the end of one and the start of the next */
};

static int64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * NS_PER_S + t.tv_nsec;
}

static bool split(char *line, char **argv)
{
	size_t n = 0;

	for (char *arg = strtok(line, "\t"); arg; arg = strtok(NULL, "\t")) {
		if (n == ARGS_MAX - 1)
			errx(2, "a call has more than %d arguments", ARGS_MAX - 1);
		argv[n++] = arg;
	}
	argv[n] = NULL;
	return n > 0;
}

static void read_calls(struct plan *plan)
{
	const char *barrier = NULL;
	size_t room = 0;
	char *line = NULL;
	size_t line_room = 0;
	ssize_t length;

	while ((length = getline(&line, &line_room, stdin)) > 0) {
		if (line[length - 1] == '\n')
			line[length - 1] = '\0';
		if (line[0] == '@') {
			barrier = line + 1;
			line = NULL;
			line_room = 0;
			continue;
		}
		if (plan->count == room) {
			room = room ? room * 2 : 64;
			plan->calls = realloc(plan->calls, room * sizeof(*plan->calls));
			if (!plan->calls)
				err(1, "realloc");
		}
		plan->calls[plan->count].barrier = barrier;
		if (split(line, plan->calls[plan->count].argv)) {
			plan->count++;
			barrier = NULL;
		}
		/* The arguments point into the line: the next one gets its own. */
		line = NULL;
		line_room = 0;
	}
	free(line);
}

static void report(size_t index, int64_t start_ns, int64_t end_ns, int status)
{
	printf("%zu %lld %lld %d\n", index, (long long)start_ns, (long long)end_ns, status);
	fflush(stdout);
}

/* Every call starts with an empty stdin and no blocked signal, whatever ours are. */
static void prepare(posix_spawn_file_actions_t *actions, posix_spawnattr_t *attributes)
{
	sigset_t none;

	sigemptyset(&none);
	if (posix_spawn_file_actions_init(actions) ||
	    posix_spawn_file_actions_addopen(actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0) ||
	    /* Standard output is the report; a call's output goes nowhere. */
	    posix_spawn_file_actions_addopen(actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0) ||
	    posix_spawnattr_init(attributes) ||
	    posix_spawnattr_setsigmask(attributes, &none) ||
	    posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETSIGMASK))
		errx(1, "posix_spawn cannot be set up");
}

static size_t find(const struct plan *plan, pid_t pid, size_t started)
{
	for (size_t i = started; i-- > 0;) {
		if (plan->calls[i].pid == pid)
			return i;
	}
	return NO_CALL;
}

/* Reaps what is over; with flags 0 waits for the first. Returns how many. */
static size_t reap(struct plan *plan, size_t started, int flags)
{
	size_t reaped = 0;
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, flags)) > 0) {
		int64_t end_ns = now_ns();
		size_t i = find(plan, pid, started);

		if (i != NO_CALL) {
			plan->calls[i].pid = 0;
			report(i, plan->calls[i].start_ns, end_ns, status);
			reaped++;
		}
		flags = WNOHANG;
	}
	return reaped;
}

static void wait_until(int64_t due_ns, const sigset_t *child)
{
	int64_t left_ns = due_ns - now_ns();

	if (left_ns > 0) {
		struct timespec t = { left_ns / NS_PER_S, left_ns % NS_PER_S };

		if (sigtimedwait(child, NULL, &t) < 0 && errno != EAGAIN && errno != EINTR)
			err(1, "sigtimedwait");
	}
}

/* Whether the next call must still wait; when it need not any more, the pace begins anew. */
static bool barred(struct call *call, size_t started, int64_t every_ns, int64_t *begin_ns)
{
	if (!call->barrier)
		return false;
	if (access(call->barrier, F_OK))
		return true;
	call->barrier = NULL;
	*begin_ns = now_ns() - (int64_t)started * every_ns;
	return false;
}

static void run(struct plan *plan, const sigset_t *child)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	size_t started = 0, running = 0;
	int64_t begin_ns = now_ns(), last_end_ns = begin_ns;

	prepare(&actions, &attributes);
	while (started < plan->count || running > 0) {
		bool bar = started < plan->count &&
			   barred(&plan->calls[started], started, plan->every_ns, &begin_ns);
		int64_t due_ns = bar ? now_ns() + BARRIER_NS
				 : plan->every_ns ? begin_ns + (int64_t)started * plan->every_ns
						  : last_end_ns + plan->gap_ns;
		size_t reaped;

		if (started < plan->count && running < plan->parallel && now_ns() >= due_ns) {
			struct call *call = &plan->calls[started];

			call->start_ns = now_ns();
			if (posix_spawnp(&call->pid, call->argv[0], &actions, &attributes, call->argv, environ)) {
				call->pid = 0;
				report(started, call->start_ns, 0, -1);
			} else {
				running++;
			}
			started++;
			continue;
		}
		if (started == plan->count || running == plan->parallel) {
			reaped = reap(plan, started, 0);
		} else {
			wait_until(due_ns, child);
			reaped = reap(plan, started, WNOHANG);
		}
		if (reaped) {
			running -= reaped;
			last_end_ns = now_ns();
		}
	}
}

static long number(const char *text)
{
	char *end;
	long value = strtol(text, &end, 10);

	if (*end || value < 0)
		errx(2, "'%s' is not a number", text);
	return value;
}

int main(int argc, char **argv)
{
	struct plan plan = { .parallel = 1 };
	sigset_t child;
	int option;

	while ((option = getopt(argc, argv, "p:e:g:")) != -1) {
		switch (option) {
		case 'p':
			plan.parallel = number(optarg);
			break;
		case 'e':
			plan.every_ns = number(optarg) * NS_PER_US;
			break;
		case 'g':
			plan.gap_ns = number(optarg) * NS_PER_US;
			break;
		default:
			errx(2, "usage: spawner [-p parallel] [-e start-one-every-us] [-g gap-us]  (calls on stdin)");
		}
	}
	/* Blocked, so that sigtimedwait() is told of an ended call and no handler runs. */
	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	sigprocmask(SIG_BLOCK, &child, NULL);
	read_calls(&plan);
	if (plan.parallel == 0)
		errx(2, "at least one call at a time");
	run(&plan, &child);
	return 0;
}
