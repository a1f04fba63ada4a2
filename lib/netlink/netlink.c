// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "netlink/netlink.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <libmnl/libmnl.h>
#include <linux/rtnetlink.h>

#define READ_OCTETS    32768 // a message of a dump is at most that long
#define REQUEST_OCTETS 128

static void option_set(int fd, int option)
{
	const int on = 1;

	// What an old kernel does not know is not needed.
	setsockopt(fd, SOL_NETLINK, option, &on, sizeof(on));
}

int gw_nl_open(struct gw_nl *nl, uint32_t groups, int octets, struct gw_err *err)
{
	struct sockaddr_nl addr = {.nl_family = AF_NETLINK, .nl_groups = groups};
	socklen_t len = sizeof(addr);
	int ret;

	*nl = (struct gw_nl){
		.fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE)};
	if (nl->fd < 0)
		return gw_err_set(err, errno, "netlink: no socket: %s", strerror(errno));
	option_set(nl->fd, NETLINK_CAP_ACK);
	if (setsockopt(nl->fd, SOL_SOCKET, SO_RCVBUFFORCE, &octets, sizeof(octets)) < 0)
		setsockopt(nl->fd, SOL_SOCKET, SO_RCVBUF, &octets, sizeof(octets));
	if (bind(nl->fd, (const struct sockaddr *)&addr, sizeof(addr)) < 0 ||
		getsockname(nl->fd, (struct sockaddr *)&addr, &len) < 0) {
		ret = errno;
		gw_nl_close(nl);
		return gw_err_set(err, ret, "netlink: %s", strerror(ret));
	}
	nl->port = addr.nl_pid;
	return 0;
}

void gw_nl_close(struct gw_nl *nl)
{
	if (nl->fd >= 0)
		close(nl->fd);
	nl->fd = -1;
}

// One datagram of the kernel's; -EAGAIN: there is none.
static ssize_t datagram(struct gw_nl *nl, void *buf, size_t room)
{
	struct sockaddr_nl from = {0};
	struct iovec iov = {.iov_base = buf, .iov_len = room};
	struct msghdr msg = {
		.msg_name = &from, .msg_namelen = sizeof(from), .msg_iov = &iov, .msg_iovlen = 1};
	ssize_t n;

	do
		n = recvmsg(nl->fd, &msg, MSG_DONTWAIT);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return -errno;
	if (msg.msg_flags & MSG_TRUNC)
		return -ENOBUFS;
	return from.nl_pid == 0 ? n : 0; // only the kernel is believed
}

// The errno that a control message carries, 0 none.
static int control_error(const struct nlmsghdr *nlh)
{
	const struct nlmsgerr *e = mnl_nlmsg_get_payload(nlh);
	const int *code = mnl_nlmsg_get_payload(nlh);

	if (nlh->nlmsg_type == NLMSG_ERROR && mnl_nlmsg_get_payload_len(nlh) >= sizeof(*e))
		return -e->error;
	if (nlh->nlmsg_type == NLMSG_DONE && mnl_nlmsg_get_payload_len(nlh) >= sizeof(*code))
		return -*code;
	return 0;
}

struct reading {
	struct gw_nl *nl;
	void (*fn)(const struct nlmsghdr *nlh, void *arg);
	void *arg;
	bool *done;
	int error;
};

static void message(struct reading *r, const struct nlmsghdr *nlh)
{
	if (r->done != NULL && nlh->nlmsg_seq != r->nl->seq)
		return; // of a dump that was given up
	r->nl->interrupted |= (nlh->nlmsg_flags & NLM_F_DUMP_INTR) != 0; // said once
	if (nlh->nlmsg_type >= NLMSG_MIN_TYPE) {
		r->fn(nlh, r->arg);
		return;
	}
	if (nlh->nlmsg_type == NLMSG_NOOP || r->done == NULL)
		return;
	*r->done = true;
	r->error = control_error(nlh);
	if (r->error == 0 && r->nl->interrupted)
		r->error = EINTR;
}

