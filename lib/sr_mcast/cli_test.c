// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// Commands about trees, flows and receivers.

#include <stdlib.h>

#include <jansson.h>

#include "cli/cli.h"
#include "neigh/neigh.h"
#include "sr_mcast/dest.h"
#include "sr_mcast/fixture.h"
#include "sr_mcast/flow.h"
#include "sr_mcast/receiver.h"

#define T1 "fd00:ffff:1::1"
#define T2 "fd00:ffff:1::2"

static void ok(const char *line)
{
	struct gw_err err = {0};

	gw_cli_run(line, false, NULL, NULL, NULL, &err);
	assert_string_equal(err.text, "");
}

static void refused(const char *line, const char *error)
{
	struct gw_err err = {0};

	assert_true(gw_cli_run(line, false, NULL, NULL, NULL, &err) < 0);
	assert_string_equal(err.text, error);
}

static char *answer(const char *line, bool json)
{
	struct gw_err err = {0};
	char *text;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	gw_cli_run(line, json, f, NULL, NULL, &err);
	fclose(f);
	assert_string_equal(err.text, "");
	return text;
}

static void says(const char *line, const char *expected)
{
	char *text = answer(line, false);

	assert_string_equal(text, expected);
	free(text);
}

// "5 6 7 +1": branches fd00:0:5:: and so on, decap of VRF index + 1.
static void expect(const char *source, const char *branches)
{
	struct in6_addr ip = ip6_of(source);
	const struct gw_mcast_branches *b = gw_mcast_branches(gw_mcast_tree_find(&ip));
	char text[100] = "";

	assert_non_null(b);
	for (uint32_t i = 0; i < b->n; i++)
		sprintf(text + strlen(text), "%x ", gw_mcast_dests[b->b[i].dest].addr.s6_addr[5]);
	sprintf(text + strlen(text), "+%u", b->decap);
	assert_string_equal(text, branches);
}

static void trees(void **)
{
	struct in6_addr ip = ip6_of(T1);

	vrf_of("blue");
	ok("add mcast tree " T1 " branch fd00:0:5::,fd00:0:6::");
	expect(T1, "5 6 +0");
	ok("add mcast tree " T1 " branch fd00:0:7::");
	expect(T1, "5 6 7 +0");
	ok("add mcast tree " T1 " decap blue threshold 9");
	expect(T1, "5 6 7 +2");
	ok("del mcast tree " T1 " branch fd00:0:6::");
	expect(T1, "5 7 +2");
	ok("set mcast tree " T1 " branch fd00:0:8::,fd00:0:7::");
	expect(T1, "8 7 +0");
	assert_int_equal(gw_mcast_tree_threshold(gw_mcast_tree_find(&ip)), 9);
	ok("del mcast tree " T1 " branch fd00:0:7::,fd00:0:8::");
	assert_int_equal(gw_mcast_tree_find(&ip), 0);
	ok("add mcast tree " T1 " decap blue");
	expect(T1, "+2");
	ok("del mcast tree " T1);
	assert_int_equal(gw_mcast_tree_find(&ip), 0);
}

static void trees_refused(void **)
{
	ok("add mcast tree " T1 " branch fd00:0:5::");
	refused("add mcast tree " T1, "tree fd00:ffff:1::1: nothing to add");
	refused("add mcast tree " T2,
		"tree fd00:ffff:1::2 has neither branches nor decap: one of "
		"them, or both");
	refused("set mcast tree " T1,
		"tree fd00:ffff:1::1 has neither branches nor decap: one of "
		"them, or both");
	refused("add mcast tree " T1 " branch fd00:0:6::,x",
		"'x' in 'fd00:0:6::,x' is no IPv6 address; a list is A,B,C without blanks");
	refused("add mcast tree " T1 " branch fd00:0:6::,fd00:0:6::",
		"branch fd00:0:6:: stands twice: a node appears at most once in a tree");
	refused("add mcast tree " T1 " decap green",
		"no VRF \"green\": a port or an interface brings one into being");
	refused("add mcast tree " T1 " branch fd00:0:6:: threshold 256",
		"threshold 256: 0 to 255 will do");
	refused("del mcast tree " T1 " branch fd00:0:6::",
		"tree fd00:ffff:1::1 has no branch fd00:0:6:: (show mcast tree fd00:ffff:1::1)");
	refused("del mcast tree " T1 " decap default",
		"tree fd00:ffff:1::1 does not decap into VRF default");
	refused("del mcast tree " T2, "no tree fd00:ffff:1::2 (show mcast tree)");
	refused("add mcast tree tree1 branch fd00:0:6::", "tree1 is no IPv6 address");
	expect(T1, "5 +0");
}

