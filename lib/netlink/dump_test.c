// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// Readings and requests against a kernel that is the other end of a pair of sockets: it tells the
// truth, changes its mind, falls silent, refuses.

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>

#include <cmocka.h>
#include <libmnl/libmnl.h>
#include <linux/rtnetlink.h>
#include <unistd.h>

#include "netlink/dump.h"
#include "netlink/route.h"

#define NOW 1000000000ull

static struct gw_nl_dump d;
static int kernel; // its end
static unsigned heard;
static bool silent;

static int setup(void **)
{
	int fd[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, fd), 0);
	d = (struct gw_nl_dump){.nl.fd = fd[0]};
	kernel = fd[1];
	heard = 0;
	return 0;
}

static int teardown(void **)
{
	gw_nl_close(&d.nl);
	close(kernel);
	return 0;
}

static void on_message(const struct nlmsghdr *nlh, void *)
{
	assert_int_equal(nlh->nlmsg_type, RTM_NEWROUTE);
	heard++;
}

// The sequence number of the request that came.
static uint32_t asked(void)
{
	uint8_t buf[256] __attribute__((aligned(8)));
	const struct nlmsghdr *nlh = (const struct nlmsghdr *)buf;

	assert_true(recv(kernel, buf, sizeof(buf), MSG_DONTWAIT) >= (ssize_t)sizeof(*nlh));
	assert_int_equal(nlh->nlmsg_type, RTM_GETROUTE);
	assert_int_equal(nlh->nlmsg_flags, NLM_F_REQUEST | NLM_F_DUMP);
	return nlh->nlmsg_seq;
}

static void say(uint16_t type, uint16_t flags, uint32_t seq, int error)
{
	uint8_t buf[256] __attribute__((aligned(8))) = {};
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);
	struct nlmsgerr *e = mnl_nlmsg_put_extra_header(nlh, sizeof(*e));

	nlh->nlmsg_type = type;
	nlh->nlmsg_flags = flags;
	nlh->nlmsg_seq = seq;
	e->error = -error; // where NLMSG_DONE has its own, too
	assert_int_equal(send(kernel, nlh, nlh->nlmsg_len, 0), nlh->nlmsg_len);
}

static uint32_t start(uint64_t now)
{
	gw_nl_dump_begin(&d, now);
	assert_int_equal(gw_nl_dump_start(&d, RTM_GETROUTE, AF_INET, now), 0);
	assert_true(d.running);
	return asked();
}

static int read_at(uint64_t now)
{
	return gw_nl_dump_read(&d, 8, on_message, NULL, now);
}

static bool due(uint64_t now)
{
	return gw_nl_dump_due(&d, now, &silent);
}

static void to_the_end(void **)
{
	uint32_t seq;

	assert_false(due(NOW));
	d.wanted = true;
	assert_true(due(NOW));
	seq = start(NOW);
	assert_false(d.wanted);
	assert_false(due(NOW));
	say(RTM_NEWROUTE, NLM_F_MULTI, seq, 0);
	say(RTM_NEWROUTE, NLM_F_MULTI, seq - 1, 0); // of another one
	assert_int_equal(read_at(NOW), 1);
	assert_int_equal(heard, 1);
	say(NLMSG_DONE, NLM_F_MULTI, seq, 0);
	assert_int_equal(read_at(NOW), 0);
	assert_false(d.running);
	assert_false(due(NOW + GW_NL_DUMP_SILENT_US));
	assert_false(silent);
}

// Who wants it anew while it runs has it after the last of several parts.
static void wanted_while_it_runs(void **)
{
	uint32_t seq = start(NOW);

	d.wanted = true;
	say(NLMSG_DONE, NLM_F_MULTI, seq, 0);
	assert_int_equal(read_at(NOW), 0);
	assert_int_equal(gw_nl_dump_start(&d, RTM_GETROUTE, AF_INET6, NOW), 0);
	seq = asked();
	assert_false(due(NOW));
	say(NLMSG_DONE, NLM_F_MULTI, seq, 0);
	assert_int_equal(read_at(NOW), 0);
	assert_true(due(NOW));
}

// Wanted all the while, readings take half of the time; the first one after quiet starts at once.
static void paced(void **)
{
	const uint64_t took = 3 * GW_NL_DUMP_RETRY_US, end = NOW + took;
	uint32_t seq = start(NOW);

	d.wanted = true;
	say(NLMSG_DONE, NLM_F_MULTI, seq, 0);
	assert_int_equal(read_at(end), 0);
	gw_nl_dump_end(&d, end);
	assert_false(due(end + took - 1));
	assert_true(due(end + took));
	seq = start(end + took);
	say(NLMSG_DONE, NLM_F_MULTI, seq, 0);
	assert_int_equal(read_at(end + took + 1), 0); // a short one
	gw_nl_dump_end(&d, end + took + 1);
	d.wanted = true;
	assert_false(due(end + took + GW_NL_DUMP_RETRY_US));
	assert_true(due(end + took + GW_NL_DUMP_RETRY_US + 1));
}

