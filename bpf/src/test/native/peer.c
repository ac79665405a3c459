// SPDX-License-Identifier: Apache-2.0
/*
 * A daemon for tests of the shim: speaks the protocol, makes real domains, and
 * misbehaves on request.
 *
 *	peer --tree DIR --socket PATH [--control PATH] [--log FILE] [--mode MODE[:NUMBER]]
 *
 * DIR is a cgroup v2 directory to create; it stands for a session and gets an
 * agent/ and one call-<n>/ a call. "ready" is printed when the sockets listen. At
 * SIGTERM everything in DIR is killed and removed. The log has one line a message.
 */
#define _GNU_SOURCE
#include <agentcgroup_protocol.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

static const char *tree, *socket_path, *control_path, *mode = "normal";
static long number;
static FILE *log_file;
static int listener = -1;
static volatile int calls;
static pthread_mutex_t log_lock = PTHREAD_MUTEX_INITIALIZER;

static void fail(const char *what)
{
	fprintf(stderr, "peer: %s: %s\n", what, strerror(errno));
	exit(1);
}

static void note(const char *format, ...)
{
	va_list list;

	if (!log_file)
		return;
	pthread_mutex_lock(&log_lock);
	va_start(list, format);
	vfprintf(log_file, format, list);
	va_end(list);
	fputc('\n', log_file);
	fflush(log_file);
	pthread_mutex_unlock(&log_lock);
}

static void pause_ms(long ms)
{
	struct timespec t = { ms / 1000, ms % 1000 * 1000000 };

	nanosleep(&t, NULL);
}

static bool is(const char *name)
{
	return !strcmp(mode, name);
}

/* Messages to send. */

struct message {
	size_t n;
	unsigned char b[70000];
};

static void put(unsigned char *to, uint64_t v, int n)
{
	for (; n; n--, v >>= 8)
		*to++ = v;
}

static void begin(struct message *m, int type)
{
	put(m->b, ACG_MAGIC, 4);
	put(m->b + 4, ACG_VERSION, 2);
	put(m->b + 6, type, 2);
	m->n = ACG_HEADER_BYTES;
}

static void field(struct message *m, int tag, const void *v, size_t n)
{
	put(m->b + m->n, tag, 2);
	put(m->b + m->n + 2, 0, 2);
	put(m->b + m->n + 4, n, 4);
	memcpy(m->b + m->n + 8, v, n);
	m->n += 8 + n;
	put(m->b + 8, m->n - ACG_HEADER_BYTES, 4);
}

static void field_text(struct message *m, int tag, const char *v)
{
	field(m, tag, v, strlen(v));
}

static void field_number(struct message *m, int tag, uint32_t v)
{
	unsigned char b[4];

	put(b, v, 4);
	field(m, tag, b, 4);
}

static bool transmit(int s, const void *b, size_t n, int fd)
{
	union {
		char bytes[CMSG_SPACE(sizeof(int))];
		struct cmsghdr align;
	} control;
	struct iovec v = { (void *)b, n };
	struct msghdr h = { .msg_iov = &v, .msg_iovlen = 1 };

	if (fd >= 0) {
		struct cmsghdr *c;

		memset(&control, 0, sizeof(control));
		h.msg_control = control.bytes;
		h.msg_controllen = sizeof(control.bytes);
		c = CMSG_FIRSTHDR(&h);
		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = CMSG_LEN(sizeof(int));
		memcpy(CMSG_DATA(c), &fd, sizeof(fd));
	}
	return sendmsg(s, &h, MSG_NOSIGNAL) == (ssize_t)n;
}

static bool say(int s, int type, const char *text)
{
	struct message m;

	begin(&m, type);
	if (text)
		field_text(&m, ACG_TAG_TEXT, text);
	else
		put(m.b + 8, 0, 4);
	return transmit(s, m.b, m.n, -1);
}

