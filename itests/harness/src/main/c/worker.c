// SPDX-License-Identifier: Apache-2.0
/*
 * Work to be measured with something in the kernel and without.
 *
 *	worker [POLICY]		for each line read, does that and says how many ns it took, and how many
 *				of a CPU, with its children:
 *				"touch N": takes 4 MiB, touches each page and gives them back, N times
 *				"spawn N": starts a program that does nothing, and waits for it, N times
 *
 * POLICY is a number for sched_setscheduler(2); where that is refused, the kernel's default stays.
 */
#define _GNU_SOURCE
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MIB (1UL << 20)
#define TOUCHED (4 * MIB)
#define PAGE 4096

static uint64_t clock_ns(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

static uint64_t us_to_ns(struct timeval t)
{
	return ((uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_usec) * 1000;
}

static uint64_t cpu_ns(void)
{
	struct rusage children;

	getrusage(RUSAGE_CHILDREN, &children);
	return clock_ns(CLOCK_PROCESS_CPUTIME_ID) + us_to_ns(children.ru_utime) + us_to_ns(children.ru_stime);
}

static void fail(const char *what)
{
	perror(what);
	exit(1);
}

static void touch(void)
{
	char *memory = mmap(NULL, TOUCHED, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (memory == MAP_FAILED)
		fail("mmap");
	/* Page by page: large ones would be charged at once. */
	madvise(memory, TOUCHED, MADV_NOHUGEPAGE);
	for (size_t i = 0; i < TOUCHED; i += PAGE)
		memory[i] = 1;
	munmap(memory, TOUCHED);
}

static void spawn(const char *self)
{
	int status;
	pid_t child = fork();

	if (child < 0)
		fail("fork");
	if (!child) {
		execl(self, self, "nothing", (char *)NULL);
		_exit(127);
	}
	if (waitpid(child, &status, 0) < 0 || status)
		fail("the program that does nothing");
}

int main(int argc, char **argv)
{
	struct sched_param none = { 0 };
	char line[64], what[16];
	unsigned long times;
	uint64_t began, used;

	if (argc > 1 && !strcmp(argv[1], "nothing"))
		return 0;
	if (argc > 1)
		sched_setscheduler(0, atoi(argv[1]), &none);
	while (fgets(line, sizeof(line), stdin) && sscanf(line, "%15s %lu", what, &times) == 2) {
		began = clock_ns(CLOCK_MONOTONIC);
		used = cpu_ns();
		for (unsigned long i = 0; i < times; i++) {
			if (strcmp(what, "touch"))
				spawn("/proc/self/exe");
			else
				touch();
		}
		printf("%llu %llu\n", (unsigned long long)(clock_ns(CLOCK_MONOTONIC) - began), (unsigned long long)(cpu_ns() - used));
		fflush(stdout);
	}
	return 0;
}
