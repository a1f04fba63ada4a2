// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "netlink/link.h"

#include <errno.h>
#include <net/if.h>
#include <string.h>

#include <libmnl/libmnl.h>
#include <linux/rtnetlink.h>

#include "base/log.h"
#include "base/tree.h"
#include "netlink/dump.h"
#include "netlink/netlink.h"
#include "slow/slow.h"

GW_LOG_MODULE("link");

#define MAX_WATCHERS   8
#define BUFFER_OCTETS  (1 << 20)
#define READ_DATAGRAMS 64

struct link {
	int ifindex;
	bool up, running;
	uint32_t seen; // dump that named it last
};

static void (*watchers[MAX_WATCHERS])(int ifindex, bool up, bool running);
static unsigned watcher_count;
static struct gw_nl events = {.fd = -1};
static struct gw_nl_dump dump = {.nl.fd = -1};
static uint32_t dumps;

static int link_cmp(const void *a, const void *b)
{
	const struct link *x = a, *y = b;

	return (x->ifindex > y->ifindex) - (x->ifindex < y->ifindex);
}

static struct gw_tree links = {.cmp = link_cmp};

static struct link *link_find(int ifindex)
{
	return gw_tree_find(&links, &(struct link){.ifindex = ifindex});
}

static void tell(int ifindex, bool up, bool running)
{
	for (unsigned i = 0; i < watcher_count; i++)
		watchers[i](ifindex, up, running);
}

static void link_gone(int ifindex)
{
	struct link *l = link_find(ifindex);

	if (l == NULL)
		return;
	gw_tree_drop(&links, l);
	tell(ifindex, false, false);
}

static void link_is(int ifindex, bool up, bool running)
{
	struct link *l = link_find(ifindex);
	bool same = l != NULL && l->up == up && l->running == running;

	if (l == NULL)
		l = gw_tree_put(&links, &(struct link){.ifindex = ifindex}, sizeof(*l));
	if (l == NULL)
		return;
	l->up = up;
	l->running = running;
	l->seen = dumps;
	if (!same)
		tell(ifindex, up, running);
}

static void link_message(const struct nlmsghdr *nlh, void *)
{
	const struct ifinfomsg *ifi = mnl_nlmsg_get_payload(nlh);

	// A bridge tells of its ports as of links of its own family.
	if (mnl_nlmsg_get_payload_len(nlh) < sizeof(*ifi) || ifi->ifi_family != AF_UNSPEC)
		return;
	if (nlh->nlmsg_type == RTM_DELLINK)
		link_gone(ifi->ifi_index);
	else if (nlh->nlmsg_type == RTM_NEWLINK)
		link_is(ifi->ifi_index, (ifi->ifi_flags & IFF_UP) != 0,
			(ifi->ifi_flags & (IFF_UP | IFF_RUNNING)) == (IFF_UP | IFF_RUNNING));
}

struct unseen {
	int ifindex[64];
	unsigned n;
};

static void unseen_collect(void *item, void *arg)
{
	const struct link *l = item;
	struct unseen *u = arg;

	if (l->seen != dumps && u->n < 64)
		u->ifindex[u->n++] = l->ifindex;
}

static void dump_start(void)
{
	dumps++;
	gw_nl_dump_begin(&dump, gw_slow_now_us());
	gw_nl_dump_start(&dump, RTM_GETLINK, AF_UNSPEC, gw_slow_now_us());
}

static void dump_ended(void)
{
	struct unseen u;

	do {
		u.n = 0;
		gw_tree_walk(&links, unseen_collect, &u);
		for (unsigned i = 0; i < u.n; i++)
			link_gone(u.ifindex[i]);
	} while (u.n == 64);
}

static void failed(int error)
{
	LOG(WARNING, "interfaces of the kernel cannot be read: %s; tried again", strerror(error));
}

static bool dump_read(void)
{
	int ret = gw_nl_dump_read(&dump, READ_DATAGRAMS, link_message, NULL, gw_slow_now_us());

	if (ret == 0)
		dump_ended();
	else if (ret < 0 && ret != -EINTR)
		failed(-ret);
	return true;
}

// While a dump runs, what is newer waits.
static bool events_read(void)
{
	int ret;

	if (dump.running)
		return false;
	ret = gw_nl_read(&events, READ_DATAGRAMS, link_message, NULL, NULL);
	if (ret == -ENOBUFS) {
		LOG(NOTICE, "the kernel dropped notifications: all interfaces are read again");
		dump.wanted = true;
	}
	return true;
}

static bool dump_poll(uint64_t now_us)
{
	bool silent, due = gw_nl_dump_due(&dump, now_us, &silent);

	if (silent)
		failed(ETIMEDOUT);
	if (due)
		dump_start();
	return due;
}

static int start(struct gw_err *err)
{
	int ret = gw_nl_open(&events, RTMGRP_LINK, BUFFER_OCTETS, err);

	if (ret == 0)
		ret = gw_nl_open(&dump.nl, 0, BUFFER_OCTETS, err);
	if (ret == 0)
		ret = gw_slow_watch(events.fd, events_read);
	if (ret == 0)
		ret = gw_slow_watch(dump.nl.fd, dump_read);
	if (ret < 0)
		return ret;
	gw_slow_every(1000, dump_poll);
	dump_start();
	return 0;
}

static void tell_one(void *item, void *)
{
	const struct link *l = item;

	watchers[watcher_count - 1](l->ifindex, l->up, l->running);
}

void gw_link_watch(void (*fn)(int ifindex, bool up, bool running))
{
	struct gw_err err = {0};

	if (watcher_count == MAX_WATCHERS) {
		LOG(ERR, "more than %d features watch links", MAX_WATCHERS);
		return;
	}
	watchers[watcher_count++] = fn;
	if (events.fd < 0) {
		if (start(&err) < 0)
			LOG(ERR, "carrier is not watched: %s", err.text);
	} else {
		gw_tree_walk(&links, tell_one, NULL);
	}
}

bool gw_link_state(int ifindex, bool *up, bool *running)
{
	const struct link *l = link_find(ifindex);

	if (l == NULL)
		return false;
	*up = l->up;
	*running = l->running;
	return true;
}
