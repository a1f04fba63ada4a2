// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// show port stats and xstats, clear port stats. Counters go on for ever: clearing remembers where
// they stood.

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <rte_ethdev.h>

#include "dp/stats_json.h"
#include "port/port.h"
#include "port/port_cli.h"
#include "xdp/xdp.h"

struct counters {
	struct gw_io_stats io;
	struct rte_eth_stats nic;
	struct gw_xdp_stats xdp;
	bool has_xdp;
	char passed[GW_STEER_ENTRIES][GW_XDP_PASS_LEN]; // names that last
};

static struct counters cleared[GW_MAX_PORTS];

// What cannot be read counts as 0.
static void counters_read(uint16_t port, struct counters *c)
{
	memset(c, 0, sizeof(*c));
	c->io = gw_io_sum(gw_port_stats, port);
	if (rte_eth_stats_get(port, &c->nic) != 0)
		memset(&c->nic, 0, sizeof(c->nic));
	c->has_xdp = gw_ports[port].xdp != NULL && gw_xdp_stats(gw_ports[port].xdp, &c->xdp) == 0;
}

// A counter that the device has set back since then starts anew.
static uint64_t since(uint64_t now, uint64_t then)
{
	return now >= then ? now - then : now;
}

// The list of what the kernel gets may be another one since.
static uint64_t passed_then(const struct gw_xdp_stats *then, const char *name)
{
	for (unsigned i = 0; i < then->n_pass; i++) {
		if (strcmp(then->pass[i].name, name) == 0)
			return then->pass[i].packets;
	}
	return 0;
}

static json_t *xdp_json(const struct gw_xdp_stats *now, const struct gw_xdp_stats *then)
{
	json_t *passed = json_object();

	for (unsigned i = 0; i < now->n_pass; i++)
		json_object_set_new(passed, now->pass[i].name,
			json_integer((json_int_t)since(
				now->pass[i].packets, passed_then(then, now->pass[i].name))));
	return json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:o}", "redirected",
		(json_int_t)since(now->redirected, then->redirected), "no_socket",
		(json_int_t)since(now->no_socket, then->no_socket), "rx_dropped",
		(json_int_t)since(now->rx_dropped, then->rx_dropped), "rx_full",
		(json_int_t)since(now->rx_full, then->rx_full), "rx_invalid",
		(json_int_t)since(now->rx_invalid, then->rx_invalid), "tx_invalid",
		(json_int_t)since(now->tx_invalid, then->tx_invalid), "passed", passed);
}

static json_t *stats_json(uint16_t port)
{
	const struct counters *then = &cleared[port];
	struct counters now;
	struct gw_io_stats io;
	json_t *o;

	counters_read(port, &now);
	io = (struct gw_io_stats){
		.rx_packets = now.io.rx_packets - then->io.rx_packets,
		.rx_octets = now.io.rx_octets - then->io.rx_octets,
		.tx_packets = now.io.tx_packets - then->io.tx_packets,
		.tx_octets = now.io.tx_octets - then->io.tx_octets,
	};
	o = json_pack("{s:s}", "name", gw_ports[port].name);
	json_object_update_new(o, gw_io_json(&io));
	json_object_update_new(o,
		json_pack("{s:I, s:I, s:I, s:I}", "rx_missed",
			(json_int_t)since(now.nic.imissed, then->nic.imissed), "rx_errors",
			(json_int_t)since(now.nic.ierrors, then->nic.ierrors), "rx_no_mbuf",
			(json_int_t)since(now.nic.rx_nombuf, then->nic.rx_nombuf), "tx_errors",
			(json_int_t)since(now.nic.oerrors, then->nic.oerrors)));
	if (now.has_xdp)
		json_object_set_new(o, "xdp", xdp_json(&now.xdp, &then->xdp));
	return o;
}

