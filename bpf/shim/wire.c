// SPDX-License-Identifier: Apache-2.0
#include "wire.h"

#include <string.h>

static void put(unsigned char *to, uint64_t value, int bytes)
{
	for (; bytes; bytes--, value >>= 8)
		*to++ = value & 0xff;
}

static uint32_t get(const unsigned char *from, int bytes)
{
	uint32_t value = 0;

	while (bytes--)
		value = value << 8 | from[bytes];
	return value;
}

void wire_begin(struct wire_out *out, unsigned int type)
{
	out->length = ACG_HEADER_BYTES;
	out->overflow = false;
	put(out->bytes, ACG_MAGIC, 4);
	put(out->bytes + 4, ACG_VERSION, 2);
	put(out->bytes + 6, type, 2);
}

void wire_bytes(struct wire_out *out, unsigned int tag, const void *bytes, size_t n)
{
	unsigned char *at = out->bytes + out->length;

	if (n > sizeof(out->bytes) - out->length ||
	    sizeof(out->bytes) - out->length - n < ACG_FIELD_HEADER_BYTES) {
		out->overflow = true;
		return;
	}
	put(at, tag, 2);
	put(at + 2, 0, 2);
	put(at + 4, n, 4);
	memcpy(at + ACG_FIELD_HEADER_BYTES, bytes, n);
	out->length += ACG_FIELD_HEADER_BYTES + n;
}

void wire_u32(struct wire_out *out, unsigned int tag, uint32_t value)
{
	unsigned char bytes[4];

	put(bytes, value, 4);
	wire_bytes(out, tag, bytes, 4);
}

void wire_u64(struct wire_out *out, unsigned int tag, uint64_t value)
{
	unsigned char bytes[8];

	put(bytes, value, 8);
	wire_bytes(out, tag, bytes, 8);
}

void wire_end(struct wire_out *out)
{
	put(out->bytes + 8, out->length - ACG_HEADER_BYTES, 4);
}

/* Every field lies inside the message and is written as the protocol says. */
static bool fields_fit(const unsigned char *at, size_t left)
{
	while (left) {
		size_t n;

		if (left < ACG_FIELD_HEADER_BYTES || get(at + 2, 2))
			return false;
		n = get(at + 4, 4);
		if (n > left - ACG_FIELD_HEADER_BYTES)
			return false;
		at += ACG_FIELD_HEADER_BYTES + n;
		left -= ACG_FIELD_HEADER_BYTES + n;
	}
	return true;
}

static bool type_known(unsigned int type)
{
	switch (type) {
	case ACG_MSG_GRANT:
	case ACG_MSG_WAIT:
	case ACG_MSG_PASS:
	case ACG_MSG_FEEDBACK:
	case ACG_MSG_DONE:
	case ACG_MSG_ERROR:
	case ACG_MSG_SESSION:
	case ACG_MSG_CONTROL_REPLY:
		return true;
	}
	return false;
}

enum wire_status wire_next(struct wire_in *in, size_t *used, struct wire_message *to)
{
	memmove(in->bytes, in->bytes + *used, in->length - *used);
	in->length -= *used;
	*used = 0;
	if (in->length < ACG_HEADER_BYTES)
		return WIRE_MORE;
	to->type = get(in->bytes + 6, 2);
	to->length = get(in->bytes + 8, 4);
	to->fields = in->bytes + ACG_HEADER_BYTES;
	if (get(in->bytes, 4) != ACG_MAGIC || get(in->bytes + 4, 2) != ACG_VERSION || !type_known(to->type) ||
	    to->length > ACG_MESSAGE_MAX_BYTES)
		return WIRE_BAD;
	if (in->length < ACG_HEADER_BYTES + to->length)
		return WIRE_MORE;
	if (!fields_fit(to->fields, to->length))
		return WIRE_BAD;
	*used = ACG_HEADER_BYTES + to->length;
	return WIRE_MESSAGE;
}

bool wire_find(const struct wire_message *m, unsigned int tag, const unsigned char **bytes, size_t *n)
{
	const unsigned char *at = m->fields;
	const unsigned char *end = at + m->length;

	while (at < end) {
		*n = get(at + 4, 4);
		*bytes = at + ACG_FIELD_HEADER_BYTES;
		if (get(at, 2) == tag)
			return true;
		at = *bytes + *n;
	}
	return false;
}

bool wire_find_u32(const struct wire_message *m, unsigned int tag, uint32_t *to)
{
	const unsigned char *bytes;
	size_t n;

	if (!wire_find(m, tag, &bytes, &n) || n != 4)
		return false;
	*to = get(bytes, 4);
	return true;
}
