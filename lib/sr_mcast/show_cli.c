// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// show mcast tree, flow, receiver.

#include <errno.h>

#include "cli/cli.h"
#include "sr_mcast/cli_read.h"
#include "sr_mcast/flow.h"
#include "sr_mcast/receiver.h"
#include "sr_mcast/show.h"
#include "sr_mcast/tree.h"

static const char *text_of(const json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));

	return s != NULL ? s : "-";
}

static json_int_t number_of(const json_t *o, const char *key)
{
	return json_integer_value(json_object_get(o, key));
}

// "    fd00:0:5::  up, 12 packets, 1200 octets, via 2001:db8::2 core0 02:00:00:00:00:05"
static void branch_text(struct gw_cli *cli, const json_t *b)
{
	const char *before = ", via";
	json_t *hop;
	size_t i;

	gw_cli_text(cli,
		"    %-24s %-11s %" JSON_INTEGER_FORMAT " packets, %" JSON_INTEGER_FORMAT " octets",
		text_of(b, "address"), text_of(b, "state"), number_of(b, "tx_packets"),
		number_of(b, "tx_octets"));
	json_array_foreach (json_object_get(b, "next_hops"), i, hop) {
		gw_cli_text(cli, "%s %s %s %s", before, text_of(hop, "via"),
			text_of(hop, "interface"), text_of(hop, "mac"));
		before = ";";
	}
	gw_cli_text(cli, "\n");
}

static void tree_text(struct gw_cli *cli, const json_t *o)
{
	const json_t *branches = json_object_get(o, "branches");
	json_t *b;
	size_t i;

	gw_cli_text(cli, "%s%s, %zu branches", text_of(o, "source"),
		json_is_true(json_object_get(o, "root")) ? " (root)" : "",
		json_array_size(branches));
	if (json_is_string(json_object_get(o, "decap")))
		gw_cli_text(cli, ", decap %s", text_of(o, "decap"));
	if (number_of(o, "hop_limit_threshold") != 0)
		gw_cli_text(cli, ", threshold %" JSON_INTEGER_FORMAT,
			number_of(o, "hop_limit_threshold"));
	if (json_is_integer(json_object_get(o, "mtu")))
		gw_cli_text(cli,
			", MTU %" JSON_INTEGER_FORMAT " for %" JSON_INTEGER_FORMAT " s more",
			number_of(o, "mtu"), number_of(o, "mtu_left_s"));
	gw_cli_text(cli,
		"\n  in %" JSON_INTEGER_FORMAT " packets, %" JSON_INTEGER_FORMAT
		" octets; copies %" JSON_INTEGER_FORMAT " packets, %" JSON_INTEGER_FORMAT
		" octets\n",
		number_of(o, "rx_packets"), number_of(o, "rx_octets"), number_of(o, "tx_packets"),
		number_of(o, "tx_octets"));
	json_array_foreach (branches, i, b)
		branch_text(cli, b);
}

static void part_text(struct gw_cli *cli, const char *origin, const json_t *part)
{
	const char *key, *before = " from ";
	json_t *sources, *s;
	size_t i;

	json_object_foreach ((json_t *)(uintptr_t)part, key, sources) {
		bool all_but = key[0] == 'a';

		gw_cli_text(cli, ", %s%s", origin,
			all_but && json_array_size(sources) > 0 ? " but not" : "");
		json_array_foreach (sources, i, s) {
			gw_cli_text(cli, "%s%s", before, json_string_value(s));
			before = ", ";
		}
	}
}

static void group_text(struct gw_cli *cli, const json_t *o)
{
	json_t *r;
	size_t i;

	gw_cli_text(cli, "VRF %s, %s\n", text_of(o, "vrf"), text_of(o, "group"));
	json_array_foreach (json_object_get(o, "receivers"), i, r) {
		gw_cli_text(cli, "    %s", text_of(r, "interface"));
		part_text(cli, "static", json_object_get(r, "static"));
		part_text(cli, "learned", json_object_get(r, "learned"));
		gw_cli_text(cli, "\n");
	}
}

static void give(struct gw_cli *cli, json_t *o, void (*text)(struct gw_cli *, const json_t *))
{
	if (gw_cli_json(cli)) {
		gw_cli_row(cli, o);
		return;
	}
	text(cli, o);
	json_decref(o);
}

static int tree_show_one(struct gw_cli *cli)
{
	struct in6_addr source;
	uint32_t tree;
	int ret = gw_mcast_cli_ip6(cli, "SOURCE", &source);

	if (ret < 0)
		return ret;
	tree = gw_mcast_tree_find(&source);
	if (tree == 0)
		return gw_cli_fail(
			cli, ENOENT, "no tree %s (show mcast tree)", gw_cli_arg(cli, "SOURCE"));
	if (gw_cli_json(cli))
		gw_cli_put(cli, gw_mcast_tree_json(tree));
	else
		give(cli, gw_mcast_tree_json(tree), tree_text);
	return 0;
}

static int tree_show(struct gw_cli *cli)
{
	uint32_t *at = gw_cli_state(cli, sizeof(*at), NULL);

	if (at == NULL)
		return gw_cli_fail(cli, ENOMEM, "no memory");
	if (gw_cli_arg(cli, "SOURCE") != NULL)
		return tree_show_one(cli);
	gw_cli_list(cli);
	while ((*at = gw_mcast_tree_next(*at)) != 0) {
		give(cli, gw_mcast_tree_json(*at), tree_text);
		if (gw_cli_full(cli))
			return GW_CLI_AGAIN;
	}
	return 0;
}

static int flow_show(struct gw_cli *cli)
{
	uint32_t *at = gw_cli_state(cli, sizeof(*at), NULL);

	if (at == NULL)
		return gw_cli_fail(cli, ENOMEM, "no memory");
	gw_cli_list(cli);
	while ((*at = gw_mcast_flow_next(*at)) != 0) {
		gw_cli_row(cli, gw_mcast_flow_json(*at));
		if (gw_cli_full(cli))
			return GW_CLI_AGAIN;
	}
	return 0;
}

static int receiver_show(struct gw_cli *cli)
{
	uint32_t *at = gw_cli_state(cli, sizeof(*at), NULL);

	if (at == NULL)
		return gw_cli_fail(cli, ENOMEM, "no memory");
	gw_cli_list(cli);
	while ((*at = gw_mcast_group_next(*at)) != 0) {
		give(cli, gw_mcast_group_json(*at), group_text);
		if (gw_cli_full(cli))
			return GW_CLI_AGAIN;
	}
	return 0;
}

static void tree_list(gw_cli_emit_fn emit, void *arg, const char *prefix)
{
	for (uint32_t i = 0; (i = gw_mcast_tree_next(i)) != 0;) {
		char text[GW_IP6_LEN];

		emit(arg, gw_ip6_str(&gw_mcast_trees[i].source, text));
	}
}

GW_CLI_TYPE("mcast-tree", tree_list);
GW_CLI_COMMAND(mcast_tree_show, "show mcast tree [SOURCE:mcast-tree]",
	"trees: where each branch leads, what a packet of the tree becomes here, and counters",
	tree_show);
GW_CLI_COMMAND(mcast_flow_show, "show mcast flow",
	"multicast that starts into trees here, with the counters of its tree", flow_show);
GW_CLI_COMMAND(mcast_receiver_show, "show mcast receiver",
	"who gets which group from which sources, as configured and as learned", receiver_show);
