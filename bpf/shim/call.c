// SPDX-License-Identifier: Apache-2.0
#include "call.h"

#include <string.h>

#include "say.h"
#include "sys.h"
#include "text.h"

#define MS_NS			(1000 * 1000ll)
#define TIMEOUT_MAX_MS		60000
/* A wait shorter than this is not worth a line. */
#define WAIT_TOLD_AFTER_NS	(1000 * MS_NS)
/* No queue is longer: agents give up after minutes. Bounds what a confused daemon can ask for. */
#define WAIT_MAX_MS		(3600 * 1000u)
/*
 * A call that failed is the one that the agent must understand, and the reason is
 * worth waiting for on a host so short of memory that the daemon itself is slow.
 */
#define VERDICT_PATIENCE	10
#define WAIT_TEXT_MAX_BYTES	1024
#define CWD_MAX_BYTES		ACG_TEXT_MAX_BYTES
/* The shim may be called by any name; no shell's is longer. */
#define SHELL_MAX_BYTES		64

int64_t call_timeout_ns(char **envp)
{
	const char *text = env_get(envp, "AGENTCGROUP_TIMEOUT_MS");
	uint64_t ms;

	if (!text || !number_parse(text, 1, TIMEOUT_MAX_MS, &ms))
		ms = ACG_ANSWER_TIMEOUT_MS;
	return ms * MS_NS;
}

/* Who reads what is said: a model, a program, or both. */
static bool say_text = true, say_json;

void call_feedback_as(char **envp)
{
	const char *as = env_get(envp, "AGENTCGROUP_FEEDBACK");

	if (!as)
		return;
	say_json = !strcmp(as, "json") || !strcmp(as, "both");
	say_text = strcmp(as, "json") != 0;
}

void call_feedback(const struct wire_message *m)
{
	const unsigned char *text, *json;
	size_t n;
	bool said = false;

	if (say_json && wire_find(m, ACG_TAG_JSON, &json, &n) && n) {
		say_bytes((const char *)json, n);
		said = true;
	}
	/* Not everything has a twin for programs. */
	if ((say_text || !said) && wire_find(m, ACG_TAG_TEXT, &text, &n) && n)
		say_bytes((const char *)text, n);
}

/* What is sent of a long command, cut between two characters. */
static size_t sent_length(const char *command, size_t n)
{
	if (n <= ACG_COMMAND_MAX_BYTES)
		return n;
	n = ACG_COMMAND_MAX_BYTES;
	while (n && (command[n] & 0xc0) == 0x80)
		n--;
	return n;
}

static long send_open(const struct call *call, struct link *l)
{
	static struct wire_out out;
	char cwd[CWD_MAX_BYTES];
	long n = sys_getcwd(cwd, sizeof(cwd));
	size_t shell = strlen(call->shell);

	wire_begin(&out, ACG_MSG_CALL_OPEN);
	wire_u32(&out, ACG_TAG_KIND, call->kind);
	wire_bytes(&out, ACG_TAG_SHELL, call->shell, shell < SHELL_MAX_BYTES ? shell : SHELL_MAX_BYTES);
	wire_bytes(&out, ACG_TAG_COMMAND, call->command, sent_length(call->command, call->command_length));
	wire_u32(&out, ACG_TAG_COMMAND_BYTES, call->command_length);
	wire_bytes(&out, ACG_TAG_CWD, cwd, n > 0 ? n - 1 : 0);
	if (call->hint) {
		size_t hint = call->hint_length;

		wire_bytes(&out, ACG_TAG_HINT, call->hint, hint < ACG_HINT_MAX_BYTES ? hint : ACG_HINT_MAX_BYTES);
		wire_u32(&out, ACG_TAG_HINT_SOURCE, call->hint_source);
	}
	wire_end(&out);
	return link_send(l, &out);
}

static bool take_grant(const struct wire_message *m, struct link *l, struct grant *to)
{
	const unsigned char *id;
	uint32_t adj = 0, policy;
	size_t n;

	if (l->passed < 0 || !wire_find(m, ACG_TAG_CALL_ID, &id, &n) ||
	    !name_valid((const char *)id, n, CALL_ID_MAX))
		return false;
	wire_find_u32(m, ACG_TAG_OOM_SCORE_ADJ, &adj);
	to->sched_policy = wire_find_u32(m, ACG_TAG_SCHED_POLICY, &policy) && policy <= INT32_MAX ? (int)policy : -1;
	memcpy(to->id, id, n);
	to->id[n] = '\0';
	to->oom_score_adj = (int32_t)adj;
	to->domain = l->passed;
	l->passed = -1;
	return to->oom_score_adj >= -1000 && to->oom_score_adj <= 1000;
}

/* A wait at the gate: until when, and what to say about it, from when on. */
struct wait {
	int64_t deadline_ns;
	int64_t tell_at_ns;
	struct text text;
	char bytes[WAIT_TEXT_MAX_BYTES];
};

