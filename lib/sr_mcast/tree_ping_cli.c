// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// tree-ping: of a leaf over a tree that begins here.

#include "cli/cli.h"
#include "icmp/ping_run.h"
#include "sr_mcast/cli_read.h"
#include "sr_mcast/tree_ping.h"

static void stop(void *p)
{
	gw_tree_ping_stop(p);
}

static int start(struct gw_cli *cli, struct gw_ping *p)
{
	struct in6_addr source, leaf = gw_cli_ip6(cli, "LEAF");
	int ret = gw_mcast_cli_ip6(cli, "SOURCE", &source);

	if (ret == 0)
		ret = gw_tree_ping_start(p, &source, &leaf, gw_cli_err(cli));
	if (ret == 0)
		gw_cli_text(cli, "PING %s over tree %s: %u octets of data\n",
			gw_cli_arg(cli, "LEAF"), gw_cli_arg(cli, "SOURCE"), GW_PING_DATA);
	return ret;
}

static int tree_ping(struct gw_cli *cli)
{
	return gw_ping_run(cli, start, stop);
}

GW_CLI_COMMAND(tree_ping, "tree-ping SOURCE:mcast-tree LEAF:ip6 [count N] [interval MS]",
	"send echo requests over a tree that begins here, which only the leaf with this first "
	"address answers: 5 of them at 1000 ms by default",
	tree_ping);