int gw_nl_read(struct gw_nl *nl, unsigned max, void (*fn)(const struct nlmsghdr *nlh, void *arg),
	void *arg, bool *done)
{
	static uint8_t buf[READ_OCTETS] __attribute__((aligned(8)));
	struct reading r = {.nl = nl, .fn = fn, .arg = arg, .done = done};

	while (max-- > 0) {
		ssize_t n = datagram(nl, buf, sizeof(buf));
		int left = (int)n;

		if (n == -EAGAIN)
			return 0;
		if (n < 0)
			return (int)n;
		for (const struct nlmsghdr *nlh = (const struct nlmsghdr *)buf; gw_nl_ok(nlh, left);
			nlh = mnl_nlmsg_next(nlh, &left))
			message(&r, nlh);
		if (done != NULL && *done)
			return -r.error;
	}
	return 1;
}

int gw_nl_dump(struct gw_nl *nl, uint16_t type, uint8_t family)
{
	uint8_t buf[REQUEST_OCTETS] __attribute__((aligned(8)));
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);
	struct rtgenmsg *gen;

	nlh->nlmsg_type = type;
	nlh->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	nlh->nlmsg_seq = ++nl->seq;
	nl->interrupted = false;
	gen = mnl_nlmsg_put_extra_header(nlh, sizeof(*gen));
	gen->rtgen_family = family;
	return send(nl->fd, nlh, nlh->nlmsg_len, 0) < 0 ? -errno : 0;
}

void *gw_nl_batch_begin(struct gw_nl_batch *b)
{
	return b->n == GW_NL_BATCH || b->len + REQUEST_OCTETS > sizeof(b->data) ? NULL
										: b->data + b->len;
}

void gw_nl_batch_end(struct gw_nl_batch *b, struct gw_nl *nl)
{
	struct nlmsghdr *nlh = (struct nlmsghdr *)(b->data + b->len);

	nlh->nlmsg_flags |= NLM_F_REQUEST | NLM_F_ACK;
	nlh->nlmsg_seq = ++nl->seq;
	b->len += MNL_ALIGN(nlh->nlmsg_len);
	b->error[b->n++] = ENOBUFS;
}

struct answers {
	struct gw_nl_batch *b;
	uint32_t first;
	uint32_t missing;
};

static void answer(struct answers *a, const struct nlmsghdr *nlh)
{
	uint32_t i = nlh->nlmsg_seq - a->first;

	if (nlh->nlmsg_type != NLMSG_ERROR || i >= a->b->n)
		return;
	a->b->error[i] = control_error(nlh);
	a->missing--;
}

static void answers_read(struct answers *a, struct gw_nl *nl)
{
	uint8_t buf[8192] __attribute__((aligned(8)));

	while (a->missing > 0) {
		ssize_t n = datagram(nl, buf, sizeof(buf));
		int left = (int)n;

		if (n == -ENOBUFS)
			continue; // those behind the lost ones
		if (n < 0)
			break;
		for (const struct nlmsghdr *nlh = (const struct nlmsghdr *)buf; gw_nl_ok(nlh, left);
			nlh = mnl_nlmsg_next(nlh, &left))
			answer(a, nlh);
	}
}

uint32_t gw_nl_batch_send(struct gw_nl_batch *b, struct gw_nl *nl)
{
	struct answers a = {.b = b, .first = nl->seq - b->n + 1, .missing = b->n};
	uint32_t failed = 0;

	if (send(nl->fd, b->data, b->len, 0) < 0) {
		for (uint32_t i = 0; i < b->n; i++)
			b->error[i] = errno;
		return b->n;
	}
	answers_read(&a, nl);
	for (uint32_t i = 0; i < b->n; i++)
		failed += b->error[i] != 0;
	return failed;
}