static void say_twin(int s, const char *text, const char *json)
{
	struct message m;

	begin(&m, ACG_MSG_FEEDBACK);
	field_text(&m, ACG_TAG_TEXT, text);
	field_text(&m, ACG_TAG_JSON, json);
	transmit(s, m.b, m.n, -1);
}

/* Messages received. */

static uint32_t get(const unsigned char *b, int n)
{
	uint32_t v = 0;

	while (n--)
		v = v << 8 | b[n];
	return v;
}

static bool read_all(int s, void *to, size_t n)
{
	return recv(s, to, n, MSG_WAITALL) == (ssize_t)n;
}

/* The type, or -1 at the end of the connection or when it makes no sense. */
static int hear(int s, struct message *m)
{
	unsigned char header[ACG_HEADER_BYTES];
	size_t n;

	if (!read_all(s, header, sizeof(header)))
		return -1;
	n = get(header + 8, 4);
	if (get(header, 4) != ACG_MAGIC || get(header + 4, 2) != ACG_VERSION || n > ACG_MESSAGE_MAX_BYTES) {
		note("NONSENSE");
		return -1;
	}
	m->n = n;
	if (n && !read_all(s, m->b, n))
		return -1;
	return get(header + 6, 2);
}

static const unsigned char *find(const struct message *m, int tag, size_t *n)
{
	size_t at = 0;

	while (at + 8 <= m->n) {
		*n = get(m->b + at + 4, 4);
		if ((int)get(m->b + at, 2) == tag)
			return m->b + at + 8;
		at += 8 + *n;
	}
	*n = 0;
	return NULL;
}

static long find_number(const struct message *m, int tag)
{
	size_t n;
	const unsigned char *b = find(m, tag, &n);

	return b && n == 4 ? (long)get(b, 4) : -1;
}

static const char *find_text(const struct message *m, int tag, char *to, size_t room)
{
	size_t n, i;
	const unsigned char *b = find(m, tag, &n);

	if (!b)
		return "(none)";
	if (n > room - 1)
		n = room - 1;
	for (i = 0; i < n; i++)
		to[i] = b[i] < 0x20 ? '~' : b[i];
	to[n] = 0;
	return to;
}

static void note_open(const struct message *m, int call)
{
	char shell[64], command[16384], cwd[4096], hint[512];

	note("OPEN call=%d kind=%ld shell=%s bytes=%ld cwd=%s source=%ld hint=%s command=%s", call, find_number(m, ACG_TAG_KIND),
	     find_text(m, ACG_TAG_SHELL, shell, sizeof(shell)), find_number(m, ACG_TAG_COMMAND_BYTES),
	     find_text(m, ACG_TAG_CWD, cwd, sizeof(cwd)), find_number(m, ACG_TAG_HINT_SOURCE),
	     find_text(m, ACG_TAG_HINT, hint, sizeof(hint)),
	     find_text(m, ACG_TAG_COMMAND, command, sizeof(command)));
}

/* Domains. */

static void make(const char *path)
{
	if (mkdir(path, 0755) && errno != EEXIST)
		fail(path);
}

static void domain_path(int call, char *to, size_t n)
{
	snprintf(to, n, "%s/call-%d", tree, call);
}

static bool send_grant(int s, int call, bool with_domain)
{
	char path[4096], id[32];
	struct message m;
	bool sent;
	int fd;

	domain_path(call, path, sizeof(path));
	make(path);
	fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (is("gone"))
		rmdir(path);
	snprintf(id, sizeof(id), is("badid") ? "../%d" : "%d", call);
	begin(&m, ACG_MSG_GRANT);
	field_text(&m, ACG_TAG_CALL_ID, id);
	field_number(&m, ACG_TAG_OOM_SCORE_ADJ, 200);
	if (is("policy"))
		field_number(&m, ACG_TAG_SCHED_POLICY, number);
	sent = transmit(s, m.b, m.n, with_domain ? fd : -1);
	close(fd);
	return sent;
}

static uint64_t random_state;