static void xdp_text(struct gw_cli *cli, json_t *xdp)
{
	const char *key;
	json_t *value;

	gw_cli_text(cli,
		"  XDP: to godwit %lld; dropped: no socket %lld, no buffer %lld, ring full %lld, "
		"invalid %lld received %lld sent\n  left to the kernel:",
		gw_port_cli_number(xdp, "redirected"), gw_port_cli_number(xdp, "no_socket"),
		gw_port_cli_number(xdp, "rx_dropped"), gw_port_cli_number(xdp, "rx_full"),
		gw_port_cli_number(xdp, "rx_invalid"), gw_port_cli_number(xdp, "tx_invalid"));
	json_object_foreach (json_object_get(xdp, "passed"), key, value)
		gw_cli_text(cli, " %s %lld", key, json_integer_value(value));
	gw_cli_text(cli, "\n");
}

static void stats_text(struct gw_cli *cli, const json_t *o)
{
	json_t *xdp = json_object_get(o, "xdp");

	gw_cli_text(cli, "%s\n", json_string_value(json_object_get(o, "name")));
	gw_cli_text(cli, "  received %14lld packets %18lld octets\n",
		gw_port_cli_number(o, "rx_packets"), gw_port_cli_number(o, "rx_octets"));
	gw_cli_text(cli, "  sent     %14lld packets %18lld octets\n",
		gw_port_cli_number(o, "tx_packets"), gw_port_cli_number(o, "tx_octets"));
	gw_cli_text(cli,
		"  device: missed %lld, receive errors %lld, no buffer %lld, "
		"send errors %lld\n",
		gw_port_cli_number(o, "rx_missed"), gw_port_cli_number(o, "rx_errors"),
		gw_port_cli_number(o, "rx_no_mbuf"), gw_port_cli_number(o, "tx_errors"));
	if (xdp != NULL)
		xdp_text(cli, xdp);
}

static int stats_show(struct gw_cli *cli)
{
	return gw_port_cli_show(cli, stats_json, stats_text);
}

static int stats_clear(struct gw_cli *cli)
{
	for (uint16_t p = 0; p < GW_MAX_PORTS; p++) {
		struct counters *c = &cleared[p];

		if (!gw_ports[p].used)
			continue;
		counters_read(p, c);
		for (unsigned i = 0; i < c->xdp.n_pass; i++) {
			snprintf(c->passed[i], sizeof(c->passed[i]), "%s", c->xdp.pass[i].name);
			c->xdp.pass[i].name = c->passed[i];
		}
	}
	return 0;
}

static json_t *xstats_json(uint16_t port)
{
	int n = rte_eth_xstats_get_names(port, NULL, 0);
	struct rte_eth_xstat_name *names = calloc((size_t)RTE_MAX(n, 1), sizeof(*names));
	struct rte_eth_xstat *values = calloc((size_t)RTE_MAX(n, 1), sizeof(*values));
	json_t *xstats = json_object();

	if (n > 0 && names != NULL && values != NULL &&
		rte_eth_xstats_get_names(port, names, (unsigned)n) == n &&
		rte_eth_xstats_get(port, values, (unsigned)n) == n) {
		for (int i = 0; i < n; i++)
			json_object_set_new(xstats, names[values[i].id].name,
				json_integer((json_int_t)values[i].value));
	}
	free(names);
	free(values);
	return json_pack("{s:s, s:o}", "name", gw_ports[port].name, "xstats", xstats);
}

static void xstats_text(struct gw_cli *cli, const json_t *o)
{
	const char *key;
	json_t *value;

	gw_cli_text(cli, "%s\n", json_string_value(json_object_get(o, "name")));
	json_object_foreach (json_object_get(o, "xstats"), key, value)
		gw_cli_text(cli, "  %-36s %18lld\n", key, json_integer_value(value));
}

static int xstats_show(struct gw_cli *cli)
{
	return gw_port_cli_show(cli, xstats_json, xstats_text);
}

GW_CLI_COMMAND(port_stats, "show port stats [all|PORT]",
	"packets and octets of ports, and what their devices lost", stats_show);
GW_CLI_COMMAND(port_xstats, "show port xstats [all|PORT]",
	"every counter that the devices of ports have, never cleared", xstats_show);
GW_CLI_COMMAND(port_clear, "clear port stats", "let show port stats count from here", stats_clear);
