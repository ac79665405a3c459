/* SPDX-License-Identifier: Apache-2.0 */
/* The protocol's bytes: messages written, and read from a stream that may be hostile. */
#ifndef SHIM_WIRE_H
#define SHIM_WIRE_H

#include <agentcgroup_protocol.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The largest message that we send: command, directory, hint and some numbers. */
#define WIRE_OUT_MAX_BYTES	16384
#define WIRE_IN_MAX_BYTES	(ACG_HEADER_BYTES + ACG_MESSAGE_MAX_BYTES)

struct wire_out {
	size_t length;
	bool overflow;
	unsigned char bytes[WIRE_OUT_MAX_BYTES];
};

void wire_begin(struct wire_out *out, unsigned int type);
void wire_u32(struct wire_out *out, unsigned int tag, uint32_t value);
void wire_u64(struct wire_out *out, unsigned int tag, uint64_t value);
void wire_bytes(struct wire_out *out, unsigned int tag, const void *bytes, size_t n);
void wire_end(struct wire_out *out);

/* What has come in and is not yet used. */
struct wire_in {
	size_t length;
	unsigned char bytes[WIRE_IN_MAX_BYTES];
};

struct wire_message {
	unsigned int type;
	size_t length;
	const unsigned char *fields;	/* valid until the next wire_next() */
};

enum wire_status {
	WIRE_MORE,		/* not yet a whole message */
	WIRE_MESSAGE,
	WIRE_BAD,		/* no message of ours, and nothing after it can be trusted */
};

/* `used` is how many bytes the last message took; it starts as 0. */
enum wire_status wire_next(struct wire_in *in, size_t *used, struct wire_message *to);
/* The first field of that tag; false when there is none. */
bool wire_find(const struct wire_message *m, unsigned int tag, const unsigned char **bytes, size_t *n);
bool wire_find_u32(const struct wire_message *m, unsigned int tag, uint32_t *to);

#endif