static uint32_t any(uint32_t below)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return (random_state >> 11) % below;
}

/* A grant among other messages with some bytes changed, cut somewhere or not, in pieces. */
static void send_mutated(int s, int call)
{
	struct message m;
	size_t at = 0, i;
	char path[4096], id[16];
	int fd;

	random_state = (uint64_t)number * 0x9e3779b97f4a7c15ull + call * 0xbf58476d1ce4e5b9ull + 1;
	domain_path(call, path, sizeof(path));
	make(path);
	fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	snprintf(id, sizeof(id), "%d", call);
	begin(&m, any(4) ? ACG_MSG_GRANT : 128 + any(20));
	field_text(&m, ACG_TAG_CALL_ID, id);
	field_number(&m, ACG_TAG_OOM_SCORE_ADJ, any(3) ? 200 : any(100000));
	if (any(2))
		field_text(&m, 100 + any(100), "unknown");
	for (i = any(6); i; i--)
		m.b[any(m.n)] = any(256);
	if (!any(3))
		m.n = any(m.n) + 1;
	while (at < m.n) {
		size_t n = any(m.n - at) + 1;

		if (!transmit(s, m.b + at, n, at ? -1 : any(8) ? fd : -1))
			break;
		at += n;
	}
	close(fd);
}

/* One connection. */

static void vanish(void)
{
	int old = listener;

	listener = -1;
	/* Or whoever is in accept() keeps it alive. */
	shutdown(old, SHUT_RDWR);
	close(old);
	unlink(socket_path);
}

static int listen_at(const char *path)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	int s = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	strncpy(a.sun_path, path, sizeof(a.sun_path) - 1);
	unlink(path);
	if (s < 0 || bind(s, (struct sockaddr *)&a, sizeof(a)) || chmod(path, 0666) || listen(s, is("full") ? 0 : 128))
		fail(path);
	return s;
}

/* True when a grant may follow. */
static bool misbehave(int s, int call)
{
	if (is("silent")) {
		pause_ms(10000);
	} else if (is("close")) {
		return false;
	} else if (is("garbage")) {
		char junk[3000];

		memset(junk, 0xA5, sizeof(junk));
		transmit(s, junk, sizeof(junk), -1);
		pause_ms(1000);
	} else if (is("oversized")) {
		struct message m;

		begin(&m, ACG_MSG_GRANT);
		put(m.b + 8, 0x7fffffff, 4);
		transmit(s, m.b, m.n, -1);
		pause_ms(1000);
	} else if (is("half")) {
		struct message m;

		begin(&m, ACG_MSG_GRANT);
		field_text(&m, ACG_TAG_CALL_ID, "1");
		transmit(s, m.b, m.n - 1, -1);
		pause_ms(1000);
	} else if (is("drip")) {
		struct message m;
		size_t i;

		begin(&m, ACG_MSG_FEEDBACK);
		field_text(&m, ACG_TAG_TEXT, "never finished, and longer than anybody waits for");
		for (i = 0; i < m.n - 1; i++) {
			if (!transmit(s, m.b + i, 1, -1))
				return false;
			pause_ms(5);
		}
		pause_ms(1000);
	} else if (is("pass")) {
		say(s, ACG_MSG_PASS, "this one goes without");
	} else if (is("error")) {
		say(s, ACG_MSG_ERROR, "the tree is broken");
	} else if (is("nofd") || is("badid")) {
		send_grant(s, call, is("badid"));
		pause_ms(200);
	} else if (is("fuzz")) {
		send_mutated(s, call);
		pause_ms(20);
	} else {
		return true;
	}
	return false;
}

static void tell_to_wait(int s)
{
	struct message m;

	begin(&m, ACG_MSG_WAIT);
	field_number(&m, ACG_TAG_AT_MOST_MS, number + 500);
	field_text(&m, ACG_TAG_TEXT, "waiting for memory, place 1");
	transmit(s, m.b, m.n, -1);
}

