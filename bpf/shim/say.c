// SPDX-License-Identifier: Apache-2.0
#include "say.h"

#include "sys.h"
#include "text.h"

#define SAY_PREFIX		"[agentcgroup] "
/* A pipe takes so much in one piece, so lines of several shims never mix. */
#define SAY_LINE_MAX_BYTES	4096
/* Nobody reads stderr: after this long the line is lost rather than the agent's time. */
#define SAY_PATIENCE_NS		(100 * 1000 * 1000ll)

static bool silent;
static bool stuck;

void say_init(void)
{
	silent = sys_fd_flags(STDERR_FD) < 0;
}

/* How many of the first bytes make one valid, printable UTF-8 character; 0 when they do not. */
static size_t printable(const unsigned char *s, size_t n)
{
	size_t i, length;
	uint32_t c;

	if (s[0] < 0x80)
		return s[0] >= 0x20 && s[0] != 0x7f;
	length = s[0] >= 0xf0 ? 4 : s[0] >= 0xe0 ? 3 : 2;
	if (s[0] < 0xc2 || s[0] > 0xf4 || length > n)
		return 0;
	c = s[0] & (0x7f >> length);
	for (i = 1; i < length; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (s[i] & 0x3f);
	}
	/* C1 controls; overlong forms and surrogates; characters that turn the line around. */
	if (c < 0xa0 || (length == 3 && c < 0x800) || (length == 4 && (c < 0x10000 || c > 0x10ffff)) ||
	    (c >= 0xd800 && c <= 0xdfff) || (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) ||
	    c == 0x2028 || c == 0x2029)
		return 0;
	return length;
}

/* The daemon has escaped it already; the agent's terminal is worth a second look. */
static void add_harmless(struct text *to, const char *bytes, size_t n)
{
	size_t i = 0;

	while (i < n) {
		size_t length = printable((const unsigned char *)bytes + i, n - i);

		if (length > to->size - 1 - to->length)
			return;		/* rather no character than half of one */
		if (length)
			text_bytes(to, bytes + i, length);
		else
			text_add(to, "?");
		i += length ? length : 1;
	}
}

static bool writable_within(int64_t patience_ns)
{
	struct pollfd p = { .fd = STDERR_FD, .events = POLLOUT };

	return sys_poll(&p, 1, patience_ns) > 0 && (p.revents & POLLOUT);
}

/*
 * A full pipe or socket says so at once and gets some patience. A terminal knows
 * no such question, and a file may answer it with no for reasons of its own: there
 * poll() decides, which for a file is always true.
 */
static long write_line(const struct text *line)
{
	struct iovec v = { line->bytes, line->length };
	long n = sys_pwritev2(STDERR_FD, &v, 1, RWF_NOWAIT);

	if (n != -EAGAIN && n != -EOPNOTSUPP && n != -EINVAL && n != -ENOSYS)
		return n;
	stuck = !writable_within(SAY_PATIENCE_NS);
	return stuck ? -EAGAIN : sys_write(STDERR_FD, line->bytes, line->length);
}

/* A closed pipe's SIGPIPE is ours: the command must neither die of it nor find it pending. */
static void write_line_without_signal(const struct text *line)
{
	const sys_sigset pipe = SYS_SIGBIT(SIGPIPE);
	sys_sigset old;

	sys_sigprocmask(SIG_BLOCK, &pipe, &old);
	if (write_line(line) == -EPIPE)
		sys_sigtimedwait(&pipe, 0);
	sys_sigprocmask(SIG_SETMASK, &old, NULL);
}

void say_bytes(const char *bytes, size_t n)
{
	TEXT(line, SAY_LINE_MAX_BYTES);

	if (silent || stuck)
		return;
	text_add(&line, SAY_PREFIX);
	/* Room for the newline, whatever is cut; and never half of a character. */
	line.size--;
	add_harmless(&line, bytes, n);
	line.size++;
	text_add(&line, "\n");
	write_line_without_signal(&line);
}

void say(const char *string)
{
	say_bytes(string, strlen(string));
}

void say_failure(const char *what, const char *name, long error)
{
	TEXT(line, SAY_LINE_MAX_BYTES);

	text_add(&line, what);
	text_add(&line, " ");
	text_add(&line, name);
	text_add(&line, ": ");
	text_add(&line, reason(error));
	say(line.bytes);
}