// The flag stands in one of the messages only, not at the end.
static void changed_under_it(void **)
{
	uint32_t seq = start(NOW);

	say(RTM_NEWROUTE, NLM_F_MULTI | NLM_F_DUMP_INTR, seq, 0);
	say(NLMSG_DONE, NLM_F_MULTI, seq, 0);
	assert_int_equal(read_at(NOW), -EINTR);
	assert_false(due(NOW + GW_NL_DUMP_RETRY_US - 1)); // it may change for a while
	assert_true(due(NOW + GW_NL_DUMP_RETRY_US));
	seq = start(NOW + GW_NL_DUMP_RETRY_US);
	say(NLMSG_DONE, NLM_F_MULTI, seq, 0);
	assert_int_equal(read_at(NOW + GW_NL_DUMP_RETRY_US), 0);
}

static void without_an_end(void **)
{
	uint32_t seq = start(NOW), next;
	uint64_t now = NOW + GW_NL_DUMP_SILENT_US - 1;

	say(RTM_NEWROUTE, NLM_F_MULTI, seq, 0);
	assert_false(due(now));
	assert_int_equal(read_at(now), 1); // it lives
	assert_false(due(now + GW_NL_DUMP_SILENT_US - 1));
	assert_false(silent);
	assert_false(due(now + GW_NL_DUMP_SILENT_US));
	assert_true(silent);
	assert_false(d.running);
	now += GW_NL_DUMP_SILENT_US + GW_NL_DUMP_RETRY_US;
	assert_false(due(now - 1));
	assert_false(silent);			// said once
	say(RTM_NEWROUTE, NLM_F_MULTI, seq, 0); // too late
	assert_int_equal(read_at(now), 1);
	assert_int_equal(heard, 1);
	assert_true(due(now));
	next = start(now);
	say(NLMSG_DONE, NLM_F_MULTI, seq, 0); // the end of the other
	assert_int_equal(read_at(now), 1);
	say(NLMSG_DONE, NLM_F_MULTI, next, 0);
	assert_int_equal(read_at(now), 0);
}

static void refused(void **)
{
	uint32_t seq = start(NOW);

	say(NLMSG_ERROR, 0, seq, EBUSY);
	assert_int_equal(read_at(NOW), -EBUSY);
	assert_false(due(NOW + GW_NL_DUMP_RETRY_US - 1));
	assert_true(due(NOW + GW_NL_DUMP_RETRY_US));
	seq = start(NOW + GW_NL_DUMP_RETRY_US);
	say(NLMSG_DONE, NLM_F_MULTI, seq, ENOMEM); // an error at the end
	assert_int_equal(read_at(NOW), -ENOMEM);
	assert_true(due(NOW + GW_NL_DUMP_RETRY_US));
}

// The kernel aborts a dump for want of memory: an error of the socket, and no message follows.
static void socket_fails(void **)
{
	static const uint8_t long_one[40000];

	start(NOW);
	assert_int_equal(send(kernel, long_one, sizeof(long_one), 0), sizeof(long_one));
	assert_int_equal(read_at(NOW), -ENOBUFS);
	assert_false(d.running);
	assert_true(due(NOW + GW_NL_DUMP_RETRY_US));
}

static void cannot_ask(void **)
{
	close(kernel);
	kernel = dup(d.nl.fd); // to be closed
	assert_int_equal(gw_nl_dump_start(&d, RTM_GETROUTE, AF_INET, NOW), -EPIPE);
	assert_false(d.running);
	assert_true(due(NOW + GW_NL_DUMP_RETRY_US));
}

// Every request has its own answer; one without has ENOBUFS, whatever order they come in.
static void answers(void **)
{
	static struct gw_nl_batch b;
	static const int said[] = {0, EPERM, ENOSPC, ENOBUFS, EEXIST};
	const struct gw_nl_route r = {.table = 100, .metric = 20, .protocol = 200};

	b.n = 0;
	b.len = 0;
	for (unsigned i = 0; i < 6; i++) {
		gw_nl_route_put(gw_nl_batch_begin(&b), true, &r);
		gw_nl_batch_end(&b, &d.nl);
	}
	for (unsigned i = 0; i < 5; i++)
		say(NLMSG_ERROR, 0, d.nl.seq - 1 - i, said[4 - i]);
	say(NLMSG_ERROR, 0, d.nl.seq + 1, EINVAL); // of no request
	assert_int_equal(gw_nl_batch_send(&b, &d.nl), 5);
	for (unsigned i = 0; i < 5; i++)
		assert_int_equal(b.error[i], said[i]);
	assert_int_equal(b.error[5], ENOBUFS);
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(to_the_end),
		TEST(wanted_while_it_runs),
		TEST(paced),
		TEST(changed_under_it),
		TEST(without_an_end),
		TEST(refused),
		TEST(socket_fails),
		TEST(cannot_ask),
		TEST(answers),
	};

	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
