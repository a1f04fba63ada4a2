// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// show linkage, restart-in-service

#include <errno.h>
#include <string.h>
#include <time.h>

#include "cli/cli.h"
#include "dp/worker.h"
#include "host_route/host_route.h"
#include "linkage/linkage_int.h"
#include "slow/slow.h"

static double ago_s(uint64_t at_us)
{
	return (double)(gw_slow_now_us() - at_us) / 1e6;
}

// "2026-05-01 12:00:00"
static json_t *wall_clock(uint64_t at_us)
{
	time_t at = time(NULL) - (time_t)((gw_slow_now_us() - at_us) / 1000000);
	char buf[32];
	struct tm tm;

	localtime_r(&at, &tm);
	strftime(buf, sizeof(buf), "%F %T", &tm);
	return json_string(buf);
}

static const char *uplink_reason(const struct gw_port *p, bool adjacency)
{
	if (p->admin_down)
		return "set down";
	if (!p->carrier)
		return "no carrier";
	return adjacency ? "" : "no adjacency";
}

static json_t *uplink_json(const struct gw_linkage_spec *spec, uint16_t port)
{
	const struct gw_port *p = &gw_ports[port];
	bool adjacency = adjacency_of(spec, port);
	const char *reason = uplink_reason(p, adjacency);

	return json_pack("{s:s, s:s, s:s, s:b, s:b, s:s}", "port", p->name, "direction", "uplink",
		"state", reason[0] == '\0' ? "up" : "down", "carrier", p->carrier, "adjacency",
		adjacency, "reason", reason);
}

static const char *downlink_reason(const struct gw_port *p, const char *why)
{
	if (p->admin_down)
		return "set down";
	if (p->held != 0)
		return why;
	if (p->left_down)
		return "its interface was set down";
	return p->carrier ? "" : "no carrier";
}

static json_t *downlink_json(const struct linkage *l, uint16_t port)
{
	const struct gw_port *p = &gw_ports[port];

	return json_pack("{s:s, s:s, s:s, s:b, s:i, s:s}", "port", p->name, "direction", "downlink",
		"state", gw_port_is_up(port) ? "up" : "down", "carrier", p->carrier, "servers",
		(int)gw_host_route_count(port), "reason", downlink_reason(p, l->g.why));
}

static json_t *history_json(const struct gw_linkage_group *g)
{
	const struct gw_linkage_event *e;
	json_t *list = json_array();

	for (uint32_t i = 0; (e = gw_linkage_event(g, i)) != NULL; i++)
		json_array_append_new(list,
			json_pack("{s:o, s:f, s:s, s:s}", "at", wall_clock(e->at_us), "ago_s",
				ago_s(e->at_us), "state", gw_linkage_state_str(e->state), "why",
				e->why));
	return list;
}

static json_t *group_json(const struct linkage *l)
{
	const struct gw_linkage_group *g = &l->g;
	json_t *ports = json_array();

	for (uint32_t i = 0; i < l->spec.uplink_count; i++)
		json_array_append_new(ports, uplink_json(&l->spec, l->spec.uplink[i]));
	for (uint32_t i = 0; i < l->spec.downlink_count; i++)
		json_array_append_new(ports, downlink_json(l, l->spec.downlink[i]));
	return json_pack("{s:s, s:s, s:s, s:f, s:f, s:i, s:i, s:o, s:o}", "group", l->spec.name,
		"state", gw_linkage_state_str(g->state), "why", g->why, "since_s",
		ago_s(g->since_us), "up_in_s",
		g->state == GW_LINKAGE_DELAY ? -ago_s(g->since_us + g->hold_us) : 0.0, "threshold",
		(int)l->spec.conf.threshold, "flaps", (int)g->flaps, "ports", ports, "history",
		history_json(g));
}

static json_t *groups_json(void)
{
	json_t *groups = json_array();

	for (uint32_t i = 0; i < linkage_count; i++)
		json_array_append_new(groups, group_json(&linkages[i]));
	return json_pack("{s:o, s:i}", "groups", groups, "watchdog", state_watchdog());
}

static const char *text(const json_t *o, const char *key)
{
	return json_string_value(json_object_get(o, key));
}

