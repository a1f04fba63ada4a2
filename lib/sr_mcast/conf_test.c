// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// What --check says about section "sr_mcast".

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "port/check_fixture.h"

// Line 31 is the node's own; trees begin in line 33, or flows in 34, or receivers in 35.
#define OWN "{'first_address':'fd00:0:3::','first_block':'fd00::/32','tree_block':'fd00:ffff::/32'"
#define SECTION(trees, flows, receivers) \
	OWN ",\n'trees':[\n" trees "],'flows':[\n" flows "],'receivers':[\n" receivers "]}"
#define T1	      "{'source':'fd00:ffff:1::1','branches':['fd00:0:5::','fd00:0:6::']}"
#define TREES(more)   SECTION(T1 "," more, "", "")
#define FLOWS(more)   SECTION(T1, "{'group':'232.1.1.1','tree':'fd00:ffff:1::1'}," more, "")
#define RECEIVE(more) SECTION(T1, "", "{'group':'232.1.1.1','ports':['a1']}," more)

static const struct check_case own_cases[] = {
	{"sr_mcast", OWN "}", NULL},
	{"sr_mcast", OWN ",'hop_limit':'copy','traffic_class':184}", NULL},
	{"sr_mcast", OWN ",'hop_limit':0}",
		"c.json:31: /sr_mcast/hop_limit: a number 1..255 or \"copy\" will do"},
	{"sr_mcast", OWN ",'traffic_class':'pipe'}",
		"c.json:31: /sr_mcast/traffic_class: a number 0..255 or \"copy\" will do"},
	{"sr_mcast", "{'first_address':'fd00:0:3::'}",
		"c.json:31: /sr_mcast: \"first_block\" is missing (prefix of the first addresses "
		"of "
		"all nodes)"},
	{"sr_mcast",
		"{'first_address':'fd01::3','first_block':'fd00::/32','tree_block':'fd00:ffff::/"
		"32'}",
		"c.json:31: /sr_mcast/first_address: first address fd01::3 is outside of "
		"first_block fd00::/32"},
	{"sr_mcast",
		"{'first_address':'ff0e::3','first_block':'ff00::/8','tree_block':'fd00:ffff::/32'"
		"}",
		"c.json:31: /sr_mcast/first_address: first address ff0e::3 is no unicast address "
		"of a node"},
	{"sr_mcast",
		"{'first_address':'fd00::3','first_block':'fd00::1/32','tree_block':'fd00:ffff::/"
		"32'}",
		"c.json:31: /sr_mcast/first_block: first_block fd00::1/32 has bits set behind the "
		"prefix length; fd00::/32 has none"},
};

static const struct check_case tree_cases[] = {
	{"sr_mcast", TREES("{'source':'fd00:ffff::2','branches':['fd00:0:7::'],'decap':'blue'}"),
		NULL},
	{"sr_mcast", TREES("{'source':'fd00:ffff:1::1','decap':'blue'}"),
		"c.json:33: /sr_mcast/trees/1/source: fd00:ffff:1::1 is that of /sr_mcast/trees/0 "
		"(line 33) already"},
	{"sr_mcast", TREES("{'source':'fd00:ffff::2','decap':'green'}"),
		"c.json:33: /sr_mcast/trees/1/decap: no port, interface or tunnel is in VRF "
		"\"green\" (there: default, blue)"},
	{"sr_mcast", TREES("{'source':'fd00:ffff::2'}"),
		"c.json:33: /sr_mcast/trees/1: tree fd00:ffff::2 has neither branches nor decap: "
		"one of them, or both"},
	{"sr_mcast", TREES("{'source':'fd00:ffff::2','branches':['fd00:0:7::','fd00:0:7::']}"),
		"c.json:33: /sr_mcast/trees/1/branches/1: branch fd00:0:7:: stands twice: a node "
		"appears at most once in a tree, first in /sr_mcast/trees/1/branches/0 (line 33)"},
	{"sr_mcast", TREES("{'source':'fd00:ffff::2','branches':['fd00:0:3::']}"),
		"c.json:33: /sr_mcast/trees/1/branches/0: branch fd00:0:3:: is this node itself: a "
		"node appears at most once in a tree"},
	{"sr_mcast", TREES("{'source':'fd00:ffff::2','branches':['fd00:ffff::7']}"),
		"c.json:33: /sr_mcast/trees/1/branches/0: branch fd00:ffff::7 is outside of "
		"first_block fd00::/32"},
	{"sr_mcast", TREES("{'source':'fd00::2','branches':['fd00:0:5::']}"),
		"c.json:33: /sr_mcast/trees/1/source: tree source fd00::2 is outside of tree_block "
		"fd00:ffff::/32"},
	{"sr_mcast",
		"{'first_address':'fd00:0:3::','first_block':'fd00::/32','tree_block':'fd00::/32',"
		"'trees':[\n{'source':'fd00:0:5::','branches':['fd00:0:7::']},\n"
		"{'source':'fd00:0:8::','branches':['fd00:0:6::','fd00:0:5::']}]}",
		"c.json:32: /sr_mcast/trees/0/source: fd00:0:5:: is a first address: a branch "
		"leads there, /sr_mcast/trees/1/branches/1 (line 33)"},
};

