// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// add and del mcast flow, mcast receiver.

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "fib/vrf.h"
#include "port/port.h"
#include "sr_mcast/cli_read.h"
#include "sr_mcast/flow.h"
#include "sr_mcast/receiver.h"
#include "sr_mcast/tree.h"

static int flow_read(struct gw_cli *cli, struct gw_mcast_flow_spec *spec)
{
	int ret;

	*spec = (struct gw_mcast_flow_spec){0};
	ret = gw_vrf_find(gw_cli_arg(cli, "V"), &spec->vrf, gw_cli_err(cli));
	if (ret == 0)
		ret = gw_mcast_cli_ip(cli, "SOURCE", &spec->source);
	if (ret == 0)
		ret = gw_mcast_cli_ip(cli, "GROUP", &spec->group);
	if (ret == 0 && gw_cli_arg(cli, "TREE") != NULL)
		ret = gw_mcast_cli_ip6(cli, "TREE", &spec->tree);
	return ret;
}

static int flow_add(struct gw_cli *cli)
{
	struct gw_mcast_flow_spec spec;
	int ret = flow_read(cli, &spec);
	uint32_t old, n = 0;

	if (ret == 0)
		ret = gw_mcast_cli_ifaces(cli, "PORTS", spec.iface, GW_MAX_FLOW_PORTS, &n);
	if (ret < 0)
		return ret;
	spec.n_ifaces = (uint16_t)n;
	old = gw_mcast_flow_find(spec.vrf, &spec.source, &spec.group);
	// A switch to another tree leaves the rest as it is.
	if (n == 0 && old != 0) {
		spec.n_ifaces = gw_mcast_flows[old].n_ifaces;
		memcpy(spec.iface, gw_mcast_flows[old].iface, sizeof(spec.iface));
	}
	return gw_mcast_flow_set(&spec, gw_cli_err(cli));
}

static int flow_del(struct gw_cli *cli)
{
	struct gw_mcast_flow_spec spec;
	char is[GW_IP6_LEN];
	int ret = flow_read(cli, &spec);
	uint32_t flow;

	if (ret < 0)
		return ret;
	flow = gw_mcast_flow_find(spec.vrf, &spec.source, &spec.group);
	if (flow != 0 && gw_cli_arg(cli, "TREE") != NULL) {
		const struct in6_addr *tree = &gw_mcast_trees[gw_mcast_flows[flow].tree].source;

		if (!gw_ip6_eq(tree, &spec.tree))
			return gw_cli_fail(cli, ENOENT, "the flow leads into tree %s, not %s",
				gw_ip6_str(tree, is), gw_cli_arg(cli, "TREE"));
	}
	return gw_mcast_flow_del(spec.vrf, &spec.source, &spec.group, gw_cli_err(cli));
}

static int receiver_read(struct gw_cli *cli, uint16_t *vrf, struct gw_ip *group, uint16_t *iface)
{
	uint32_t n;
	int ret = gw_vrf_find(gw_cli_arg(cli, "V"), vrf, gw_cli_err(cli));

	if (ret == 0)
		ret = gw_mcast_cli_ip(cli, "GROUP", group);
	return ret == 0 ? gw_mcast_cli_ifaces(cli, "PORT", iface, 1, &n) : ret;
}

static int receiver_add(struct gw_cli *cli)
{
	struct gw_ip group, *sources = NULL;
	uint16_t vrf, iface;
	uint32_t n = 0;
	int ret = receiver_read(cli, &vrf, &group, &iface);

	if (ret == 0)
		ret = gw_mcast_cli_ips(cli, "ADDRS", &sources, &n);
	if (ret == 0)
		ret = gw_receiver_set(vrf, &group, iface, GW_RECEIVER_STATIC, n == 0, sources, n,
			gw_cli_err(cli));
	free(sources);
	return ret;
}

static int receiver_del(struct gw_cli *cli)
{
	struct gw_ip group;
	uint16_t vrf, iface;
	int ret = receiver_read(cli, &vrf, &group, &iface);

	if (ret < 0)
		return ret;
	if (gw_receiver_del(vrf, &group, iface, GW_RECEIVER_STATIC) < 0)
		return gw_cli_fail(cli, ENOENT,
			"no receiver of %s in VRF %s on %s was added (show mcast receiver)",
			gw_cli_arg(cli, "GROUP"), gw_vrfs[vrf].name, gw_cli_arg(cli, "PORT"));
	return 0;
}

static void port_list(gw_cli_emit_fn emit, void *arg, const char *prefix)
{
	for (uint16_t i = 0; (i = gw_iface_next(i)) != 0;)
		emit(arg, gw_iface_infos[i].name);
	for (uint16_t p = 0; p < GW_MAX_PORTS; p++) {
		if (gw_ports[p].used && gw_iface_find(gw_ports[p].name) == 0 &&
			gw_iface_by_vlans(p, 0, 0) != 0)
			emit(arg, gw_ports[p].name);
	}
}

GW_CLI_TYPE("mcast-port", port_list);
GW_CLI_COMMAND(mcast_flow_add,
	"add mcast flow V:vrf SOURCE GROUP:ip tree TREE:mcast-tree [port PORTS:mcast-port]",
	"lead multicast from a source (* any) to a group into a tree, or into another one; only "
	"from these ports, or those of the route to the source",
	flow_add);
GW_CLI_COMMAND(mcast_flow_del, "del mcast flow V:vrf SOURCE GROUP:ip [tree TREE:mcast-tree]",
	"delete a flow", flow_del);
GW_CLI_COMMAND(mcast_receiver_add,
	"add mcast receiver V:vrf GROUP:ip port PORT:mcast-port [source ADDRS]",
	"give a group to an interface, or port, from these sources (A,B,C) or from any",
	receiver_add);
GW_CLI_COMMAND(mcast_receiver_del,
	"del mcast receiver V:vrf GROUP:ip port PORT:mcast-port [source ADDRS]",
	"take a group from an interface again; what was learned there stays", receiver_del);
