// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// add and del route.

#include <errno.h>

#include "cli/cli.h"
#include "fib/route.h"
#include "fib/via.h"
#include "fib/vrf.h"

// What both name; `n` 0: no next hops.
struct asked {
	struct gw_prefix prefix;
	struct gw_ip_zone vias[GW_ROUTE_VIAS];
	uint32_t n;
	uint16_t vrf;
};

static int asked_get(struct gw_cli *cli, struct asked *a)
{
	const char *via = gw_cli_arg(cli, "IP");
	int ret = gw_vrf_find(gw_cli_arg(cli, "V"), &a->vrf, gw_cli_err(cli));

	if (ret < 0)
		return ret;
	a->prefix = gw_cli_prefix(cli, "PREFIX");
	a->n = 0;
	if (via != NULL && !gw_vias_parse(via, a->vias, &a->n)) // each of them is right
		return gw_cli_fail(
			cli, EINVAL, "via %s: more than %d next hops", via, GW_ROUTE_VIAS);
	return 0;
}

static int route_add(struct gw_cli *cli)
{
	struct asked a;
	int ret = asked_get(cli, &a);

	if (ret < 0)
		return ret;
	return gw_route_add(a.vrf, &a.prefix, a.vias, a.n, gw_cli_err(cli));
}

static int route_del(struct gw_cli *cli)
{
	struct asked a;
	int ret = asked_get(cli, &a);

	if (ret < 0)
		return ret;
	return gw_route_del(a.vrf, &a.prefix, a.vias, a.n, gw_cli_err(cli));
}

GW_CLI_COMMAND(route_add, "add route PREFIX:prefix via IP:vias [vrf V:vrf]",
	"add an ordinary route, or change its next hops, one or several with ',' between",
	route_add);
GW_CLI_COMMAND(route_del, "del route PREFIX:prefix [via IP:vias] [vrf V:vrf]",
	"delete an ordinary route", route_del);