static const struct check_case flow_cases[] = {
	{"sr_mcast",
		FLOWS("{'source':'198.51.100.1','group':'232.1.1.1','tree':'fd00:ffff:1::1',"
		      "'ports':['core0','a1']}"),
		NULL},
	{"sr_mcast", FLOWS("{'group':'232.1.1.1','tree':'fd00:ffff:1::1'}"),
		"c.json:34: /sr_mcast/flows/1: (*, 232.1.1.1) of VRF default is in "
		"/sr_mcast/flows/0 (line 34) already: a flow has one tree"},
	{"sr_mcast", FLOWS("{'group':'232.1.1.2','tree':'fd00:ffff:1::2'}"),
		"c.json:34: /sr_mcast/flows/1/tree: no tree fd00:ffff:1::2 in /sr_mcast/trees"},
	{"sr_mcast", FLOWS("{'vrf':'blue','group':'232.1.1.1','tree':'fd00:ffff:1::1'}"),
		"c.json:34: /sr_mcast/flows/1/tree: tree fd00:ffff:1::1 carries flows of VRF "
		"default, /sr_mcast/flows/0 (line 34), not of VRF blue: a tree carries one VRF"},
	{"sr_mcast", FLOWS("{'vrf':'green','group':'232.1.1.1','tree':'fd00:ffff:1::1'}"),
		"c.json:34: /sr_mcast/flows/1/vrf: no port, interface or tunnel is in VRF "
		"\"green\" (there: default, blue)"},
	{"sr_mcast", FLOWS("{'group':'10.0.0.1','tree':'fd00:ffff:1::1'}"),
		"c.json:34: /sr_mcast/flows/1/group: 10.0.0.1 is no multicast group (224.0.1.0 to "
		"239.255.255.255, ff03::/16 and up)"},
	{"sr_mcast", FLOWS("{'group':'ff02::5','tree':'fd00:ffff:1::1'}"),
		"c.json:34: /sr_mcast/flows/1/group: group ff02::5 is never forwarded "
		"(224.0.0.0/24, ff01::/16, ff02::/16)"},
	{"sr_mcast", FLOWS("{'source':'232.1.1.1','group':'232.1.1.1','tree':'fd00:ffff:1::1'}"),
		"c.json:34: /sr_mcast/flows/1/source: source 232.1.1.1 is no unicast address of a "
		"host"},
	{"sr_mcast", FLOWS("{'source':'10.0.0.1','group':'ff3e::1','tree':'fd00:ffff:1::1'}"),
		"c.json:34: /sr_mcast/flows/1/source: source 10.0.0.1 and group ff3e::1 are of "
		"different families: both IPv4 or both IPv6"},
	{"sr_mcast", FLOWS("{'group':'232.1.1.2','tree':'fd00:ffff:1::1','ports':['x1']}"),
		"c.json:34: /sr_mcast/flows/1/ports/0: no \"x1\" in /interfaces or /ports (ports: "
		"core0, core1, acc0, acc1)"},
	{"sr_mcast", FLOWS("{'group':'232.1.1.2','tree':'fd00:ffff:1::1','ports':['core1']}"),
		"c.json:34: /sr_mcast/flows/1/ports/0: core1 is in VRF blue, /ports/1 (line 6), "
		"but VRF default is meant, /sr_mcast/flows/1 (line 34)"},
	{"sr_mcast",
		FLOWS("{'group':'232.1.1.2','tree':'fd00:ffff:1::1','ports':['a1','core0','a1']}"),
		"c.json:34: /sr_mcast/flows/1/ports/2: a1 is /sr_mcast/flows/1/ports/0 (line 34) "
		"already"},
};

static const struct check_case receiver_cases[] = {
	{"sr_mcast",
		RECEIVE("{'group':'232.1.1.1','ports':['acc0','a2'],'sources':['10.0.0.1']},\n"
			"{'vrf':'blue','group':'ff3e::1','ports':['acc1']}"),
		NULL},
	{"sr_mcast", RECEIVE("{'group':'232.1.1.1','ports':['acc0','a1']}"),
		"c.json:35: /sr_mcast/receivers/1/ports/1: a1 receives 232.1.1.1 already, "
		"/sr_mcast/receivers/0 (line 35): name its sources in one place"},
	{"sr_mcast", RECEIVE("{'group':'224.0.0.1','ports':['acc0']}"),
		"c.json:35: /sr_mcast/receivers/1/group: group 224.0.0.1 is never forwarded "
		"(224.0.0.0/24, ff01::/16, ff02::/16)"},
	{"sr_mcast", RECEIVE("{'vrf':'blue','group':'232.1.1.1','ports':['acc0']}"),
		"c.json:35: /sr_mcast/receivers/1/ports/0: acc0 is in VRF default, "
		"/sr_mcast/receivers/1 (line 35), but VRF blue is meant, /sr_mcast/receivers/1 "
		"(line 35)"},
	{"sr_mcast", RECEIVE("{'group':'232.1.1.1','ports':['acc0'],'sources':['ff3e::1']}"),
		"c.json:35: /sr_mcast/receivers/1/sources/0: ff3e::1 is no unicast address of a "
		"host of the family of group 232.1.1.1"},
	{"sr_mcast", RECEIVE("{'group':'232.1.1.1','ports':[]}"),
		"c.json:35: /sr_mcast/receivers/1/ports: has 0 elements, must have 1 to "
		"65536"},
};

#define RUN(cases)                                                      \
	for (size_t i = 0; i < sizeof(cases) / sizeof((cases)[0]); i++) \
	check_run(&(cases)[i])

static void own(void **)
{
	RUN(own_cases);
}

static void trees(void **)
{
	RUN(tree_cases);
}

static void flows(void **)
{
	RUN(flow_cases);
}

static void receivers(void **)
{
	RUN(receiver_cases);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(own),
		cmocka_unit_test(trees),
		cmocka_unit_test(flows),
		cmocka_unit_test(receivers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
