// SPDX-License-Identifier: Apache-2.0
/*
 * Holds memory, lets time pass and starts calls, as a plan says, and records
 * how long each allocation took.
 *
 *	replayer PLAN RECORD
 *
 * The plan has one step a line, its words separated by tabs:
 *
 *	hold BYTES		have that much memory from now on
 *	wait US			let time pass
 *	set NAME VALUE		in the environment of the calls to come
 *	start N ARG...		start call N; the first argument is looked up in PATH
 *	join N			wait for the end of call N
 *	say WORD		on standard output
 *	await			a line, or the end, of standard input
 *
 * Words may contain \t, \n and \\. Time passes only in "wait", so what takes
 * longer than it should makes everything after it later, as with a real
 * program: a delay is never hidden in a pause.
 *
 * More memory is taken in allocations of at most 1 MiB, each page of which is
 * written to; that is what an allocation's time is. Less memory is given back
 * to the kernel at once.
 *
 * The record, in nanoseconds of CLOCK_MONOTONIC, complete up to the step in
 * which we were killed, if we were:
 *
 *	begin NS			at the start, and once more after each "await"
 *	alloc NS BYTES TOOK_NS		started then, took so long
 *	call N START_NS END_NS STATUS	status as wait(2) gives it, -1: could not be started
 *	end NS				the plan was carried out to its end
 */
#define _GNU_SOURCE
#include <err.h>
#include <fcntl.h>
#include <inttypes.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define NS_PER_S		1000000000LL
#define NS_PER_US		1000LL
/* The kernel charges 64 pages at a time: an allocation has to ask it several times. */
#define ALLOCATION_BYTES	(1UL << 20)
/* A start has the most words; no command of ours has as many. */
#define WORDS_MAX		16

extern char **environ;

enum verb { HOLD, WAIT, SET, START, JOIN, SAY, AWAIT };

static const struct {
	const char *name;
	enum verb verb;
	int words;	/* that must follow, at least */
	bool number;	/* whether the first of them is one */
} VERBS[] = {
	{ "hold", HOLD, 1, true }, { "wait", WAIT, 1, true }, { "set", SET, 2, false }, { "start", START, 2, true },
	{ "join", JOIN, 1, true }, { "say", SAY, 1, false }, { "await", AWAIT, 0, false },
};

struct step {
	enum verb verb;
	int64_t number;
	char *words[WORDS_MAX + 1];	/* what follows the verb */
};

struct plan {
	struct step *steps;
	size_t count;
	size_t largest_bytes;
	int64_t calls;			/* one more than the largest number of a call */
};

struct call {
	pid_t pid;
	int64_t start_ns, end_ns;
	int status;
	bool over;
};

static struct {
	char *region;
	size_t held_bytes;
	size_t page_bytes;
	FILE *record;
	struct call *calls;
	int64_t call_count;
} self;

static int64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * NS_PER_S + t.tv_nsec;
}

static void unescape(char *word)
{
	char *to = word;

	for (const char *from = word; *from; from++) {
		if (*from != '\\') {
			*to++ = *from;
			continue;
		}
		from++;
		*to++ = *from == 't' ? '\t' : *from == 'n' ? '\n' : '\\';
		if (!*from)
			break;
	}
	*to = '\0';
}

static void parse(char *line, size_t line_number, struct step *step)
{
	const char *name = strsep(&line, "\t");
	char *end;
	int words = 0;

	for (size_t i = 0; i < sizeof(VERBS) / sizeof(*VERBS); i++) {
		if (strcmp(VERBS[i].name, name))
			continue;
		step->verb = VERBS[i].verb;
		while (line && words < WORDS_MAX) {
			step->words[words] = strsep(&line, "\t");
			unescape(step->words[words++]);
		}
		step->words[words] = NULL;
		if (line || words < VERBS[i].words)
			errx(2, "line %zu of the plan: '%s' with %d words", line_number, name, words);
		if (VERBS[i].number) {
			step->number = strtoll(step->words[0], &end, 10);
			if (*end || end == step->words[0] || step->number < 0)
				errx(2, "line %zu of the plan: '%s' is no number", line_number, step->words[0]);
		}
		return;
	}
	errx(2, "line %zu of the plan: nobody knows how to '%s'", line_number, name);
}

static struct plan read_plan(const char *path)
{
	struct plan plan = { 0 };
	size_t room = 0;
	char *line = NULL;
	size_t line_room = 0;
	ssize_t length;
	FILE *file = fopen(path, "re");

	if (!file)
		err(2, "%s", path);
	while ((length = getline(&line, &line_room, file)) > 0) {
		struct step *step;

		if (line[length - 1] == '\n')
			line[length - 1] = '\0';
		if (plan.count == room) {
			room = room ? room * 2 : 256;
			plan.steps = reallocarray(plan.steps, room, sizeof(*plan.steps));
			if (!plan.steps)
				err(1, "reallocarray");
		}
		step = &plan.steps[plan.count++];
		parse(line, plan.count, step);
		if (step->verb == HOLD && (size_t)step->number > plan.largest_bytes)
			plan.largest_bytes = step->number;
		if (step->verb == START && step->number >= plan.calls)
			plan.calls = step->number + 1;
		/* The words point into the line: the next one gets its own. */
		line = NULL;
		line_room = 0;
	}
	free(line);
	fclose(file);
	return plan;
}

