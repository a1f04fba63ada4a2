// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// show host.

#include <errno.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/columns.h"
#include "fib/host_tunnel_json.h"
#include "fib/vrf.h"
#include "host/host.h"

#define CALL_HOSTS 4096 // looked at in one call, whatever their VRF

static json_int_t number(const json_t *o, const char *key)
{
	return json_integer_value(json_object_get(o, key));
}

static const char *string(const json_t *o, const char *key)
{
	return json_string_value(json_object_get(o, key));
}

static void rate_text(struct gw_cli *cli, const char *key, const json_t *rate)
{
	if (rate == NULL)
		return;
	gw_cli_text(cli, "  %s limit: %lld kbit/s, burst %lld octets", key,
		number(rate, "cir_kbps"), number(rate, "cbs_bytes"));
	if (json_object_get(rate, "pir_kbps") != NULL)
		gw_cli_text(cli, "; peak %lld kbit/s, burst %lld octets", number(rate, "pir_kbps"),
			number(rate, "pbs_bytes"));
	gw_cli_text(cli, "\n");
}

static void direction_text(struct gw_cli *cli, const json_t *o, const char *title, const char *way)
{
	char key[4][32];

	snprintf(key[0], sizeof(key[0]), "%s_packets", way);
	snprintf(key[1], sizeof(key[1]), "%s_octets", way);
	snprintf(key[2], sizeof(key[2]), "policed_%s_packets", way);
	snprintf(key[3], sizeof(key[3]), "policed_%s_octets", way);
	gw_cli_text(cli,
		"  %s: %lld packets, %lld octets; over the limit: %lld packets, %lld octets\n",
		title, number(o, key[0]), number(o, key[1]), number(o, key[2]), number(o, key[3]));
}

static void host_text(struct gw_cli *cli, const json_t *o)
{
	const char *symmetric = string(o, "symmetric");

	gw_cli_text(cli, "host %s, VRF %s: %s on interface %s, %s%s\n", string(o, "ip"),
		string(o, "vrf"), string(o, "mac"), string(o, "interface"), string(o, "state"),
		json_is_true(json_object_get(o, "standby")) ? " (the entry is standby)" : "");
	if (strcmp(string(o, "state"), "fallback") == 0)
		gw_cli_text(cli, "  packets to it go by %s\n", string(o, "fallback"));
	if (json_is_true(json_object_get(o, "publish")))
		gw_cli_text(cli, "  published, cost %lld\n", number(o, "cost"));
	if (symmetric != NULL)
		gw_cli_text(cli, "  upstream into tunnel %s\n", symmetric);
	rate_text(cli, "ingress", json_object_get(o, "ingress"));
	rate_text(cli, "egress", json_object_get(o, "egress"));
	direction_text(cli, o, "from the client", "rx");
	direction_text(cli, o, "to the client", "tx");
}

static void tunnel_text(struct gw_cli *cli, const json_t *o)
{
	const char *tunnel = string(o, "tunnel");

	gw_cli_text(cli, "host-tunnel %s, VRF %s: %s %s", string(o, "ip"), string(o, "vrf"),
		tunnel != NULL ? "tunnel" : "group", tunnel != NULL ? tunnel : string(o, "group"));
	if (number(o, "lifetime_ms") != 0)
		gw_cli_text(cli, ", for another %lld ms", number(o, "lifetime_ms"));
	gw_cli_text(cli, "\n");
}

// What is known of an address, as host, behind a tunnel, or both.
static int one_show(struct gw_cli *cli, uint16_t vrf)
{
	uint32_t ip = gw_cli_ip4(cli, "IP");
	uint32_t host = gw_host_find(vrf, ip);
	json_t *tunnel = gw_host_tunnel_json(vrf, ip);
	char text[GW_IP4_LEN];
	json_t *o;

	if (host == 0 && tunnel == NULL)
		return gw_cli_fail(cli, ENOENT, "no host %s in VRF %s", gw_ip4_str(ip, text),
			gw_vrfs[vrf].name);
	o = host != 0
		? gw_host_json(host)
		: json_pack("{s:s, s:s}", "ip", gw_ip4_str(ip, text), "vrf", gw_vrfs[vrf].name);
	if (host != 0)
		host_text(cli, o);
	if (tunnel != NULL) {
		tunnel_text(cli, tunnel);
		json_object_del(tunnel, "ip");
		json_object_del(tunnel, "vrf");
		json_object_set_new(o, "host_tunnel", tunnel);
	}
	gw_cli_put(cli, o);
	return 0;
}

static int count_show(struct gw_cli *cli, bool one_vrf, uint16_t vrf)
{
	uint64_t hosts = 0, tunnels = 0;

	for (uint16_t v = 0; v < gw_vrf_count; v++) {
		if (one_vrf && v != vrf)
			continue;
		hosts += gw_vrfs[v].rib.count[GW_FIB_HOST];
		tunnels += gw_vrfs[v].rib.count[GW_FIB_HOST_TUNNEL];
	}
	gw_cli_put(cli,
		json_pack("{s:I, s:I}", "hosts", (json_int_t)hosts, "host_tunnels",
			(json_int_t)tunnels));
	return 0;
}

// A million of them: the place in the table is kept, what comes or goes meanwhile is shown or not.
static int all_show(struct gw_cli *cli, bool one_vrf, uint16_t vrf)
{
	static const char *const columns[] = {"ip", "mac", "interface", "vrf", "state",
		"rx_packets", "tx_packets", "policed_rx_packets", "policed_tx_packets", NULL};
	uint32_t *at = gw_cli_state(cli, sizeof(*at), NULL);
	unsigned budget = CALL_HOSTS;

	if (at == NULL)
		return gw_cli_fail(cli, ENOMEM, "no memory");
	gw_cli_list(cli);
	while ((*at = gw_host_next(*at)) != 0) {
		if (!one_vrf || gw_host_infos[*at].vrf == vrf)
			gw_cli_row_columns(cli, gw_host_json(*at), columns);
		if (gw_cli_full(cli) || --budget == 0)
			return GW_CLI_AGAIN;
	}
	return 0;
}

static int host_show(struct gw_cli *cli)
{
	const char *name = gw_cli_arg(cli, "V");
	uint16_t vrf;
	int ret = gw_vrf_find(name, &vrf, gw_cli_err(cli));

	if (ret < 0)
		return ret;
	if (gw_cli_has(cli, "count"))
		return count_show(cli, name != NULL, vrf);
	if (gw_cli_has(cli, "all"))
		return all_show(cli, name != NULL, vrf);
	return one_show(cli, vrf);
}

GW_CLI_COMMAND(host_show, "show host {IP:ip4|all|count} [vrf V:vrf]",
	"a client with its limits and counters, all of them, or how many", host_show);
