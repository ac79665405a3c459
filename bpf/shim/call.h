/* SPDX-License-Identifier: Apache-2.0 */
/* What is said to the daemon about one call, and what it answers. */
#ifndef SHIM_CALL_H
#define SHIM_CALL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "link.h"
#include "place.h"

struct call {
	uint32_t kind;			/* ACG_KIND_* */
	const char *shell;
	const char *command;
	size_t command_length;
	const char *hint;		/* NULL: none */
	size_t hint_length;
	uint32_t hint_source;		/* ACG_HINT_* */
	int64_t timeout_ns;		/* for each answer */
};

struct grant {
	char id[CALL_ID_MAX + 1];
	int oom_score_adj;
	int sched_policy;		/* -1: as ours */
	int domain;			/* descriptor of its directory; the caller closes it */
};

enum answer {
	ANSWER_GRANT,
	ANSWER_PASS,			/* the daemon wants it to run without a domain */
	ANSWER_NONE,			/* it did not answer: `why` says so in words */
};

/* ACG_ANSWER_TIMEOUT_MS, or what AGENTCGROUP_TIMEOUT_MS says. */
int64_t call_timeout_ns(char **envp);
/* Asks. 0, or -errno and the link is closed. */
long call_ask(const struct call *call, const struct place *place, struct link *l);
/* What is answered. On ANSWER_GRANT the link stays open, else it is closed. */
enum answer call_hear(const struct call *call, struct link *l, struct grant *to, const char **why);
/* The three reports that nobody answers. */
long call_tell_number(struct link *l, unsigned int type, unsigned int tag, uint32_t value);
/*
 * The first process has ended: says so, on a new connection if the first one
 * broke, and passes the daemon's last words on; does not wait for them when none
 * are due. Closes the link.
 */
void call_end(const struct call *call, const struct place *place, struct link *l, const struct grant *grant,
	      int wait_status, bool words_due);
/* As what feedback is passed on: AGENTCGROUP_FEEDBACK is text, json or both; anything else is text. */
void call_feedback_as(char **envp);
/* Passes a FEEDBACK message on to the agent. */
void call_feedback(const struct wire_message *m);

#endif
