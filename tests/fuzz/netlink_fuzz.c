// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// Messages of routes: whatever they hold, what is parsed is a route, and the table of learned ones
// stays whole.

#include <stdlib.h>
#include <string.h>

#include <libmnl/libmnl.h>
#include <linux/rtnetlink.h>

#include "learn/table.h"
#include "netlink/netlink.h"
#include "netlink/route.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void expect(bool holds)
{
	if (!holds)
		abort();
}

static void changed(struct gw_learn_entry *e)
{
	for (const struct gw_learn_path *p = e->paths; p != NULL; p = p->next)
		expect(p->next == NULL || p->metric < p->next->metric);
}

static void sum(struct gw_learn_entry *e, void *arg)
{
	expect(e->paths != NULL);
	for (const struct gw_learn_path *p = e->paths; p != NULL; p = p->next)
		++*(uint32_t *)arg;
}

static void message(struct gw_learn_table *t, const struct nlmsghdr *nlh)
{
	static struct gw_nl_route r;

	if (!gw_nl_route_parse(nlh, &r))
		return;
	expect(r.prefix.len <= (gw_prefix_is4(&r.prefix) ? 32 : 128));
	if (r.replaces && r.type != RTN_UNICAST)
		gw_learn_table_replaced(t, &r.prefix, r.metric);
	else
		gw_learn_table_route(t, &r, nlh->nlmsg_type == RTM_NEWROUTE);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint8_t buf[4096] __attribute__((aligned(8)));
	struct gw_learn_table t = {.changed = changed};
	const struct nlmsghdr *nlh = (const struct nlmsghdr *)buf;
	int left = (int)(size < sizeof(buf) ? size : sizeof(buf));
	uint32_t paths = 0;

	memcpy(buf, data, (size_t)left);
	for (; gw_nl_ok(nlh, left); nlh = mnl_nlmsg_next(nlh, &left)) {
		if (nlh->nlmsg_flags & NLM_F_DUMP_INTR)
			gw_learn_table_begin(&t);
		message(&t, nlh);
		if (nlh->nlmsg_flags & NLM_F_ECHO)
			gw_learn_table_end(&t);
	}
	gw_learn_table_walk(&t, sum, &paths);
	expect(paths == t.paths);
	gw_learn_table_fini(&t);
	return 0;
}
