// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// add and del route.

#include <errno.h>

#include "cli/cli.h"
#include "fib/route.h"
#include "fib/vrf.h"
#include "neigh/neigh.h"

static int route_add(struct gw_cli *cli)
{
	struct gw_prefix4 prefix = gw_cli_prefix4(cli, "PREFIX");
	uint16_t vrf;
	int ret = gw_vrf_find(gw_cli_arg(cli, "V"), &vrf, gw_cli_err(cli));

	if (ret < 0)
		return ret;
	return gw_route_add(vrf, &prefix, gw_cli_ip4(cli, "IP"), gw_cli_err(cli));
}

static int route_del(struct gw_cli *cli)
{
	struct gw_prefix4 prefix = gw_cli_prefix4(cli, "PREFIX");
	char text[GW_PREFIX4_LEN], hop[GW_IP4_LEN], asked[GW_IP4_LEN];
	uint32_t via = gw_cli_ip4(cli, "IP"), res;
	struct gw_ip now;
	uint16_t vrf;
	int ret = gw_vrf_find(gw_cli_arg(cli, "V"), &vrf, gw_cli_err(cli));

	if (ret < 0)
		return ret;
	res = gw_rib_get(&gw_vrfs[vrf].rib, prefix.addr, prefix.len, GW_FIB_ROUTE);
	now = gw_neigh_ip(gw_fib_index(res));
	if (via != 0 && res != 0 && gw_ip_to4(&now) != via)
		return gw_cli_fail(cli, ENOENT, "route %s in VRF %s is via %s, not %s",
			gw_prefix4_str(prefix.addr, prefix.len, text), gw_vrfs[vrf].name,
			gw_ip4_str(gw_ip_to4(&now), hop), gw_ip4_str(via, asked));
	return gw_route_del(vrf, &prefix, gw_cli_err(cli));
}

GW_CLI_COMMAND(route_add, "add route PREFIX:prefix4 via IP:ip4 [vrf V:vrf]",
	"add an ordinary route, or change its next hop", route_add);
GW_CLI_COMMAND(route_del, "del route PREFIX:prefix4 [via IP:ip4] [vrf V:vrf]",
	"delete an ordinary route", route_del);
