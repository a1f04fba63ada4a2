// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "dp/stats_json.h"

#include <stdio.h>
#include <stdlib.h>

#include "cli/cli.h"
#include "dp/mbuf_json.h"
#include "dp/reason.h"
#include "dp/worker.h"
#include "host/host.h"
#include "iface/iface.h"
#include "mlag/mlag.h"
#include "neigh/neigh.h"
#include "port/port.h"
#include "sr_mcast/show.h"
#include "sr_mcast/tree.h"
#include "tunnel/tunnel.h"

#define ROWS_MAX 1000 // a file with more is no use to anybody

json_t *gw_drop_json(enum gw_listed which)
{
	struct gw_lcore_stats s;
	json_t *reasons = json_object();
	uint64_t held, dropped;

	gw_lcore_stats_sum(&s);
	held = gw_neigh_held() + gw_rings_held();
	dropped = gw_drop_sum(&s);
	for (int r = GW_DROP_NONE; r < GW_DROP_COUNT; r++) {
		if (s.drop[r] > 0 || (which == GW_LIST_ALL && r != GW_DROP_NONE))
			json_object_set_new(reasons, gw_drop_name((enum gw_drop)r),
				json_integer((json_int_t)s.drop[r]));
	}
	return json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:b, s:o}", "received",
		(json_int_t)s.received, "originated", (json_int_t)s.originated, "copied",
		(json_int_t)s.copied, "sent", (json_int_t)s.sent, "dropped", (json_int_t)dropped,
		"consumed", (json_int_t)s.consumed, "held", (json_int_t)held, "balanced",
		s.received + s.originated + s.copied == s.sent + dropped + s.consumed + held,
		"reasons", reasons);
}

json_t *gw_events_json(enum gw_listed which)
{
	json_t *o = json_object();
	struct gw_lcore_stats s;

	gw_lcore_stats_sum(&s);
	for (int e = 0; e < GW_EV_COUNT; e++) {
		if (which == GW_LIST_ALL || s.event[e] > 0)
			json_object_set_new(o, gw_event_name((enum gw_event)e),
				json_integer((json_int_t)s.event[e]));
	}
	return o;
}

json_t *gw_io_json(const struct gw_io_stats *s)
{
	return json_pack("{s:I, s:I, s:I, s:I}", "rx_packets", (json_int_t)s->rx_packets,
		"rx_octets", (json_int_t)s->rx_octets, "tx_packets", (json_int_t)s->tx_packets,
		"tx_octets", (json_int_t)s->tx_octets);
}

static void io_set(json_t *o, const char *name, struct gw_io_stats *const table[], uint32_t index)
{
	const struct gw_io_stats s = gw_io_sum(table, index);

	json_object_set_new(o, name, gw_io_json(&s));
}

static json_t *hosts_json(void)
{
	json_t *hosts = json_array();
	uint32_t i = 0;

	while ((i = gw_host_next(i)) != 0)
		json_array_append_new(hosts, gw_host_json(i));
	return hosts;
}

static json_t *trees_json(void)
{
	json_t *trees = json_array();
	uint32_t i = 0;

	while ((i = gw_mcast_tree_next(i)) != 0)
		json_array_append_new(trees, gw_mcast_tree_json(i));
	return trees;
}

// What a show command answers; NULL: nothing.
static json_t *shown(const char *command)
{
	char *text = NULL;
	size_t len = 0;
	FILE *file = open_memstream(&text, &len);
	json_t *value = NULL;

	if (file == NULL)
		return NULL;
	if (gw_cli_run(command, true, file, NULL, NULL, NULL) == 0 && fflush(file) == 0)
		value = json_loadb(text, len, 0, NULL);
	fclose(file);
	free(text);
	return value;
}

// What devices lost, and of AF_XDP what went to the kernel.
static void devices_add(json_t *ports)
{
	json_t *list = shown("show port stats all"), *row;
	size_t i;

	json_array_foreach (list, i, row) {
		json_t *port =
			json_object_get(ports, json_string_value(json_object_get(row, "name")));

		json_object_del(row, "name");
		json_object_update_missing(port, row); // these may have been cleared
	}
	json_decref(list);
}

json_t *gw_stats_json(void)
{
	static const struct {
		const char *key, *command;
	} more[] = {{"lcores", "show lcore"}, {"groups", "show group querier"},
		{"publish", "show publish summary"}, {"learn", "show learn"},
		{"host_routes", "show host-route summary"}};
	json_t *ports = json_object(), *ifaces = json_object(), *tunnels = json_object();
	uint16_t i = 0, t = 0;
	json_t *o;

	for (uint16_t p = 0; p < GW_MAX_PORTS; p++) {
		if (gw_ports[p].used)
			io_set(ports, gw_ports[p].name, gw_port_stats, p);
	}
	devices_add(ports);
	while ((i = gw_iface_next(i)) != 0)
		io_set(ifaces, gw_iface_infos[i].name, gw_iface_stats, i);
	while ((t = gw_tunnel_next(t)) != 0)
		io_set(tunnels, gw_tunnel_infos[t].name, gw_tunnel_stats, t);
	o = json_pack("{s:o, s:o, s:o, s:o, s:o, s:o}", "drop", gw_drop_json(GW_LIST_COUNTED),
		"ports", ports, "interfaces", ifaces, "tunnels", tunnels, "events",
		gw_events_json(GW_LIST_ALL), "mbufs", gw_mbuf_json());
	if (gw_host_total() <= ROWS_MAX)
		json_object_set_new(o, "hosts", hosts_json());
	if (gw_mcast_tree_count() <= ROWS_MAX)
		json_object_set_new(o, "trees", trees_json());
	if (gw_mlag_running())
		json_object_set_new(o, "mlag", gw_mlag_stats_json());
	for (size_t k = 0; k < sizeof(more) / sizeof(more[0]); k++)
		json_object_set_new(o, more[k].key, shown(more[k].command));
	return o;
}
