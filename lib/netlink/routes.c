// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "netlink/routes.h"

#include <errno.h>
#include <string.h>

#include <linux/rtnetlink.h>

#include "base/log.h"
#include "netlink/dump.h"
#include "netlink/netlink.h"
#include "slow/slow.h"

GW_LOG_MODULE("netlink");

#define MAX_WATCHERS   4
#define EVENT_OCTETS   (16 << 20)
#define DUMP_OCTETS    (1 << 20)
#define READ_DATAGRAMS 32
#define DRAIN_READS    128 // of so many, before a reading
#define GROUPS	       (RTMGRP_IPV4_ROUTE | RTMGRP_IPV6_ROUTE | RTMGRP_IPV4_IFADDR)

struct gw_nl_routes_stats gw_nl_routes_stats;

static const struct gw_nl_routes_ops *watchers[MAX_WATCHERS];
static unsigned watcher_count;
static struct gw_nl events = {.fd = -1};
static struct gw_nl_dump dump = {.nl.fd = -1};
static uint8_t family; // that is read while the dump runs

void gw_nl_routes_again(void)
{
	dump.wanted = true;
}

static void message(const struct nlmsghdr *nlh, void *)
{
	struct gw_nl_route r;

	// With an address of IPv4, routes go silently.
	if (nlh->nlmsg_type == RTM_DELADDR)
		gw_nl_routes_again();
	if (nlh->nlmsg_type != RTM_NEWROUTE && nlh->nlmsg_type != RTM_DELROUTE)
		return;
	if (!gw_nl_route_parse(nlh, &r)) {
		gw_nl_routes_stats.malformed++;
		return;
	}
	for (unsigned i = 0; i < watcher_count; i++)
		watchers[i]->route(
			&r, nlh->nlmsg_type == RTM_NEWROUTE, dump.running ? 0 : nlh->nlmsg_pid);
}

static void stopped(int error)
{
	if (error != EINTR) { // changed while it was read: from the beginning
		LOG(WARNING, "routes of the kernel cannot be read: %s; tried again",
			strerror(error));
		gw_nl_routes_stats.failures++;
	}
	for (unsigned i = 0; i < watcher_count; i++) {
		if (watchers[i]->stop != NULL)
			watchers[i]->stop();
	}
}

static void family_start(uint8_t f)
{
	int ret;

	family = f;
	ret = gw_nl_dump_start(&dump, RTM_GETROUTE, f, gw_slow_now_us());
	if (ret < 0)
		stopped(-ret);
}

// What was notified before is in what is read, unless the reading fails. As much as is not taken
// here is told after the reading, and ends as what was read.
static void dump_start(void)
{
	int ret = 1;

	for (unsigned i = 0; i < DRAIN_READS && (ret == 1 || ret == -ENOBUFS); i++)
		ret = gw_nl_read(&events, READ_DATAGRAMS, message, NULL, NULL);
	// Not before the second family: what changed under the first one counts.
	gw_nl_dump_begin(&dump, gw_slow_now_us());
	family_start(AF_INET);
	if (!dump.running)
		return;
	gw_nl_routes_stats.reads++;
	for (unsigned i = 0; i < watcher_count; i++)
		watchers[i]->begin();
}

static void dump_ended(void)
{
	if (family == AF_INET) {
		family_start(AF_INET6);
		return;
	}
	gw_nl_dump_end(&dump, gw_slow_now_us());
	for (unsigned i = 0; i < watcher_count; i++)
		watchers[i]->end();
	gw_nl_dump_end(&dump, gw_slow_now_us()); // what the watchers took is part of it
}

static bool dump_read(void)
{
	int ret = gw_nl_dump_read(&dump, READ_DATAGRAMS, message, NULL, gw_slow_now_us());

	if (ret == 0)
		dump_ended();
	else if (ret < 0)
		stopped(-ret);
	return true;
}

static bool events_read(void)
{
	int ret;

	if (dump.running)
		return false;
	ret = gw_nl_read(&events, READ_DATAGRAMS, message, NULL, NULL);
	if (ret == -ENOBUFS) {
		gw_nl_routes_stats.overruns++;
		gw_nl_routes_again();
	}
	return true;
}

static bool poll(uint64_t now_us)
{
	bool silent, due = gw_nl_dump_due(&dump, now_us, &silent);

	if (silent)
		stopped(ETIMEDOUT);
	if (due)
		dump_start();
	return due;
}

int gw_nl_routes_watch(const struct gw_nl_routes_ops *ops, struct gw_err *err)
{
	int ret = 0;

	if (events.fd < 0) {
		ret = gw_nl_open(&events, GROUPS, EVENT_OCTETS, err);
		if (ret == 0)
			ret = gw_nl_open(&dump.nl, 0, DUMP_OCTETS, err);
		if (ret == 0)
			ret = gw_slow_watch(events.fd, events_read);
		if (ret == 0)
			ret = gw_slow_watch(dump.nl.fd, dump_read);
		if (ret < 0) {
			gw_nl_close(&events);
			gw_nl_close(&dump.nl);
			return gw_err_set(err, -ret, "netlink: %s", strerror(-ret));
		}
		gw_slow_every(0, poll);
	}
	watchers[watcher_count++] = ops;
	gw_nl_routes_again();
	return 0;
}