static void before_grant(int s)
{
	if (is("slow"))
		pause_ms(number);
	if (is("wait")) {
		tell_to_wait(s);
		pause_ms(number);
	}
	if (is("talk")) {
		say(s, ACG_MSG_FEEDBACK, "before");
		say(s, ACG_MSG_FEEDBACK, "hostile \033]0;title\007 \302\233 text\r\nsecond");
	}
}

static void after_start(int s, int call)
{
	(void)call;
	if (is("talk")) {
		pause_ms(number);
		say(s, ACG_MSG_FEEDBACK, "during");
	}
	if (is("late"))
		tell_to_wait(s);
	if (is("flood"))
		while (say(s, ACG_MSG_FEEDBACK, "again and again"))
			;
}

static void remove_call(int call)
{
	char path[4096];
	int tries;

	domain_path(call, path, sizeof(path));
	for (tries = 0; tries < 100 && rmdir(path) && errno == EBUSY; tries++)
		pause_ms(1);
}

static void serve_call(int s, struct message *m)
{
	int call = __sync_add_and_fetch(&calls, 1);
	int type;

	note_open(m, call);
	if (!misbehave(s, call)) {
		if (is("fuzz"))
			while ((type = hear(s, m)) > 0)
				;
		remove_call(call);
		return;
	}
	before_grant(s);
	if (!send_grant(s, call, true))
		return;
	while ((type = hear(s, m)) > 0) {
		switch (type) {
		case ACG_MSG_CALL_STARTED:
			note("STARTED call=%d pid=%ld", call, find_number(m, ACG_TAG_PID));
			if (is("vanish") || is("crash"))
				return;
			after_start(s, call);
			break;
		case ACG_MSG_CALL_NOT_STARTED:
			note("NOT_STARTED call=%d errno=%ld", call, find_number(m, ACG_TAG_ERRNO));
			break;
		case ACG_MSG_CALL_EXITED:
			note("EXITED call=%d status=%ld", call, find_number(m, ACG_TAG_WAIT_STATUS));
			if (is("talk"))
				say(s, ACG_MSG_FEEDBACK, "after");
			if (is("twin"))
				say_twin(s, "killed", "{\"event\":\"out-of-memory\"}");
			if (!is("nodone"))
				say(s, ACG_MSG_DONE, NULL);
			remove_call(call);
			break;
		default:
			note("UNEXPECTED type=%d", type);
		}
	}
	note("CLOSED call=%d", call);
}

