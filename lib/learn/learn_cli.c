// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// show learn.

#include "cli/cli.h"
#include "learn/learn.h"
#include "netlink/routes.h"

static int learn_show(struct gw_cli *cli)
{
	const struct gw_learn_stats s = gw_learn_stats();
	const struct gw_nl_routes_stats *k = &gw_nl_routes_stats;

	gw_cli_put(cli,
		json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I}",
			"kernel_routes", (json_int_t)s.routes, "learned", (json_int_t)s.learned,
			"waiting_for_a_subnet", (json_int_t)s.waiting, "over_other_interfaces",
			(json_int_t)s.elsewhere, "published_here", (json_int_t)s.published,
			"ignored_protocol", (json_int_t)s.protocol, "ignored_type",
			(json_int_t)s.type, "ignored_without_next_hop", (json_int_t)s.no_nexthop,
			"over_limit", (json_int_t)s.over_limit, "kernel_reads",
			(json_int_t)k->reads, "kernel_overruns", (json_int_t)k->overruns,
			"kernel_malformed", (json_int_t)k->malformed));
	return 0;
}

GW_CLI_COMMAND(learn_show, "show learn",
	"how many routes of the kernel are learned, and why others are not", learn_show);