static void take_wait(const struct wire_message *m, int64_t timeout_ns, struct wait *w)
{
	const unsigned char *text;
	uint32_t at_most_ms = 0;
	int64_t now = sys_now_ns();
	size_t n;

	wire_find_u32(m, ACG_TAG_AT_MOST_MS, &at_most_ms);
	if (at_most_ms > WAIT_MAX_MS)
		at_most_ms = WAIT_MAX_MS;
	/* The answer at the end of the wait may take its usual time. */
	w->deadline_ns = now + at_most_ms * MS_NS + timeout_ns;
	if (!wire_find(m, ACG_TAG_TEXT, &text, &n) || !n)
		return;
	w->text = (struct text){ w->bytes, sizeof(w->bytes), 0, false };
	text_bytes(&w->text, (const char *)text, n);
	w->tell_at_ns = now + WAIT_TOLD_AFTER_NS;
}

/* The next message before the deadline; what there is to say is said on the way. */
static long wait_at_gate(struct link *l, struct wire_message *m, struct wait *w)
{
	long n;

	if (w->tell_at_ns >= w->deadline_ns)
		return link_wait(l, m, w->deadline_ns);
	n = link_wait(l, m, w->tell_at_ns);
	if (n != -ETIMEDOUT)
		return n;
	say_bytes(w->text.bytes, w->text.length);
	w->tell_at_ns = INT64_MAX;
	return link_wait(l, m, w->deadline_ns);
}

static enum answer hear_answer(const struct call *call, struct link *l, struct grant *to, const char **why)
{
	struct wait w = {
		.deadline_ns = sys_now_ns() + call->timeout_ns,
		.tell_at_ns = INT64_MAX,
	};
	struct wire_message m;
	long n;

	while ((n = wait_at_gate(l, &m, &w)) > 0) {
		switch (m.type) {
		case ACG_MSG_GRANT:
			if (take_grant(&m, l, to))
				return ANSWER_GRANT;
			*why = reason(-EPROTO);
			return ANSWER_NONE;
		case ACG_MSG_PASS:
			call_feedback(&m);
			return ANSWER_PASS;
		case ACG_MSG_WAIT:
			take_wait(&m, call->timeout_ns, &w);
			break;
		case ACG_MSG_FEEDBACK:
			call_feedback(&m);
			break;
		case ACG_MSG_ERROR:
			call_feedback(&m);
			*why = "it reports an error";
			return ANSWER_NONE;
		default:
			*why = reason(-EPROTO);
			return ANSWER_NONE;
		}
	}
	*why = reason(n);
	return ANSWER_NONE;
}

long call_ask(const struct call *call, const struct place *place, struct link *l)
{
	long err = link_open(l, place->socket, call->timeout_ns);

	if (!err)
		err = send_open(call, l);
	if (err)
		link_close(l);
	return err;
}

enum answer call_hear(const struct call *call, struct link *l, struct grant *to, const char **why)
{
	enum answer answer;

	to->domain = -1;
	answer = hear_answer(call, l, to, why);
	if (answer == ANSWER_GRANT)
		return answer;
	if (to->domain >= 0)
		sys_close(to->domain);
	link_close(l);
	return answer;
}

long call_tell_number(struct link *l, unsigned int type, unsigned int tag, uint32_t value)
{
	static struct wire_out out;

	wire_begin(&out, type);
	wire_u32(&out, tag, value);
	wire_end(&out);
	return link_send(l, &out);
}

static long tell_resume(struct link *l, const struct grant *grant, int wait_status)
{
	static struct wire_out out;

	wire_begin(&out, ACG_MSG_CALL_RESUME);
	wire_bytes(&out, ACG_TAG_CALL_ID, grant->id, strlen(grant->id));
	wire_u32(&out, ACG_TAG_WAIT_STATUS, wait_status);
	wire_end(&out);
	return link_send(l, &out);
}

/* 0 when the daemon has said everything, else why it has not. */
static long hear_last_words(struct link *l, int64_t timeout_ns)
{
	int64_t deadline_ns = sys_now_ns() + timeout_ns;
	struct wire_message m;
	long n;

	while ((n = link_wait(l, &m, deadline_ns)) > 0) {
		switch (m.type) {
		case ACG_MSG_FEEDBACK:
			call_feedback(&m);
			break;
		case ACG_MSG_DONE:
		case ACG_MSG_ERROR:
			return 0;
		default:
			return -EPROTO;
		}
	}
	return n;
}

void call_end(const struct call *call, const struct place *place, struct link *l, const struct grant *grant,
	      int wait_status, bool words_due)
{
	int64_t timeout_ns = call->timeout_ns;
	long err = -ECONNRESET;

	if (wait_status)
		timeout_ns *= VERDICT_PATIENCE;
	if (l->fd >= 0)
		err = call_tell_number(l, ACG_MSG_CALL_EXITED, ACG_TAG_WAIT_STATUS, wait_status);
	/* Who does not wait leaves the exit code in the socket: only a daemon that is killed in that moment misses it. */
	if (l->fd >= 0 && !err && words_due) {
		/* Of a quick call the daemon reads what was said when there is nothing more to come. */
		link_end_of_words(l);
		err = hear_last_words(l, timeout_ns);
	}
	link_close(l);
	if (err != -ECONNRESET && err != -EPIPE)
		return;
	/* The daemon went away in the middle. If it is back, it has adopted the call and wants to know. */
	if (!link_open(l, place->socket, call->timeout_ns) && !tell_resume(l, grant, wait_status))
		hear_last_words(l, timeout_ns);
	link_close(l);
}
