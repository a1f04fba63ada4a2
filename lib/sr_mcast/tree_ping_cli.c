// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// tree-ping: one line per answer as it comes.

#include <errno.h>

#include "cli/cli.h"
#include "icmp/ping_show.h"
#include "sr_mcast/cli_read.h"
#include "sr_mcast/tree_ping.h"

#define COUNT_DEFAULT	    5
#define INTERVAL_DEFAULT_MS 1000
#define INTERVAL_MIN_MS	    10

struct run {
	struct gw_ping ping;
	bool begun;
};

static void run_drop(void *state)
{
	gw_tree_ping_stop(&((struct run *)state)->ping);
}

static int begin(struct gw_cli *cli, struct run *run)
{
	struct gw_ping *p = &run->ping;
	uint32_t interval_ms = gw_cli_u32(cli, "MS", INTERVAL_DEFAULT_MS);
	struct in6_addr source, leaf = gw_cli_ip6(cli, "LEAF");
	int ret = gw_mcast_cli_ip6(cli, "SOURCE", &source);

	if (ret < 0)
		return ret;
	p->count = gw_cli_u32(cli, "N", COUNT_DEFAULT);
	p->interval_us = interval_ms * 1000ull;
	if (p->count == 0)
		return gw_cli_fail(cli, EINVAL, "count 0 sends nothing: 1 or more");
	if (interval_ms < INTERVAL_MIN_MS)
		return gw_cli_fail(cli, EINVAL, "interval %u ms is too short: %u or more",
			interval_ms, INTERVAL_MIN_MS);
	ret = gw_tree_ping_start(p, &source, &leaf, gw_cli_err(cli));
	if (ret < 0)
		return ret;
	run->begun = true;
	gw_cli_list(cli);
	gw_cli_text(cli, "PING %s over tree %s: %u octets of data\n", gw_cli_arg(cli, "LEAF"),
		gw_cli_arg(cli, "SOURCE"), GW_PING_DATA);
	return 0;
}

static int tree_ping(struct gw_cli *cli)
{
	struct run *run = gw_cli_state(cli, sizeof(*run), run_drop);
	struct gw_ping_event ev;
	bool more;

	if (run == NULL)
		return gw_cli_fail(cli, ENOMEM, "no memory");
	if (!run->begun) {
		int ret = begin(cli, run);

		if (ret < 0)
			return ret;
	}
	more = gw_ping_step(&run->ping, gw_ping_clock());
	while (gw_ping_take(&run->ping, &ev))
		gw_ping_event_show(cli, &ev);
	return more ? GW_CLI_AGAIN : gw_ping_summary_show(cli, &run->ping);
}

GW_CLI_COMMAND(tree_ping, "tree-ping SOURCE:mcast-tree LEAF:ip6 [count N] [interval MS]",
	"send echo requests over a tree that begins here, which only the leaf with this first "
	"address answers: 5 of them at 1000 ms by default",
	tree_ping);
