// SPDX-License-Identifier: Apache-2.0
/*
 * The two sides of a race for memory, for measuring how fast one is stopped for the other.
 *
 *	reactor spin FILE	takes and gives back memory without end; its last breath, CLOCK_MONOTONIC
 *				in ns, is the first word of FILE
 *	reactor breach MIB	holds MIB; for each line read takes 2 MiB more at once, says "taken",
 *				and gives them back at the next line, saying "given"
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#define MIB (1UL << 20)
#define PAGE 4096
#define BURST (2 * MIB)
/* Where the kernel has our scheduler, it runs these; elsewhere this changes nothing. */
#define SCHED_EXT 7

static uint64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

/* Page by page: large ones would be charged at once. */
static char *take(size_t bytes, int flags)
{
	char *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | flags, -1, 0);

	if (memory == MAP_FAILED) {
		perror("mmap");
		exit(1);
	}
	return memory;
}

static int spin(const char *path)
{
	int fd = open(path, O_RDWR);
	volatile uint64_t *breath = fd < 0 ? MAP_FAILED : mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	if (breath == MAP_FAILED) {
		perror(path);
		return 1;
	}
	for (;;) {
		char *memory = take(BURST, 0);

		for (size_t i = 0; i < BURST; i += PAGE) {
			memory[i] = 1;
			*breath = now_ns();
		}
		munmap(memory, BURST);
	}
}

static int breach(size_t bytes)
{
	char line[16], *more;

	memset(take(bytes, 0), 1, bytes);
	puts("ready");
	fflush(stdout);
	while (fgets(line, sizeof(line), stdin)) {
		more = take(BURST, MAP_POPULATE);
		puts("taken");
		fflush(stdout);
		if (!fgets(line, sizeof(line), stdin))
			break;
		munmap(more, BURST);
		puts("given");
		fflush(stdout);
	}
	return 0;
}

int main(int argc, char **argv)
{
	struct sched_param none = { 0 };

	if (argc != 3) {
		fputs("usage: reactor spin FILE | reactor breach MIB\n", stderr);
		return 2;
	}
	sched_setscheduler(0, SCHED_EXT, &none);
	return strcmp(argv[1], "spin") == 0 ? spin(argv[2]) : breach(strtoul(argv[2], NULL, 10) * MIB);
}
