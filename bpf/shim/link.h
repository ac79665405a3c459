/* SPDX-License-Identifier: Apache-2.0 */
/* One connection to the daemon. Nothing here waits longer than it is told. */
#ifndef SHIM_LINK_H
#define SHIM_LINK_H

#include <stdbool.h>
#include <stdint.h>

#include "wire.h"

struct link {
	int fd;			/* -1: none */
	int passed;		/* the descriptor that came along last, -1: none; whoever takes it sets -1 */
	size_t used;
	struct wire_in in;
};

long link_open(struct link *l, const char *path, int64_t timeout_ns);
void link_close(struct link *l);
/* 0, or -errno: a daemon that does not take a few kilobytes at once is stuck. */
/* Ends our side of the stream: nothing more is said, and an answer is awaited. */
void link_end_of_words(const struct link *l);

long link_send(struct link *l, const struct wire_out *out);
/*
 * 1: a message is in *to. 0: not yet a whole one. -ECONNRESET: the other side
 * has gone. -EPROTO: what it says makes no sense.
 */
long link_take(struct link *l, struct wire_message *to);
/* As above, waiting until the deadline: never 0, but -ETIMEDOUT. */
long link_wait(struct link *l, struct wire_message *to, int64_t deadline_ns);

#endif
