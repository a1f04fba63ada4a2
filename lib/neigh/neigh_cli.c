// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// show neighbor, add and del neighbor.

#include <errno.h>

#include "cli/cli.h"
#include "fib/vrf.h"
#include "iface/iface.h"
#include "neigh/entry.h"

static const char *const states[] = {
	[GW_NEIGH_FREE] = "free",
	[GW_NEIGH_INCOMPLETE] = "incomplete",
	[GW_NEIGH_REACHABLE] = "reachable",
	[GW_NEIGH_STALE] = "stale",
	[GW_NEIGH_PROBE] = "probe",
	[GW_NEIGH_FAILED] = "failed",
	[GW_NEIGH_STATIC] = "static",
	[GW_NEIGH_GONE] = "gone",
};

json_t *gw_neigh_json(uint32_t nh)
{
	const struct gw_nexthop *n = &gw_nexthops[nh];
	const struct gw_neigh *e = &gw_neighs[nh];
	bool aged = e->confirmed_us != 0 && gw_neigh_mac(nh) != 0 && e->state != GW_NEIGH_STATIC;
	char ip[GW_IP_LEN], mac[GW_MAC_LEN];
	struct gw_mac b;

	memcpy(b.b, &n->mac, sizeof(b.b));
	return json_pack("{s:s, s:s?, s:s, s:s, s:s, s:o, s:i}", "ip", gw_ip_str(&e->ip, ip), "mac",
		n->mac & GW_NH_RESOLVED ? gw_mac_str(&b, mac) : NULL, "interface",
		e->state == GW_NEIGH_GONE ? "" : gw_iface_infos[n->iface].name, "vrf",
		gw_vrfs[n->vrf].name, "state", states[e->state], "age_s",
		aged ? json_integer((json_int_t)((gw_neigh_now() - e->confirmed_us) / 1000000))
		     : json_null(),
		"held", (int)gw_neigh_waiting(nh));
}

static int neighbor_show(struct gw_cli *cli)
{
	uint32_t *at = gw_cli_state(cli, sizeof(*at), NULL);

	if (at == NULL)
		return gw_cli_fail(cli, ENOMEM, "no memory");
	gw_cli_list(cli);
	while ((*at = gw_neigh_next(*at)) != 0) {
		gw_cli_row(cli, gw_neigh_json(*at));
		if (gw_cli_full(cli))
			return GW_CLI_AGAIN;
	}
	return 0;
}

static int iface_named(struct gw_cli *cli, uint16_t *iface)
{
	const char *name = gw_cli_arg(cli, "NAME");

	*iface = gw_iface_find(name);
	if (*iface == 0)
		return gw_cli_fail(cli, ENOENT, "no interface \"%s\" (show interface)", name);
	return 0;
}

// What a command's IP is; its text was checked.
static struct gw_ip ip_named(struct gw_cli *cli)
{
	struct gw_ip ip = {0};

	gw_ip_parse(gw_cli_arg(cli, "IP"), &ip);
	return ip;
}

static int neighbor_add(struct gw_cli *cli)
{
	struct gw_mac mac = gw_cli_mac(cli, "MAC");
	uint16_t iface;
	int ret = iface_named(cli, &iface);

	if (ret < 0)
		return ret;
	return gw_neigh_static_add(iface, ip_named(cli), &mac, gw_cli_err(cli));
}

static int neighbor_del(struct gw_cli *cli)
{
	uint16_t iface;
	int ret = iface_named(cli, &iface);

	if (ret < 0)
		return ret;
	return gw_neigh_static_del(iface, ip_named(cli), gw_cli_err(cli));
}

GW_CLI_COMMAND(neighbor_show, "show neighbor", "show next hops and what ARP and ND know of them",
	neighbor_show);
GW_CLI_COMMAND(neighbor_add, "add neighbor IP:ip mac MAC interface NAME:interface",
	"add a static neighbor", neighbor_add);
GW_CLI_COMMAND(neighbor_del, "del neighbor IP:ip [mac MAC] interface NAME:interface",
	"delete a static neighbor", neighbor_del);
