// SPDX-License-Identifier: Apache-2.0
/*
 * What a test script cannot say in shell. Each command starts PROGRAM and tells
 * what became of it the way its parent sees it: "exit 3", "signal 15", "stopped 20".
 *
 *	kit in FILE PROGRAM...			write "0" to FILE (a cgroup.procs), then become PROGRAM with all
 *						signals as they are by default
 *	kit status PROGRAM...			wait for it
 *	kit signal [-g] SIG[,SIG..] PROGRAM...	once it says "ready", send the signals; -g: to its process group
 *	kit queue SIG VALUE PROGRAM...		the same with a value
 *	kit receive SIG				say "ready", wait for the signal, tell its value
 *	kit stop SIG PROGRAM...			once "ready": send SIG, tell the stop, continue it
 *	kit with [-i SIG] [-b SIG] PROGRAM...	become PROGRAM with a signal ignored or blocked
 *	kit alarm MS PROGRAM...			become PROGRAM with a real-time timer running
 *	kit orphan SIG PROGRAM...		its parent, after whom it dies of SIG, ends once it is "ready"
 *	kit sockets PROGRAM...			with sockets as stdin, stdout and stderr
 *	kit pty [STEP..] -- PROGRAM...		on a terminal of its own; the steps, each after the one before:
 *		-e TEXT	wait for it in the output;  -s TEXT send it (\r \3 \4 \32 understood)
 *		-w	resize the window;  -h hang up
 *	kit bench N PROGRAM...			N interleaved runs of `PROGRAM -c true`: microseconds
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

/* Longer than any healthy step takes on a loaded machine. */
#define PATIENCE_MS 20000

static void fail(const char *what)
{
	fprintf(stderr, "kit: %s: %s\n", what, strerror(errno));
	exit(99);
}

static void run(char **argv)
{
	execvp(argv[0], argv);
	fail(argv[0]);
}

static void tell(int status)
{
	if (WIFEXITED(status))
		printf("exit %d\n", WEXITSTATUS(status));
	else if (WIFSIGNALED(status))
		printf("signal %d\n", WTERMSIG(status));
	else if (WIFSTOPPED(status))
		printf("stopped %d\n", WSTOPSIG(status));
	else if (WIFCONTINUED(status))
		printf("continued\n");
	fflush(stdout);
}

static int await(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			fail("wait");
	return status;
}

static void copy(const char *bytes, size_t n)
{
	fwrite(bytes, 1, n, stdout);
	fflush(stdout);
}

/* Copies until `text` was seen or the end came; whether it was seen. */
static bool copy_until(int from, const char *text)
{
	static char seen[1 << 20];
	static size_t n;

	for (;;) {
		struct pollfd p = { .fd = from, .events = POLLIN };
		char *at;
		ssize_t got;

		if (text && (at = memmem(seen, n, text, strlen(text)))) {
			size_t used = at + strlen(text) - seen;

			memmove(seen, seen + used, n - used);
			n -= used;
			return true;
		}
		if (poll(&p, 1, PATIENCE_MS) <= 0) {
			printf("kit: waited too long for '%s'\n", text ? text : "the end");
			exit(98);
		}
		if (n == sizeof(seen))
			n = 0;
		got = read(from, seen + n, sizeof(seen) - n);
		if (got <= 0)
			return false;
		copy(seen + n, got);
		n += got;
	}
}

/* PROGRAM with its stdout into our pipe. */
static pid_t start(char **argv, bool group, int *out)
{
	int p[2];
	pid_t pid;

	if (pipe2(p, O_CLOEXEC))
		fail("pipe");
	pid = fork();
	if (!pid) {
		if (group)
			setpgid(0, 0);
		dup2(p[1], 1);
		run(argv);
	}
	close(p[1]);
	*out = p[0];
	return pid;
}

static int do_status(char **argv)
{
	pid_t pid = fork();

	if (!pid)
		run(argv);
	tell(await(pid));
	return 0;
}

