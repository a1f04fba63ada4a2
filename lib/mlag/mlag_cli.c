// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// show mlag: one screen.

#include "cli/cli.h"
#include "mlag/mlag.h"

static const char *text(const json_t *o, const char *key)
{
	return json_string_value(json_object_get(o, key));
}

static long long number(const json_t *o, const char *key)
{
	return (long long)json_integer_value(json_object_get(o, key));
}

// "0.2 s ago", "never"
static const char *ago(const json_t *o, const char *key, char buf[static 32])
{
	const json_t *v = json_object_get(o, key);

	if (json_is_number(v))
		snprintf(buf, 32, "%.1f s ago", json_number_value(v));
	return json_is_number(v) ? buf : "never";
}

static void member_text(struct gw_cli *cli, const json_t *m)
{
	const json_t *lacp = json_object_get(m, "lacp");

	gw_cli_text(cli, "%6lld  %-15s %-5s %-8s %-19s", number(m, "id"), text(m, "port"),
		text(m, "here"), text(m, "peer"), text(m, "traffic"));
	if (json_is_string(lacp))
		gw_cli_text(cli, " lacp %s", json_string_value(lacp));
	else if (lacp != NULL)
		gw_cli_text(cli, " lacp %s, %s, %s; partner %s key %lld port %lld",
			text(lacp, "mux"), text(lacp, "receive"), text(lacp, "selection"),
			text(lacp, "partner"), number(lacp, "partner_key"),
			number(lacp, "partner_port"));
	if (text(m, "held")[0] != '\0')
		gw_cli_text(cli, " held: %s", text(m, "held"));
	gw_cli_text(cli, "\n");
}

static void detail_text(struct gw_cli *cli, const json_t *o)
{
	const char *name;
	json_t *v;
	size_t i;

	gw_cli_text(cli, "\ncounters\n");
	json_object_foreach (json_object_get(o, "counters"), name, v)
		gw_cli_text(cli, "  %-28s %lld\n", name, (long long)json_integer_value(v));
	gw_cli_text(cli, "\nlast events\n");
	json_array_foreach (json_object_get(o, "events"), i, v)
		gw_cli_text(cli, "  %10.1f s ago  %s\n",
			json_number_value(json_object_get(v, "ago_s")), text(v, "what"));
}

static void mlag_text(struct gw_cli *cli, const json_t *o, bool detail)
{
	char heard[32], keepalive[32];
	json_t *m;
	size_t i;

	gw_cli_text(cli, "this device  %s, %s, priority %lld\n", text(o, "system_id"),
		text(o, "role"), number(o, "priority"));
	gw_cli_text(cli, "peer         %s, %s, %s, heard %s\n", text(o, "peer_system_id"),
		text(o, "peer"), text(o, "peer_role"), ago(o, "peer_heard_s", heard));
	gw_cli_text(cli, "peer link    %s\n", text(o, "peer_link"));
	gw_cli_text(cli, "keepalive    %s, heard %s\n", text(o, "keepalive"),
		ago(o, "keepalive_heard_s", keepalive));
	gw_cli_text(cli, "tables       %s: %lld here (%lld unconfirmed, %lld asked), %lld there\n",
		text(o, "tables"), number(o, "entries"), number(o, "unconfirmed"),
		number(o, "asking"), number(o, "peer_entries"));
	if (json_is_true(json_object_get(o, "configurations_differ")))
		gw_cli_text(cli, "warning      the configurations differ in what should agree\n");
	if (json_is_true(json_object_get(o, "dual_active")))
		gw_cli_text(cli, "warning      dual active: member ports are down here\n");
	gw_cli_text(cli, "\n    id  port            here  peer     traffic\n");
	json_array_foreach (json_object_get(o, "members"), i, m)
		member_text(cli, m);
	if (detail)
		detail_text(cli, o);
}

static int mlag_show(struct gw_cli *cli)
{
	bool detail = gw_cli_has(cli, "detail");
	json_t *o;

	if (!gw_mlag_running()) {
		gw_cli_text(cli, "no MLAG pair is configured (section mlag)\n");
		gw_cli_put(cli, json_object());
		return 0;
	}
	o = gw_mlag_json(detail);
	if (!gw_cli_json(cli))
		mlag_text(cli, o, detail);
	gw_cli_put(cli, o);
	return 0;
}

GW_CLI_COMMAND(mlag_show, "show mlag [detail]",
	"the MLAG pair: peer, roles, members on both sides, tables, and with detail counters and "
	"what happened last",
	mlag_show);
