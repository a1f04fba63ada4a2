// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// add and del host.

#include <errno.h>
#include <string.h>

#include "cli/cli.h"
#include "fib/cost_cli.h"
#include "fib/vrf.h"
#include "host/host.h"
#include "tunnel/path_cli.h"

#define OPTIONS                                                                \
	"[publish] [cost COST] [standby] [vrf V:vrf] [symmetric TUNNEL:path] " \
	"[ingress-kbps IN_CIR:u32] [ingress-burst IN_CBS:u32] "                \
	"[ingress-peak-kbps IN_PIR:u32] [ingress-peak-burst IN_PBS:u32] "      \
	"[egress-kbps OUT_CIR:u32] [egress-burst OUT_CBS:u32] "                \
	"[egress-peak-kbps OUT_PIR:u32] [egress-peak-burst OUT_PBS:u32]"

// The interface that is named, and the VRF, which must be its own.
static int iface_read(struct gw_cli *cli, uint16_t *iface)
{
	const char *name = gw_cli_arg(cli, "NAME");
	const char *vrf = gw_cli_arg(cli, "V");
	const char *own;

	*iface = gw_iface_find(name);
	if (*iface == 0)
		return gw_cli_fail(cli, ENOENT, "host %s: no interface \"%s\" (show interface)",
			gw_cli_arg(cli, "IP"), name);
	own = gw_vrfs[gw_ifaces[*iface].vrf].name;
	if (vrf != NULL && strcmp(vrf, own) != 0)
		return gw_cli_fail(cli, EINVAL, "host %s: interface %s is in VRF %s, not %s",
			gw_cli_arg(cli, "IP"), name, own, vrf);
	return 0;
}

// As in the configuration: what is not to be limited is left out.
static int rates_check(struct gw_cli *cli)
{
	static const char *const args[][2] = {{"IN_CIR", "ingress-kbps"},
		{"IN_CBS", "ingress-burst"}, {"IN_PIR", "ingress-peak-kbps"},
		{"IN_PBS", "ingress-peak-burst"}, {"OUT_CIR", "egress-kbps"},
		{"OUT_CBS", "egress-burst"}, {"OUT_PIR", "egress-peak-kbps"},
		{"OUT_PBS", "egress-peak-burst"}};

	for (unsigned i = 0; i < sizeof(args) / sizeof(args[0]); i++) {
		if (gw_cli_arg(cli, args[i][0]) != NULL && gw_cli_u32(cli, args[i][0], 0) == 0)
			return gw_cli_fail(cli, ERANGE,
				"host %s: %s is 0, it must be 1 at least; without it there is no "
				"limit",
				gw_cli_arg(cli, "IP"), args[i][1]);
	}
	return 0;
}

static int rate_check(struct gw_cli *cli, const struct gw_rate *r, const char *direction)
{
	if (r->cir_kbps != 0 || (r->cbs_bytes | r->pir_kbps | r->pbs_bytes) == 0)
		return 0;
	return gw_cli_fail(cli, EINVAL,
		"host %s: %s-kbps is missing, which the other %s limits belong to",
		gw_cli_arg(cli, "IP"), direction, direction);
}

static int host_add(struct gw_cli *cli)
{
	struct gw_host_spec spec = {
		.ip = gw_cli_ip4(cli, "IP"),
		.mac = gw_cli_mac(cli, "MAC"),
		.publish = gw_cli_has(cli, "publish"),
		.standby = gw_cli_has(cli, "standby"),
		.ingress = {.cir_kbps = gw_cli_u32(cli, "IN_CIR", 0),
			.cbs_bytes = gw_cli_u32(cli, "IN_CBS", 0),
			.pir_kbps = gw_cli_u32(cli, "IN_PIR", 0),
			.pbs_bytes = gw_cli_u32(cli, "IN_PBS", 0)},
		.egress = {.cir_kbps = gw_cli_u32(cli, "OUT_CIR", 0),
			.cbs_bytes = gw_cli_u32(cli, "OUT_CBS", 0),
			.pir_kbps = gw_cli_u32(cli, "OUT_PIR", 0),
			.pbs_bytes = gw_cli_u32(cli, "OUT_PBS", 0)},
	};
	int ret = iface_read(cli, &spec.iface);

	if (ret == 0)
		ret = gw_cost_cli_read(cli, &spec.cost);
	if (ret == 0)
		ret = rates_check(cli);
	if (ret == 0)
		ret = rate_check(cli, &spec.ingress, "ingress");
	if (ret == 0)
		ret = rate_check(cli, &spec.egress, "egress");
	if (ret == 0)
		ret = gw_path_cli_read(cli, &spec.symmetric);
	if (ret < 0)
		return ret;
	return gw_host_add(&spec, gw_cli_err(cli));
}

// What is said of the host beside its address must be true of it: it may have moved on.
static int host_is(struct gw_cli *cli, uint32_t host)
{
	uint64_t where = gw_host_place(host);
	uint16_t iface = gw_where_iface(where);
	struct gw_mac mac = gw_cli_mac(cli, "MAC");
	const char *name = gw_cli_arg(cli, "NAME");
	char text[GW_MAC_LEN];

	if (name != NULL && strcmp(name, gw_iface_infos[iface].name) != 0)
		return gw_cli_fail(cli, ENOENT, "host %s is on interface %s, not %s",
			gw_cli_arg(cli, "IP"), gw_iface_infos[iface].name, name);
	if (gw_cli_arg(cli, "MAC") == NULL || memcmp(mac.b, &where, sizeof(mac.b)) == 0)
		return 0;
	memcpy(mac.b, &where, sizeof(mac.b));
	return gw_cli_fail(cli, ENOENT, "host %s has MAC %s, not %s", gw_cli_arg(cli, "IP"),
		gw_mac_str(&mac, text), gw_cli_arg(cli, "MAC"));
}

static int host_del(struct gw_cli *cli)
{
	uint32_t ip = gw_cli_ip4(cli, "IP"), host;
	uint16_t vrf, iface;
	int ret = 0;

	if (gw_cli_arg(cli, "NAME") != NULL) {
		ret = iface_read(cli, &iface);
		vrf = gw_ifaces[iface].vrf;
	} else {
		ret = gw_vrf_find(gw_cli_arg(cli, "V"), &vrf, gw_cli_err(cli));
	}
	if (ret < 0)
		return ret;
	host = gw_host_find(vrf, ip);
	if (host != 0)
		ret = host_is(cli, host);
	return ret < 0 ? ret : gw_host_del(vrf, ip, gw_cli_err(cli));
}

GW_CLI_COMMAND(host_add, "add host IP:ip4 mac MAC interface NAME:interface " OPTIONS,
	"add a client, or change it: what is not given is not kept", host_add);
GW_CLI_COMMAND(host_del, "del host IP:ip4 [mac MAC] [interface NAME:interface] " OPTIONS,
	"delete a client", host_del);