static int do_signal(char **argv)
{
	bool group = !strcmp(argv[0], "-g");
	char *list, *one;
	int out;
	pid_t pid;

	argv += group;
	list = argv[0];
	pid = start(argv + 1, group, &out);
	copy_until(out, "ready\n");
	for (one = strtok(list, ","); one; one = strtok(NULL, ","))
		kill(group ? -pid : pid, atoi(one));
	copy_until(out, NULL);
	tell(await(pid));
	return 0;
}

static int do_queue(char **argv)
{
	union sigval v = { .sival_int = atoi(argv[1]) };
	int out;
	pid_t pid = start(argv + 2, false, &out);

	copy_until(out, "ready\n");
	sigqueue(pid, atoi(argv[0]), v);
	copy_until(out, NULL);
	tell(await(pid));
	return 0;
}

static int do_receive(char **argv)
{
	siginfo_t info;
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, atoi(argv[0]));
	sigprocmask(SIG_BLOCK, &set, NULL);
	puts("ready");
	fflush(stdout);
	sigwaitinfo(&set, &info);
	printf("got %d code %d value %d\n", info.si_signo, info.si_code, info.si_value.sival_int);
	return 0;
}

static int do_stop(char **argv)
{
	int out, status;
	pid_t pid = start(argv + 1, true, &out);

	copy_until(out, "ready\n");
	kill(pid, atoi(argv[0]));
	waitpid(pid, &status, WUNTRACED);
	tell(status);
	if (WIFSTOPPED(status)) {
		kill(pid, SIGCONT);
		waitpid(pid, &status, WCONTINUED);
		tell(status);
		copy_until(out, NULL);
		if (WIFCONTINUED(status))
			tell(await(pid));
	}
	return 0;
}

static int do_with(char **argv)
{
	sigset_t set;

	sigemptyset(&set);
	for (; argv[0][0] == '-'; argv += 2) {
		if (argv[0][1] == 'i')
			signal(atoi(argv[1]), SIG_IGN);
		else
			sigaddset(&set, atoi(argv[1]));
	}
	sigprocmask(SIG_BLOCK, &set, NULL);
	run(argv);
	return 99;
}

static int do_alarm(char **argv)
{
	struct itimerval t = { .it_value = { .tv_usec = atol(argv[0]) * 1000 } };

	setitimer(ITIMER_REAL, &t, NULL);
	run(argv + 1);
	return 99;
}

static int do_orphan(char **argv)
{
	int out[2], go[2];
	pid_t middle;
	char c;

	if (pipe2(out, O_CLOEXEC) || pipe2(go, O_CLOEXEC))
		fail("pipe");
	/* We become its parent then, and see how it ends. */
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	middle = fork();
	if (!middle) {
		pid_t pid = fork();

		if (!pid) {
			prctl(PR_SET_PDEATHSIG, atoi(argv[0]));
			dup2(out[1], 1);
			run(argv + 1);
		}
		if (read(go[0], &c, 1) < 0)
			fail("read");
		_exit(0);
	}
	close(out[1]);
	copy_until(out[0], "ready\n");
	if (write(go[1], "x", 1) != 1)
		fail("write");
	await(middle);
	copy_until(out[0], NULL);
	tell(await(-1));
	return 0;
}

static int do_sockets(char **argv)
{
	int in[2], out[2], err[2];
	char text[65536];
	ssize_t n;
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, in) ||
	    socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, out) ||
	    socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, err))
		fail("sockets");
	pid = fork();
	if (!pid) {
		dup2(in[1], 0);
		dup2(out[1], 1);
		dup2(err[1], 2);
		run(argv);
	}
	close(in[1]);
	close(out[1]);
	close(err[1]);
	if (write(in[0], "input\n", 6) != 6)
		fail("write");
	shutdown(in[0], SHUT_WR);
	copy_until(out[0], NULL);
	tell(await(pid));
	while ((n = read(err[0], text, sizeof(text))) > 0)
		fwrite(text, 1, n, stderr);
	return 0;
}

/* \r, \n, \\ and octal; in place. */
static size_t unescape(char *s)
{
	char *to = s, *from = s;

	while (*from) {
		if (*from != '\\') {
			*to++ = *from++;
		} else if (from[1] == 'r' || from[1] == 'n') {
			*to++ = from[1] == 'r' ? '\r' : '\n';
			from += 2;
		} else if (from[1] >= '0' && from[1] <= '7') {
			*to++ = (char)strtol(from + 1, &from, 8);
		} else {
			*to++ = from[1];
			from += 2;
		}
	}
	return to - s;
}

