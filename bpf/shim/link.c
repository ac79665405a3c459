// SPDX-License-Identifier: Apache-2.0
#include "link.h"

#include <linux/un.h>

#include "sys.h"

/* One is expected. More than fit are closed by the kernel, the others by us. */
#define DESCRIPTORS_MAX	4

long link_open(struct link *l, const char *path, int64_t timeout_ns)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	struct timeval limit = {
		.tv_sec = timeout_ns / 1000000000,
		.tv_usec = timeout_ns % 1000000000 / 1000,
	};
	size_t n = strlen(path);
	long err;

	l->fd = -1;
	l->passed = -1;
	l->used = 0;
	l->in.length = 0;
	if (!n || n >= sizeof(to.sun_path))
		return n ? -ENAMETOOLONG : -ENOENT;
	memcpy(to.sun_path, path, n);
	l->fd = sys_socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC);
	if (l->fd < 0)
		return l->fd;
	/* connect() waits for a place in a full backlog, but only as long as a send may take. */
	sys_setsockopt(l->fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
	err = sys_connect(l->fd, &to, sizeof(to));
	if (err)
		link_close(l);
	return err;
}

void link_close(struct link *l)
{
	if (l->fd >= 0)
		sys_close(l->fd);
	if (l->passed >= 0)
		sys_close(l->passed);
	l->fd = -1;
	l->passed = -1;
}

long link_send(struct link *l, const struct wire_out *out)
{
	long n;

	if (out->overflow)
		return -EMSGSIZE;
	n = sys_send(l->fd, out->bytes, out->length, MSG_NOSIGNAL | MSG_DONTWAIT);
	if (n < 0)
		return n;
	return (size_t)n == out->length ? 0 : -EAGAIN;
}

void link_end_of_words(const struct link *l)
{
	sys_shutdown(l->fd, SHUT_WR);
}

static void take_descriptors(struct link *l, struct msghdr *m)
{
	struct cmsghdr *c;
	size_t i, n;

	for (c = CMSG_FIRSTHDR(m); c; c = CMSG_NXTHDR(m, c)) {
		if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
			continue;
		n = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
		for (i = 0; i < n; i++) {
			int fd;

			memcpy(&fd, CMSG_DATA(c) + i * sizeof(int), sizeof(fd));
			if (l->passed < 0)
				l->passed = fd;
			else
				sys_close(fd);
		}
	}
}

/* More bytes: how many, 0 for none now, or -errno. */
static long fill(struct link *l)
{
	union {
		char bytes[CMSG_SPACE(DESCRIPTORS_MAX * sizeof(int))];
		struct cmsghdr align;
	} control;
	struct iovec v = { l->in.bytes + l->in.length, sizeof(l->in.bytes) - l->in.length };
	struct msghdr m = {
		.msg_iov = &v,
		.msg_iovlen = 1,
		.msg_control = control.bytes,
		.msg_controllen = sizeof(control.bytes),
	};
	long n;

	n = sys_recvmsg(l->fd, &m, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
	if (n == -EAGAIN || n == -EINTR)
		return 0;
	if (n <= 0)
		return n ? n : -ECONNRESET;
	take_descriptors(l, &m);
	l->in.length += n;
	return n;
}

long link_take(struct link *l, struct wire_message *to)
{
	for (;;) {
		long n;

		switch (wire_next(&l->in, &l->used, to)) {
		case WIRE_MESSAGE:
			return 1;
		case WIRE_BAD:
			return -EPROTO;
		case WIRE_MORE:
			break;
		}
		n = fill(l);
		if (n <= 0)
			return n;
	}
}

long link_wait(struct link *l, struct wire_message *to, int64_t deadline_ns)
{
	for (;;) {
		struct pollfd p = { .fd = l->fd, .events = POLLIN };
		long n = link_take(l, to);
		int64_t left;

		if (n)
			return n;
		left = deadline_ns - sys_now_ns();
		if (left <= 0)
			return -ETIMEDOUT;
		sys_poll(&p, 1, left);
	}
}
