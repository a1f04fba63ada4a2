// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// show port info.

#include <string.h>

#include <rte_dev.h>
#include <rte_ethdev.h>

#include "dp/worker.h"
#include "fib/vrf.h"
#include "port/port.h"
#include "port/port_cli.h"
#include "xdp/xdp.h"

static const char *string(const json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));

	return s != NULL ? s : "-";
}

// What decides how the data path treats the port.
static json_t *capabilities_json(const struct gw_port *p, const struct rte_eth_dev_info *info)
{
	const struct {
		bool there;
		const char *name;
	} caps[] = {
		{p->multi_seg, "tx-chains"},
		{info->rx_offload_capa & RTE_ETH_RX_OFFLOAD_SCATTER, "rx-chains"},
		{info->rx_offload_capa & RTE_ETH_RX_OFFLOAD_IPV4_CKSUM, "rx-ip-checksum"},
		{info->flow_type_rss_offloads & RTE_ETH_RSS_IPV4, "rss-ipv4"},
		{p->rx_queues > 1 && p->xdp == NULL, "rss-by-client"},
		{p->xdp != NULL, "steering"},
		{p->sleepy, "idle-sleep"},
	};
	json_t *list = json_array();

	for (unsigned i = 0; i < RTE_DIM(caps); i++) {
		if (caps[i].there)
			json_array_append_new(list, json_string(caps[i].name));
	}
	return list;
}

static void link_set(json_t *o, uint16_t port)
{
	struct rte_eth_link link = {.link_speed = RTE_ETH_SPEED_NUM_UNKNOWN};
	bool up = false, known;

	known = rte_eth_link_get_nowait(port, &link) == 0;
	if (known)
		up = link.link_status == RTE_ETH_LINK_UP;
	if (gw_ports[port].xdp != NULL) // whose driver does not know
		known = gw_xdp_link(gw_ports[port].xdp, &up) == 0;
	json_object_set_new(o, "link", known ? json_string(up ? "up" : "down") : json_null());
	json_object_set_new(o, "speed_mbps",
		link.link_speed != RTE_ETH_SPEED_NUM_UNKNOWN && link.link_speed != 0
			? json_integer(link.link_speed)
			: json_null());
}

// The workers that poll the port's receive queues.
static json_t *workers_json(uint16_t port)
{
	json_t *list = json_array();

	for (unsigned id = 1; id <= gw_worker_count; id++) {
		const struct gw_worker *w = &gw_workers[id];
		bool polls = false;

		for (uint32_t q = 0; q < w->rxq_n; q++)
			polls |= w->rxq[q].port == port;
		if (polls)
			json_array_append_new(list, json_integer(id));
	}
	return list;
}

static json_t *info_json(uint16_t port)
{
	const struct gw_port *p = &gw_ports[port];
	struct rte_eth_dev_info info = {0};
	char mac[GW_MAC_LEN];
	json_t *o;

	rte_eth_dev_info_get(port, &info); // fails: shown without a driver
	o = json_pack("{s:s, s:s, s:s?, s:s?, s:s, s:s, s:s, s:b, s:b, s:b, s:b}", "name", p->name,
		"device", p->device, "dpdk_name",
		info.device != NULL ? rte_dev_name(info.device) : NULL, "driver", info.driver_name,
		"mac", gw_mac_str(&p->mac, mac), "role",
		p->role == GW_ROLE_ACCESS ? "access" : "network", "vrf", gw_vrfs[p->vrf].name,
		"transit", p->transit, "source_guard",
		p->role == GW_ROLE_ACCESS && !p->no_source_guard, "sr_domain", p->sr_domain, "up",
		p->up);
	link_set(o, port);
	json_object_update_new(o,
		json_pack("{s:i, s:b, s:i, s:i, s:o, s:o}", "mtu", p->mtu, "promiscuous",
			rte_eth_promiscuous_get(port) == 1, "rx_queues", p->rx_queues, "tx_queues",
			p->tx_queues, "workers", workers_json(port), "capabilities",
			capabilities_json(p, &info)));
	return o;
}

static void list_text(struct gw_cli *cli, const char *title, const json_t *list)
{
	const json_t *value;
	size_t i;

	gw_cli_text(cli, "  %s:", title);
	json_array_foreach (list, i, value) {
		if (json_is_string(value))
			gw_cli_text(cli, " %s", json_string_value(value));
		else
			gw_cli_text(cli, " %lld", json_integer_value(value));
	}
	gw_cli_text(cli, "\n");
}

static void info_text(struct gw_cli *cli, const json_t *o)
{
	gw_cli_text(cli, "%s: role %s, VRF %s, set %s, link %s", string(o, "name"),
		string(o, "role"), string(o, "vrf"),
		json_is_true(json_object_get(o, "up")) ? "up" : "down", string(o, "link"));
	if (gw_port_cli_number(o, "speed_mbps") != 0)
		gw_cli_text(cli, ", %lld Mbit/s", gw_port_cli_number(o, "speed_mbps"));
	gw_cli_text(cli, "%s%s%s\n", json_is_true(json_object_get(o, "transit")) ? ", transit" : "",
		json_is_true(json_object_get(o, "source_guard")) ? ", source guard" : "",
		json_is_true(json_object_get(o, "sr_domain")) ? ", SR domain" : "");
	gw_cli_text(cli, "  device %s, driver %s\n", string(o, "device"), string(o, "driver"));
	gw_cli_text(cli, "  MAC %s, MTU %lld%s, %lld receive and %lld transmit queues\n",
		string(o, "mac"), gw_port_cli_number(o, "mtu"),
		json_is_true(json_object_get(o, "promiscuous")) ? ", promiscuous" : "",
		gw_port_cli_number(o, "rx_queues"), gw_port_cli_number(o, "tx_queues"));
	list_text(cli, "polled by workers", json_object_get(o, "workers"));
	list_text(cli, "can", json_object_get(o, "capabilities"));
}

static int info_show(struct gw_cli *cli)
{
	return gw_port_cli_show(cli, info_json, info_text);
}

GW_CLI_COMMAND(port_info, "show port info [all|PORT]",
	"devices, links, queues and abilities of ports", info_show);