static void drop_control_echo(struct termios *t)
{
	/* ^C in the output would depend on who reads first. */
	t->c_lflag &= ~(ECHOCTL | ECHO);
}

static int do_pty(char **argv)
{
	struct winsize size = { .ws_row = 24, .ws_col = 80 };
	char **steps = argv;
	int master;
	pid_t pid;

	while (strcmp(*argv, "--"))
		argv++;
	pid = forkpty(&master, NULL, NULL, &size);
	if (!pid) {
		struct termios t;

		tcgetattr(0, &t);
		drop_control_echo(&t);
		tcsetattr(0, TCSANOW, &t);
		run(argv + 1);
	}
	fcntl(master, F_SETFD, FD_CLOEXEC);
	for (; strcmp(*steps, "--"); steps++) {
		switch (steps[0][1]) {
		case 'e':
			if (!copy_until(master, *++steps)) {
				printf("kit: ended before '%s'\n", *steps);
				exit(98);
			}
			break;
		case 's': {
			size_t n = unescape(*++steps);

			if (write(master, *steps, n) != (ssize_t)n)
				fail("write");
			break;
		}
		case 'w':
			size.ws_row++;
			ioctl(master, TIOCSWINSZ, &size);
			break;
		case 'h':
			close(master);
			tell(await(pid));
			return 0;
		}
	}
	copy_until(master, NULL);
	tell(await(pid));
	return 0;
}

static double now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1e6 + t.tv_nsec / 1e3;
}

static int ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double one_run(char *program)
{
	extern char **environ;
	char *argv[] = { program, "-c", "true", NULL };
	double from = now_us();
	pid_t pid;

	if (posix_spawn(&pid, program, NULL, NULL, argv, environ))
		fail(program);
	await(pid);
	return now_us() - from;
}

static int do_bench(char **argv)
{
	int n = atoi(argv[0]), arms = 0, i, j;
	double *us;

	argv++;
	while (argv[arms])
		arms++;
	us = calloc((size_t)n * arms, sizeof(*us));
	for (i = 0; i < n; i++)
		for (j = 0; j < arms; j++)
			us[j * n + i] = one_run(argv[j]);
	for (j = 0; j < arms; j++) {
		double *a = us + j * n;

		qsort(a, n, sizeof(*a), ascending);
		printf("%.0f %.0f %.0f %.0f %s\n", a[n / 10], a[n / 2], a[n * 95 / 100], a[n * 99 / 100], argv[j]);
	}
	free(us);
	return 0;
}

/* A test run in the background starts with SIGINT and SIGQUIT ignored, say. */
static void default_signals(void)
{
	sigset_t none;
	int sig;

	sigemptyset(&none);
	for (sig = 1; sig < NSIG; sig++)
		signal(sig, SIG_DFL);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

static int do_in(char **argv)
{
	int fd = open(argv[0], O_WRONLY | O_CLOEXEC);

	if (fd < 0 || write(fd, "0", 1) != 1)
		fail(argv[0]);
	close(fd);
	default_signals();
	run(argv + 1);
	return 99;
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		int (*run)(char **argv);
		int least;
	} commands[] = {
		{ "in", do_in, 2 }, { "status", do_status, 1 }, { "signal", do_signal, 2 },
		{ "queue", do_queue, 3 }, { "receive", do_receive, 1 }, { "stop", do_stop, 2 },
		{ "with", do_with, 1 }, { "alarm", do_alarm, 2 }, { "orphan", do_orphan, 2 },
		{ "sockets", do_sockets, 1 }, { "pty", do_pty, 2 }, { "bench", do_bench, 2 },
	};
	size_t i;

	for (i = 0; argc > 1 && i < sizeof(commands) / sizeof(*commands); i++)
		if (!strcmp(argv[1], commands[i].name) && argc - 2 >= commands[i].least)
			return commands[i].run(argv + 2);
	fprintf(stderr, "kit: no such command\n");
	return 2;
}