static size_t whole_pages(size_t bytes)
{
	return (bytes + self.page_bytes - 1) / self.page_bytes * self.page_bytes;
}

static void prepare(const struct plan *plan, const char *record)
{
	size_t bytes;

	self.page_bytes = sysconf(_SC_PAGESIZE);
	bytes = whole_pages(plan->largest_bytes);
	self.record = fopen(record, "ae");
	if (!self.record)
		err(2, "%s", record);
	self.call_count = plan->calls;
	self.calls = calloc(plan->calls + 1, sizeof(*self.calls));
	if (!self.calls)
		err(1, "calloc");
	if (!bytes)
		return;
	/* Address space only. Huge pages would be taken 2 MiB at a time, on some hosts and not on others. */
	self.region = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (self.region == MAP_FAILED)
		err(1, "address space for %zu bytes", bytes);
	madvise(self.region, bytes, MADV_NOHUGEPAGE);
}

static void allocate(size_t bytes)
{
	volatile char *from = self.region + self.held_bytes;
	int64_t start_ns = now_ns();

	for (size_t offset = 0; offset < bytes; offset += self.page_bytes)
		from[offset] = 1;
	fprintf(self.record, "alloc %" PRId64 " %zu %" PRId64 "\n", start_ns, bytes, now_ns() - start_ns);
	self.held_bytes += bytes;
}

static void hold(size_t bytes)
{
	bytes = whole_pages(bytes);
	while (self.held_bytes < bytes) {
		size_t missing = bytes - self.held_bytes;

		allocate(missing < ALLOCATION_BYTES ? missing : ALLOCATION_BYTES);
	}
	if (self.held_bytes > bytes) {
		if (madvise(self.region + bytes, self.held_bytes - bytes, MADV_DONTNEED))
			err(1, "giving memory back");
		self.held_bytes = bytes;
	}
}

static void let_pass(int64_t us)
{
	int64_t due_ns = now_ns() + us * NS_PER_US;
	struct timespec due = { due_ns / NS_PER_S, due_ns % NS_PER_S };

	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &due, NULL))
		;
}

static void start(int64_t number, char **argv)
{
	struct call *call = &self.calls[number];

	call->start_ns = now_ns();
	if (posix_spawnp(&call->pid, argv[0], NULL, NULL, argv, environ)) {
		call->pid = 0;
		call->status = -1;
		call->end_ns = call->start_ns;
		call->over = true;
	}
}

/* Calls that end while another one is waited for end then, not when their turn comes. */
static void reap(struct call *awaited)
{
	while (!awaited->over) {
		int status;
		pid_t pid = wait(&status);

		if (pid < 0)
			err(1, "wait");
		for (int64_t i = 0; i < self.call_count; i++) {
			struct call *call = &self.calls[i];

			if (call->pid == pid && !call->over) {
				call->status = status;
				call->end_ns = now_ns();
				call->over = true;
			}
		}
	}
}

static void join(int64_t number)
{
	struct call *call;

	if (number >= self.call_count || !self.calls[number].start_ns)
		errx(2, "call %" PRId64 " was never started", number);
	call = &self.calls[number];
	reap(call);
	fprintf(self.record, "call %" PRId64 " %" PRId64 " %" PRId64 " %d\n", number, call->start_ns, call->end_ns,
		call->status);
}

static void await_line(void)
{
	char c;

	while (read(STDIN_FILENO, &c, 1) == 1 && c != '\n')
		;
}

static void do_step(struct step *step)
{
	switch (step->verb) {
	case HOLD:
		hold(step->number);
		break;
	case WAIT:
		let_pass(step->number);
		break;
	case SET:
		if (setenv(step->words[0], step->words[1], true))
			err(1, "setenv");
		break;
	case START:
		start(step->number, step->words + 1);
		break;
	case JOIN:
		join(step->number);
		break;
	case SAY:
		puts(step->words[0]);
		fflush(stdout);
		break;
	case AWAIT:
		await_line();
		fprintf(self.record, "begin %" PRId64 "\n", now_ns());
		break;
	}
	/* What is written is kept, whoever kills us in the next step. */
	if (fflush(self.record))
		err(1, "the record");
}

int main(int argc, char **argv)
{
	struct plan plan;

	if (argc != 3)
		errx(2, "usage: replayer PLAN RECORD");
	plan = read_plan(argv[1]);
	prepare(&plan, argv[2]);
	fprintf(self.record, "begin %" PRId64 "\n", now_ns());
	for (size_t i = 0; i < plan.count; i++)
		do_step(&plan.steps[i]);
	fprintf(self.record, "end %" PRId64 "\n", now_ns());
	return fclose(self.record) ? 1 : 0;
}