static void serve_session(int s, struct message *m)
{
	struct message answer;
	char name[128], agent[4096];
	int fd;

	note("SESSION_OPEN session=%s priority=%ld uid=%ld gid=%ld leftovers=%ld keep=%ld",
	     find_text(m, ACG_TAG_SESSION, name, sizeof(name)), find_number(m, ACG_TAG_PRIORITY),
	     find_number(m, ACG_TAG_UID), find_number(m, ACG_TAG_GID), find_number(m, ACG_TAG_LEFTOVERS),
	     find_number(m, ACG_TAG_KEEP_MS));
	if (is("refuse")) {
		say(s, ACG_MSG_ERROR, "the host is full");
		return;
	}
	snprintf(agent, sizeof(agent), "%s/agent", tree);
	fd = open(agent, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	begin(&answer, ACG_MSG_SESSION);
	field_text(&answer, ACG_TAG_SOCKET, socket_path);
	field_number(&answer, ACG_TAG_OOM_SCORE_ADJ, (uint32_t)-900);
	transmit(s, answer.b, answer.n, fd);
	close(fd);
}

static void serve_resume(int s, const struct message *m)
{
	char id[64];

	note("RESUME call=%s status=%ld", find_text(m, ACG_TAG_CALL_ID, id, sizeof(id)),
	     find_number(m, ACG_TAG_WAIT_STATUS));
	say(s, ACG_MSG_FEEDBACK, "resumed");
	say(s, ACG_MSG_DONE, NULL);
	remove_call(atoi(id));
}

static void *serve(void *arg)
{
	int s = (int)(intptr_t)arg;
	struct message *m = malloc(sizeof(*m));
	char name[128];
	int type = hear(s, m);

	if (type == ACG_MSG_CALL_OPEN)
		serve_call(s, m);
	else if (type == ACG_MSG_CALL_RESUME)
		serve_resume(s, m);
	else if (type == ACG_MSG_SESSION_OPEN)
		serve_session(s, m);
	else if (type == ACG_MSG_SESSION_END) {
		note("SESSION_END session=%s", find_text(m, ACG_TAG_SESSION, name, sizeof(name)));
		say(s, ACG_MSG_DONE, NULL);
	} else if (type >= 0)
		note("UNEXPECTED first=%d", type);
	close(s);
	free(m);
	if (is("crash") && type == ACG_MSG_CALL_OPEN) {
		vanish();
		pause_ms(number);
		mode = "normal";
		listener = listen_at(socket_path);
	}
	return NULL;
}

static void *accept_all(void *arg)
{
	int *from = arg;

	for (;;) {
		int s = accept4(*from, NULL, NULL, SOCK_CLOEXEC);
		pthread_t t;

		if (s < 0) {
			pause_ms(1);
			continue;
		}
		if (pthread_create(&t, NULL, serve, (void *)(intptr_t)s))
			fail("thread");
		pthread_detach(t);
	}
	return NULL;
}

/* The end. */

static void write_file(const char *dir, const char *name, const char *text)
{
	char path[4096];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd >= 0 && write(fd, text, strlen(text)) < 0)
		perror(path);
	close(fd);
}

static void remove_below(const char *dir)
{
	DIR *d = opendir(dir);
	struct dirent *e;

	while (d && (e = readdir(d))) {
		char path[4096];

		if (e->d_type != DT_DIR || e->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "%s/%s", dir, e->d_name);
		remove_below(path);
	}
	if (d)
		closedir(d);
	rmdir(dir);
}

static void clean_up(void)
{
	int tries;

	for (tries = 0; tries < 200; tries++) {
		write_file(tree, "cgroup.kill", "1");
		remove_below(tree);
		if (access(tree, F_OK))
			break;
		pause_ms(5);
	}
	unlink(socket_path);
	if (control_path)
		unlink(control_path);
}

int main(int argc, char **argv)
{
	char agent[4096];
	sigset_t end;
	pthread_t t;
	int i, sig, control = -1;

	for (i = 1; i + 1 < argc; i += 2) {
		if (!strcmp(argv[i], "--tree"))
			tree = argv[i + 1];
		else if (!strcmp(argv[i], "--socket"))
			socket_path = argv[i + 1];
		else if (!strcmp(argv[i], "--control"))
			control_path = argv[i + 1];
		else if (!strcmp(argv[i], "--log"))
			log_file = fopen(argv[i + 1], "ae");
		else if (!strcmp(argv[i], "--mode"))
			mode = argv[i + 1];
	}
	if (!tree || !socket_path)
		return 2;
	if (strchr(mode, ':')) {
		number = atol(strchr(mode, ':') + 1);
		mode = strndup(mode, strchr(mode, ':') - mode);
	}
	sigemptyset(&end);
	sigaddset(&end, SIGTERM);
	sigaddset(&end, SIGINT);
	pthread_sigmask(SIG_BLOCK, &end, NULL);
	make(tree);
	snprintf(agent, sizeof(agent), "%s/agent", tree);
	make(agent);
	listener = listen_at(socket_path);
	if (!is("full") && pthread_create(&t, NULL, accept_all, &listener))
		fail("thread");
	if (control_path) {
		control = listen_at(control_path);
		if (pthread_create(&t, NULL, accept_all, &control))
			fail("thread");
	}
	puts("ready");
	fflush(stdout);
	sigwait(&end, &sig);
	clean_up();
	return 0;
}
