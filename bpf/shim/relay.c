// SPDX-License-Identifier: Apache-2.0
#include "relay.h"

#include "call.h"
#include "sys.h"

/* However much the daemon talks, signals and the command's end are looked at in between. */
#define FEEDBACK_A_TURN	16

struct relay {
	int pid;
	int self;
	bool leads_session;
	bool continued;		/* the command was, and no SIGCONT of ours accounts for it yet */
	bool ended;
	int wait_status;
	int signals;		/* signalfd */
	struct link *link;
};

/*
 * What the terminal sends goes to the whole process group, so the command has it
 * already. Only the hang-up of a terminal, and the SIGCONT with it, go to the
 * session's leader alone.
 */
static bool command_has_it(const struct relay *r, const struct signalfd_siginfo *s)
{
	if (s->ssi_code != SI_KERNEL)
		return false;
	switch (s->ssi_signo) {
	case SIGINT:
	case SIGQUIT:
	case SIGTSTP:
	case SIGTTIN:
	case SIGTTOU:
	case SIGWINCH:
		return true;
	case SIGHUP:
	case SIGCONT:
		return !r->leads_session;
	}
	return false;
}

/* Signals with a value keep it; nothing else of a siginfo may be set for another process. */
static void send_on(const struct relay *r, const struct signalfd_siginfo *s)
{
	siginfo_t info = { .si_signo = s->ssi_signo, .si_code = SI_QUEUE };

	if (s->ssi_code != SI_QUEUE) {
		sys_kill(r->pid, s->ssi_signo);
		return;
	}
	info.si_pid = s->ssi_pid;
	info.si_uid = s->ssi_uid;
	info.si_value.sival_ptr = (void *)(uintptr_t)s->ssi_ptr;
	sys_sigqueue(r->pid, s->ssi_signo, &info);
}

/* The parent must see us stop as it would see the command stop. Returns when continued. */
static void stop_like(struct relay *r, int sig)
{
	const struct sys_sigaction stop = { .handler = SYS_SIG_DFL };
	const sys_sigset only = SYS_SIGBIT(sig);
	struct sys_sigaction before;
	sys_sigset mask;

	r->continued = false;
	if (sig == SIGSTOP) {
		sys_kill(r->self, SIGSTOP);
		return;
	}
	sys_sigaction(sig, &stop, &before);
	sys_kill(r->self, sig);
	sys_sigprocmask(SIG_UNBLOCK, &only, &mask);
	sys_sigprocmask(SIG_SETMASK, &mask, NULL);
	sys_sigaction(sig, &before, NULL);
}

static void look_at_command(struct relay *r)
{
	int status;

	while (!r->ended && sys_wait(r->pid, &status, WNOHANG | WUNTRACED | WCONTINUED) == r->pid) {
		if (WIFSTOPPED(status)) {
			stop_like(r, WSTOPSIG(status));
		} else if (WIFCONTINUED(status)) {
			r->continued = true;
		} else {
			r->ended = true;
			r->wait_status = status;
		}
	}
}

static void take_signal(struct relay *r, const struct signalfd_siginfo *s)
{
	if (s->ssi_signo == SIGCHLD) {
		/* Somebody may also send one, and means the command then. */
		if (s->ssi_code <= 0)
			send_on(r, s);
		return;
	}
	if (command_has_it(r, s))
		return;
	if (s->ssi_signo == SIGPIPE && s->ssi_code == SI_USER && (int)s->ssi_pid == r->self)
		return;		/* from our own writing */
	if (s->ssi_signo == SIGCONT) {
		/* Continued as a group: the command has had its own. */
		look_at_command(r);
		if (r->ended)
			return;
		if (r->continued) {
			r->continued = false;
			return;
		}
	}
	send_on(r, s);
}

static void take_signals(struct relay *r)
{
	struct signalfd_siginfo s;

	/* First the command: a signal that comes with its end has nobody left to go to. */
	look_at_command(r);
	while (!r->ended && sys_read(r->signals, &s, sizeof(s)) == sizeof(s)) {
		take_signal(r, &s);
		look_at_command(r);
	}
}

/* True when there may be more to hear at once. */
static bool hear_daemon(struct relay *r)
{
	struct wire_message m;
	long n = 0;
	int i;

	for (i = 0; i < FEEDBACK_A_TURN; i++) {
		n = link_take(r->link, &m);
		if (n <= 0 || (m.type != ACG_MSG_FEEDBACK && m.type != ACG_MSG_WAIT))
			break;
		/* A word about waiting that the grant has overtaken says nothing any more. */
		if (m.type == ACG_MSG_FEEDBACK)
			call_feedback(&m);
	}
	if (i == FEEDBACK_A_TURN)
		return true;
	/* Lost or talking nonsense: the command goes on, and its end is reported on a new connection. */
	if (n)
		link_close(r->link);
	return false;
}

/* Everything but these, of which -1 is none. */
static void close_all_but(int a, int b, int c)
{
	int keep[] = { a, b, c };
	unsigned int from = 0;
	size_t i, j;

	for (i = 0; i < 3; i++)
		for (j = i + 1; j < 3; j++)
			if (keep[j] < keep[i]) {
				int lower = keep[j];

				keep[j] = keep[i];
				keep[i] = lower;
			}
	for (i = 0; i < 3; i++) {
		if (keep[i] < 0)
			continue;
		if ((unsigned int)keep[i] > from)
			sys_close_range(from, keep[i] - 1);
		from = keep[i] + 1;
	}
	sys_close_range(from, ~0u);
}

/* No descriptor is left for signals: they stay pending, the command's end is all that counts. */
static int wait_blindly(int pid)
{
	int status;

	while (sys_wait(pid, &status, 0) == -EINTR)
		;
	return status;
}

int relay_until_exit(int pid, struct link *l, int keep)
{
	const sys_sigset all = SYS_SIGSET_ALL;
	struct relay r = {
		.pid = pid,
		.self = sys_getpid(),
		.leads_session = sys_getsid() == sys_getpid(),
		.link = l,
	};

	bool more = false;

	close_all_but(STDERR_FD, l->fd, keep);
	r.signals = sys_signalfd(&all);
	if (r.signals < 0)
		return wait_blindly(pid);
	take_signals(&r);
	while (!r.ended) {
		struct pollfd p[2] = {
			{ .fd = r.signals, .events = POLLIN },
			{ .fd = l->fd, .events = POLLIN },
		};

		sys_poll(p, 2, more ? 0 : -1);
		if (more || p[1].revents)
			more = hear_daemon(&r);
		if (p[0].revents)
			take_signals(&r);
	}
	return r.wait_status;
}

void relay_end_like(int wait_status)
{
	const struct sys_sigaction die = { .handler = SYS_SIG_DFL };
	sys_sigset only;
	int sig;

	if (!WIFSIGNALED(wait_status))
		sys_exit(WEXITSTATUS(wait_status));
	sig = WTERMSIG(wait_status);
	only = SYS_SIGBIT(sig);
	/* The command's core, if any, is written; ours would be of no use. */
	sys_no_core();
	sys_sigaction(sig, &die, NULL);
	sys_kill(sys_getpid(), sig);
	sys_sigprocmask(SIG_UNBLOCK, &only, NULL);
	/* The first process of a pid namespace does not die of it. */
	sys_exit(128 + sig);
}