static double real(const json_t *o, const char *key)
{
	return json_number_value(json_object_get(o, key));
}

static void group_text(struct gw_cli *cli, const json_t *o)
{
	const json_t *v;
	size_t i;

	gw_cli_text(cli, "group %s: %s for %.1f s: %s\n", text(o, "group"), text(o, "state"),
		real(o, "since_s"), text(o, "why"));
	if (real(o, "up_in_s") > 0)
		gw_cli_text(cli, "  downlinks go up in %.1f s\n", real(o, "up_in_s"));
	gw_cli_text(cli, "  %-16s %-9s %-5s %-8s %s\n", "port", "direction", "state", "servers",
		"reason");
	json_array_foreach (json_object_get(o, "ports"), i, v) {
		const json_t *servers = json_object_get(v, "servers");
		char count[16] = "";

		if (servers != NULL)
			snprintf(count, sizeof(count), "%d", (int)json_integer_value(servers));
		gw_cli_text(cli, "  %-16s %-9s %-5s %-8s %s\n", text(v, "port"),
			text(v, "direction"), text(v, "state"), count, text(v, "reason"));
	}
	gw_cli_text(cli, "  history\n");
	json_array_foreach (json_object_get(o, "history"), i, v)
		gw_cli_text(cli, "    %s  %10.1f s ago  %-26s %s\n", text(v, "at"),
			real(v, "ago_s"), text(v, "state"), text(v, "why"));
}

static void groups_text(struct gw_cli *cli, const json_t *groups)
{
	const json_t *g;
	size_t i;

	json_array_foreach (groups, i, g)
		group_text(cli, g);
	if (json_array_size(groups) > 0)
		gw_cli_text(cli, "watchdog: %s\n", state_watchdog() != 0 ? "watches" : "none");
	else if (!view_is_gateway())
		gw_cli_text(cli,
			"no linkage groups (section linkage), and no host routes of a routing "
			"protocol\n");
}

static void server_text(struct gw_cli *cli, const json_t *v)
{
	gw_cli_text(cli, "%-24s %-20s %-12s %-11s %-9s %10.1f s  %s\n", text(v, "server"),
		text(v, "switch"), text(v, "port"), text(v, "uplink"), text(v, "downlink"),
		real(v, "ago_s"), text(v, "cause"));
}

// Of a gateway the servers follow, some of them in each call.
static int servers_show(struct gw_cli *cli, uint32_t *at)
{
	json_t *row;

	while (!gw_cli_full(cli) && (row = view_next_json(at)) != NULL) {
		server_text(cli, row);
		gw_cli_row(cli, row);
	}
	return gw_cli_full(cli) ? GW_CLI_AGAIN : 0;
}

static int linkage_show(struct gw_cli *cli)
{
	struct {
		bool begun;
		uint32_t server;
	} *state = gw_cli_state(cli, sizeof(*state), NULL);
	json_t *o;

	if (state == NULL)
		return gw_cli_fail(cli, ENOMEM, "no memory");
	if (state->begun)
		return servers_show(cli, &state->server);
	state->begun = true;
	o = groups_json();
	if (!gw_cli_json(cli))
		groups_text(cli, json_object_get(o, "groups"));
	if (!view_is_gateway()) {
		gw_cli_put(cli, o);
		return 0;
	}
	gw_cli_list_in(cli, o, "servers");
	gw_cli_text(cli, "%-24s %-20s %-12s %-11s %-9s %12s  %s\n", "server", "switch", "port",
		"uplink", "downlink", "last change", "cause");
	return servers_show(cli, &state->server);
}

static int restart(struct gw_cli *cli)
{
	gw_linkage_restart_ms = gw_cli_u32(cli, "SECONDS", 60) * 1000;
	gw_stop_in_service = true;
	gw_stop = true;
	return 0;
}

GW_CLI_COMMAND(linkage_show, "show linkage",
	"groups of ports that go down and up together, with reasons and history; on a gateway the "
	"switch and port of each server",
	linkage_show);
GW_CLI_COMMAND(restart_in_service, "restart-in-service [SECONDS:u32]",
	"end godwit for one that is started in its place: ports stay up and routes published, for "
	"so "
	"many seconds (default 60) under a watchdog",
	restart);
