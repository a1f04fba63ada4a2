// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "netlink/routes.h"

#include <errno.h>
#include <string.h>

#include <linux/rtnetlink.h>

#include "base/log.h"
#include "netlink/netlink.h"
#include "slow/slow.h"

GW_LOG_MODULE("netlink");

#define MAX_WATCHERS   4
#define EVENT_OCTETS   (16 << 20)
#define DUMP_OCTETS    (1 << 20)
#define READ_DATAGRAMS 32
#define RETRY_US       100000
#define GROUPS	       (RTMGRP_IPV4_ROUTE | RTMGRP_IPV6_ROUTE | RTMGRP_IPV4_IFADDR)

struct gw_nl_routes_stats gw_nl_routes_stats;

static const struct gw_nl_routes_ops *watchers[MAX_WATCHERS];
static unsigned watcher_count;
static struct gw_nl events = {.fd = -1}, dump = {.fd = -1};
static uint8_t reading; // family that is read, 0: none
static bool wanted;
static uint64_t wanted_us; // not before

void gw_nl_routes_again(void)
{
	wanted = true;
}

static void nothing(const struct nlmsghdr *nlh, void *)
{
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
			&r, nlh->nlmsg_type == RTM_NEWROUTE, reading != 0 ? 0 : nlh->nlmsg_pid);
}

static void failed(int error)
{
	LOG(WARNING, "routes of the kernel cannot be read: %s; tried again", strerror(error));
	gw_nl_routes_stats.failures++;
	reading = 0;
	wanted = true;
	wanted_us = gw_slow_now_us() + RETRY_US;
}

// What was notified before is in what is read.
static void dump_start(void)
{
	int ret;

	wanted = false;
	do
		ret = gw_nl_read(&events, READ_DATAGRAMS, nothing, NULL, NULL);
	while (ret == 1 || ret == -ENOBUFS);
	ret = gw_nl_dump(&dump, RTM_GETROUTE, AF_INET);
	if (ret < 0) {
		failed(-ret);
		return;
	}
	reading = AF_INET;
	gw_nl_routes_stats.reads++;
	for (unsigned i = 0; i < watcher_count; i++)
		watchers[i]->begin();
}

static void dump_next(void)
{
	int ret;

	if (reading == AF_INET) {
		reading = AF_INET6;
		ret = gw_nl_dump(&dump, RTM_GETROUTE, AF_INET6);
		if (ret < 0)
			failed(-ret);
		return;
	}
	reading = 0;
	for (unsigned i = 0; i < watcher_count; i++)
		watchers[i]->end();
}

static bool dump_read(void)
{
	bool done = false;
	int ret = gw_nl_read(&dump, READ_DATAGRAMS, message, NULL, &done);

	if (reading == 0 || !done)
		return true;
	if (ret == -EINTR) { // changed while it was read: from the beginning
		reading = 0;
		wanted = true;
	} else if (ret < 0) {
		failed(-ret);
	} else {
		dump_next();
	}
	return true;
}

static bool events_read(void)
{
	int ret;

	if (reading != 0)
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
	if (!wanted || reading != 0 || now_us < wanted_us)
		return false;
	dump_start();
	return true;
}

int gw_nl_routes_watch(const struct gw_nl_routes_ops *ops, struct gw_err *err)
{
	int ret = 0;

	if (events.fd < 0) {
		ret = gw_nl_open(&events, GROUPS, EVENT_OCTETS, err);
		if (ret == 0)
			ret = gw_nl_open(&dump, 0, DUMP_OCTETS, err);
		if (ret == 0)
			ret = gw_slow_watch(events.fd, events_read);
		if (ret == 0)
			ret = gw_slow_watch(dump.fd, dump_read);
		if (ret < 0) {
			gw_nl_close(&events);
			gw_nl_close(&dump);
			return gw_err_set(err, -ret, "netlink: %s", strerror(-ret));
		}
		gw_slow_every(0, poll);
	}
	watchers[watcher_count++] = ops;
	gw_nl_routes_again();
	return 0;
}