static void flows(void **)
{
	struct gw_ip source = ip_of("198.51.100.1"), group = ip_of("232.1.1.1");
	uint32_t flow;

	ok("add mcast tree " T1 " branch fd00:0:5::");
	ok("add mcast tree " T2 " branch fd00:0:5::");
	ok("add mcast flow default 198.51.100.1 232.1.1.1 tree " T1 " port a1,net");
	flow = gw_mcast_flow_find(0, &source, &group);
	ok("add mcast flow default 198.51.100.1 232.1.1.1 tree " T2);
	assert_int_equal(gw_mcast_flow_find(0, &source, &group), flow);
	assert_int_equal(gw_mcast_flows[flow].n_ifaces, 2);
	says("show mcast flow",
		"VRF      SOURCE        GROUP      TREE            PORTS   TREE_RX_PACKETS  "
		"TREE_RX_OCTETS\n"
		"default  198.51.100.1  232.1.1.1  fd00:ffff:1::2  a1,net                0"
		"               0\n");
	refused("del mcast tree " T2,
		"tree fd00:ffff:1::2: 1 flows lead into it (show mcast "
		"flow); delete or switch them first");
	refused("add mcast flow default * 232.1.1.1 tree " T1 " port x",
		"no interface or port \"x\" (show interface, show port info all)");
	refused("add mcast flow default * 232.1.1.1 tree " T1 " port acc",
		"port acc has no untagged interface; name one of its interfaces (show interface)");
	ok("add mcast flow default * 232.1.1.1 tree " T1 " port core"); // its untagged one
	refused("add mcast flow green * 232.1.1.1 tree " T1,
		"no VRF \"green\": a port or an interface brings one into being");
	refused("del mcast flow default * 232.1.1.1 tree " T2,
		"the flow leads into tree fd00:ffff:1::1, not fd00:ffff:1::2");
	ok("del mcast flow default * 232.1.1.1 tree " T1);
	refused("del mcast flow default * 232.1.1.1",
		"no flow (*, 232.1.1.1) in VRF default (show mcast flow)");
	ok("del mcast flow default 198.51.100.1 232.1.1.1");
	ok("del mcast tree " T2);
}

static void receivers(void **)
{
	struct gw_ip group = ip_of("232.1.1.1"), source = ip_of("10.0.0.9");

	ok("add mcast receiver default 232.1.1.1 port a1");
	ok("add mcast receiver default 232.1.1.1 port a2 source 10.0.0.1,10.0.0.2");
	assert_int_equal(
		gw_receiver_set(0, &group, a1, GW_RECEIVER_LEARNED, true, &source, 1, NULL), 0);
	says("show mcast receiver",
		"VRF default, 232.1.1.1\n"
		"    a1, static, learned but not from 10.0.0.9\n"
		"    a2, static from 10.0.0.1, 10.0.0.2\n");
	ok("del mcast receiver default 232.1.1.1 port a1");
	refused("del mcast receiver default 232.1.1.1 port a1",
		"no receiver of 232.1.1.1 in VRF default on a1 was added (show mcast receiver)");
	ok("del mcast receiver default 232.1.1.1 port a2");
	says("show mcast receiver",
		"VRF default, 232.1.1.1\n    a1, learned but not from 10.0.0.9\n");
	refused("add mcast receiver default 224.0.0.1 port a1",
		"group 224.0.0.1 is never forwarded (224.0.0.0/24, ff01::/16, ff02::/16)");
}

static void shown(void **)
{
	struct in6_addr prefix = ip6_of("fd00:0:5::"), source = ip6_of(T1);
	json_t *list, *o, *b;
	uint32_t tree;
	char *text;

	gw_rib6_set(&gw_vrfs[0].rib6, &prefix, 48, GW_FIB_ROUTE,
		gw_neigh_get(core6, ip_of("2001:db8::2")));
	ok("add mcast tree " T1 " branch fd00:0:5::,fd00:0:6:: decap default");
	ok("add mcast flow default * 232.1.1.1 tree " T1);
	drain();
	tree = gw_mcast_tree_find(&source);
	gw_branch_stats[1][gw_mcast_branches(tree)->b[0].stats] =
		(struct gw_branch_stats){.packets = 3, .octets = 300};
	gw_tree_stats[1][tree] = (struct gw_io_stats){.rx_packets = 3, .rx_octets = 240};
	gw_mcast_tree_too_big(tree, 1400, gw_slow_now_us());
	says("show mcast tree " T1,
		"fd00:ffff:1::1 (root), 2 branches, decap default, MTU 1400 for 600 s more\n"
		"  in 3 packets, 240 octets; copies 0 packets, 0 octets\n"
		"    fd00:0:5::               unresolved  3 packets, 300 octets, via 2001:db8::2 "
		"core6 -\n"
		"    fd00:0:6::               unreachable 0 packets, 0 octets\n");
	text = answer("show mcast tree", true);
	list = json_loads(text, 0, NULL);
	o = json_array_get(list, 0);
	b = json_array_get(json_object_get(o, "branches"), 0);
	assert_int_equal(json_integer_value(json_object_get(o, "mtu")), 1400);
	assert_int_equal(json_integer_value(json_object_get(b, "tx_packets")), 3);
	assert_string_equal(json_string_value(json_object_get(b, "address")), "fd00:0:5::");
	assert_int_equal(json_array_size(json_object_get(b, "next_hops")), 1);
	json_decref(list);
	free(text);
	refused("show mcast tree " T2, "no tree fd00:ffff:1::2 (show mcast tree)");
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, sr_setup, sr_teardown)
	const struct CMUnitTest tests[] = {
		CASE(trees),
		CASE(trees_refused),
		CASE(flows),
		CASE(receivers),
		CASE(shown),
	};

	return cmocka_run_group_tests(tests, fixture_group, NULL);
}
