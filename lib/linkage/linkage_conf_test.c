// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// Sections "linkage" and "host_routes" and ports with host routes: what a configuration may say.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "config/config.h"

static const char right[] =
	"{'name':'a','ports':[\n"
	"{'name':'core0','device':'net_null0','addresses':['192.0.2.1/24']},\n"
	"{'name':'core1','device':'net_null1','addresses':['192.0.3.1/24']},\n"
	"{'name':'d1','device':'net_null2','host_routes':true,'addresses':['10.10.10.254/24']},\n"
	"{'name':'d2','device':'net_null3','host_routes':true,'addresses':['10.10.10.254/24']},\n"
	"{'name':'d3','device':'net_null4','addresses':['10.9.0.1/24']}],\n"
	"'host_routes':{'exclude':['10.10.10.253/32']},\n"
	"'linkage':[{'name':'g1','uplinks':['core0','core1'],'downlinks':['d1','d2']},\n"
	"{'name':'g2','uplinks':['core0'],'downlinks':['d3']}]}\n";

static char text[4096];

static void check(const char *out, const char *in, const char *error)
{
	const char *at = out != NULL ? strstr(right, out) : right;
	struct gw_err err = {0};
	struct gw_conf *conf;

	assert_non_null(at);
	snprintf(text, sizeof(text), "%.*s%s%s", (int)(at - right), right, in != NULL ? in : "",
		at + (out != NULL ? strlen(out) : 0));
	for (char *s = text; (s = strchr(s, '\'')) != NULL;)
		*s = '"';
	if (gw_conf_open_mem(text, strlen(text), "c.json", &conf, &err) == 0) {
		gw_conf_check(conf, &err);
		gw_conf_close(conf);
	}
	assert_string_equal(err.text, error);
}

static void right_ones(void **)
{
	check(NULL, NULL, "");
	check("'name':'g1',",
		"'name':'g1','threshold':2,'delay_up_ms':0,'adjacency':'route',"
		"'adjacency_route':'2001:db8::/32','adjacency_loss_ms':5,"
		"'damping':{'flaps':0,'window_s':1,'max_s':1},",
		"");
}

static void ports_that_are_not_there(void **)
{
	check("['d1','d2']", "['d1','d9']",
		"c.json:8: /linkage/0/downlinks/1: no port \"d9\" in /ports (there: core0, core1, "
		"d1, d2, d3)");
	check("'uplinks':['core0']", "'uplinks':['x']",
		"c.json:9: /linkage/1/uplinks/0: no port \"x\" in /ports (there: core0, core1, d1, "
		"d2, d3)");
}

static void a_downlink_is_in_one_group_and_nobodys_uplink(void **)
{
	check("'downlinks':['d3']", "'downlinks':['d1']",
		"c.json:9: /linkage/1/downlinks/0: port d1 stands in /linkage/0/downlinks/0 (line "
		"8) already: a downlink is in one group and is nobody's uplink");
	check("'uplinks':['core0'],'downlinks':['d3']", "'uplinks':['d1'],'downlinks':['d3']",
		"c.json:9: /linkage/1/uplinks/0: port d1 stands in /linkage/0/downlinks/0 (line 8) "
		"already: a downlink is in one group and is nobody's uplink");
	check("'downlinks':['d3']", "'downlinks':['core1']",
		"c.json:9: /linkage/1/downlinks/0: port core1 stands in /linkage/0/uplinks/1 (line "
		"8) already: a downlink is in one group and is nobody's uplink");
	check("['d1','d2']", "['d1','d1']",
		"c.json:8: /linkage/0/downlinks/1: port d1 stands in /linkage/0/downlinks/0 (line "
		"8) already: a downlink is in one group and is nobody's uplink");
}

static void values_that_cannot_be(void **)
{
	check("'name':'g2'", "'name':'g1'",
		"c.json:9: /linkage/1/name: is the name of /linkage/0 (line 8) already");
	check("'name':'g2'", "'name':'g2','threshold':2",
		"c.json:9: /linkage/1/threshold: 2 uplinks are wanted of 1");
	check("'name':'g2'", "'name':'g2','adjacency_route':'::/0'",
		"c.json:9: /linkage/1/adjacency_route: goes with \"adjacency\": \"route\"");
}

static void host_routes_of_which_ports(void **)
{
	check("'device':'net_null4',", "'device':'net_null4','role':'access','host_routes':true,",
		"c.json:6: /ports/4/host_routes: is for ports of role network: hosts of an access "
		"port are configured, and an MLAG member has a peer link instead");
	check("'device':'net_null4',", "'device':'net_null4','vrf':'red','host_routes':true,",
		"c.json:6: /ports/4/host_routes: routes are published of VRF default only; the "
		"port is in VRF red");
	check("'addresses':['10.9.0.1/24']",
		"'host_routes':true,'addresses':['10.9.0.1/24'],"
		"'neighbors':{'10.9.0.2':'02:00:00:00:00:02'}",
		"c.json:6: /ports/4/host_routes: servers are found by what they say: no static "
		"neighbors");
	// One address on several such ports, but not on one of another kind.
	check("10.9.0.1/24", "10.10.10.254/24",
		"c.json:6: /ports/4/addresses/0: 10.10.10.254 is an address of interface d1 "
		"already, /ports/2/addresses/0 (line 4)");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(right_ones),
		cmocka_unit_test(ports_that_are_not_there),
		cmocka_unit_test(a_downlink_is_in_one_group_and_nobodys_uplink),
		cmocka_unit_test(values_that_cannot_be),
		cmocka_unit_test(host_routes_of_which_ports),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
