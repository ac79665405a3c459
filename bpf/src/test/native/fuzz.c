// SPDX-License-Identifier: Apache-2.0
/*
 * fuzz SEED ROUNDS: hostile input for everything in the shim that reads words of
 * others, under sanitizers. Every input lies in memory of its own size, so that
 * one byte too many is seen. Silent and 0 when all is well.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "argv.h"
#include "hint.h"
#include "place.h"
#include "say.h"
#include "wire.h"

/* Of the sanitizers' runtime: stderr is taken. */
void __sanitizer_set_report_fd(void *fd);

static uint64_t state;

static uint32_t any(uint32_t below)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (uint32_t)(state >> 16) % below;
}

static void require(bool holds, const char *what)
{
	if (holds)
		return;
	printf("fuzz: %s\n", what);
	exit(1);
}

/* Messages of the daemon, some of their bytes changed. */
static size_t make_messages(unsigned char *to, size_t room)
{
	static struct wire_out out;
	static const unsigned int types[] = { 129, 130, 131, 132, 133, 143, 144, 145, 1, 999 };
	static unsigned char text[9000];
	size_t n = 0, i;
	int messages = 1 + any(5), fields;

	for (; messages; messages--) {
		wire_begin(&out, types[any(10)]);
		for (fields = any(6); fields; fields--) {
			unsigned int tag = 1 + any(26);

			if (any(2)) {
				wire_u32(&out, tag, any(1u << 31));
			} else {
				for (i = 0; i < sizeof(text); i += 1 + any(64))
					text[i] = any(256);
				wire_bytes(&out, tag, text, any(any(2) ? 60 : sizeof(text)));
			}
		}
		wire_end(&out);
		if (n + out.length > room)
			break;
		memcpy(to + n, out.bytes, out.length);
		n += out.length;
	}
	for (i = any(3) ? any(8) : 0; i && n; i--)
		to[any(any(2) ? n : n < 40 ? n : 40)] = any(3) ? any(256) : any(2) ? 0xff : 0;
	return any(4) ? n : n ? any(n) : 0;
}

static void check_message(const struct wire_message *m, const struct wire_in *in)
{
	unsigned int tag, sum = 0;

	require(m->fields == in->bytes + ACG_HEADER_BYTES, "fields start behind the header");
	require(ACG_HEADER_BYTES + m->length <= in->length, "a message is whole");
	for (tag = 0; tag < 30; tag++) {
		const unsigned char *bytes;
		uint32_t number;
		size_t n, i;

		wire_find_u32(m, tag, &number);
		if (!wire_find(m, tag, &bytes, &n))
			continue;
		require(bytes >= m->fields && bytes + n <= m->fields + m->length, "a field lies in its message");
		for (i = 0; i < n; i++)
			sum += bytes[i];
	}
	state += sum & 1;
}

/* The stream comes in pieces of any size, and is read as link.c reads it. */
static void fuzz_wire(void)
{
	static unsigned char stream[200000];
	struct wire_in *in = calloc(1, sizeof(*in));
	size_t n = make_messages(stream, sizeof(stream)), at = 0, used = 0;
	struct wire_message m;
	enum wire_status s;

	for (;;) {
		size_t room, piece;

		while ((s = wire_next(in, &used, &m)) == WIRE_MESSAGE)
			check_message(&m, in);
		if (s == WIRE_BAD || at == n)
			break;
		room = sizeof(in->bytes) - in->length;
		require(room > 0, "a message that is awaited has room");
		piece = 1 + any(n - at);
		if (piece > room)
			piece = room;
		memcpy(in->bytes + in->length, stream + at, piece);
		in->length += piece;
		at += piece;
	}
	free(in);
}

static const char *const pieces[] = {
	"AGENT_RESOURCE_HINT=", "AGENTCGROUP_DISABLE=", "export ", "env ", "cd ", "eval ", "source x", "memory:2g", " ", ";",
	"&&", "||", "\n", "'", "\"", "`", "$(", ")", "${", "}", "\\", "$'", "#", "|", "&", "<", ">", "A=1", "-c", "=",
};

/* A string in memory of its own. */
static char *make_text(void)
{
	char text[12000];
	size_t n = 0, parts = any(any(30) ? 12 : 400);

	for (; parts && n < sizeof(text) - 64; parts--) {
		if (any(12)) {
			const char *piece = pieces[any(sizeof(pieces) / sizeof(*pieces))];

			memcpy(text + n, piece, strlen(piece));
			n += strlen(piece);
		} else {
			text[n++] = 1 + any(255);
		}
	}
	text[n] = '\0';
	return strdup(text);
}

static void fuzz_hint(void)
{
	char *text = make_text();
	struct hint *h = malloc(sizeof(*h));

	hint_in_command(text, h);
	require(!h->found || (h->length && h->length <= ACG_HINT_MAX_BYTES), "a hint has a length");
	free(h);
	free(text);
}

static void fuzz_argv(void)
{
	static const char *const words[] = {
		"-c", "-lc", "--", "-", "+", "-o", "+O", "-euo", "--rcfile", "--norc", "-b", "--emulate", "--help", "x", "",
		"-ic", "--init-file", "+c", "-opipefail", "-login",
	};
	static const char *const names[] = { "bash", "-sh", "zsh", "dash", "agentcgroup-shell", "/x/zsh", "-", "" };
	int argc = any(8), i;
	char **argv = calloc(argc + 1, sizeof(*argv));
	struct request r;

	for (i = 0; i < argc; i++)
		argv[i] = strdup(i ? words[any(20)] : names[any(8)]);
	argv_parse(argc, argv, &r);
	require(r.form != FORM_COMMAND || r.command, "a command has a text");
	require(r.form != FORM_LIST || argc > 2, "a list has a program");
	for (i = 0; i < argc; i++)
		free(argv[i]);
	free(argv);
}

static void fuzz_place(void)
{
	static struct place p;
	char *environment[] = { make_text(), make_text(), NULL };
	char cgroup[300] = "/";
	size_t n = 1, i;
	static const char *const parts[] = { "agent", "call-1", "services", "s1", "/", "..", "background", "A", "" };

	for (i = any(8); i; i--)
		n += sprintf(cgroup + n, "%s/", parts[any(9)]);
	if (any(2))
		cgroup[n - 1] = '\0';
	place_of(cgroup, environment, &p);
	require(strlen(p.session) <= SESSION_NAME_MAX && !strchr(p.session, '/'), "a session is a name");
	free(environment[0]);
	free(environment[1]);
}

/* What is said goes to a file in place of stderr, and must be one harmless line. */
static void fuzz_say(int file)
{
	unsigned char back[8192];
	size_t n = any(any(8) ? 60 : 6000), i;
	char *text = malloc(n ? n : 1);
	ssize_t got;

	for (i = 0; i < n; i++)
		text[i] = any(3) ? 32 + any(95) : any(256);
	if (ftruncate(file, 0) || lseek(file, 0, SEEK_SET))
		exit(1);
	say_bytes(text, n);
	got = pread(file, back, sizeof(back), 0);
	require(got >= 15 && got <= 4096 && back[got - 1] == '\n', "what is said is one line");
	for (i = 0; i + 1 < (size_t)got; i++)
		require(back[i] >= 0x20 && back[i] != 0x7f, "no control characters are said");
	free(text);
}

int main(int argc, char **argv)
{
	long rounds, i;
	int file = open("/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

	if (argc != 3 || file < 0 || dup2(file, 2) < 0)
		return 2;
	state = strtoull(argv[1], NULL, 10) * 0x9e3779b97f4a7c15ull + 1;
	rounds = atol(argv[2]);
	__sanitizer_set_report_fd((void *)1);
	say_init();
	for (i = 0; i < rounds; i++) {
		fuzz_wire();
		fuzz_hint();
		fuzz_argv();
		fuzz_place();
		fuzz_say(file);
	}
	return 0;
}
