// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// What --check says about tunnels and tunnel groups.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "port/check_fixture.h"

static const struct check_case tunnels_cases[] = {
	{"tunnels",
		"[\n{'name':'t1','vni':100,'local':'192.0.2.1','remote':'192.0.2.2'},\n{'name':'t2'"
		",'vni':100,'local':'192.0.2.1','remote':'192.0.2.3'},\n{'name':'b1','vni':200,'"
		"vrf':'blue','local':'192.0.2.1','remote':'192.0.2.2'},\n{'name':'x','vni':1,'"
		"local':'192.0.2.9','remote':'192.0.2.4'}]",
		"c.json:19: /tunnels/3/local: 192.0.2.9 is no address of a network port "
		"(192.0.2.1, /ports/0/addresses/0 (line 4); 198.51.100.1, /ports/1/addresses/0 "
		"(line 7))"},
	{"tunnels",
		"[\n{'name':'t1','vni':100,'local':'192.0.2.1','remote':'192.0.2.2'},\n{'name':'t2'"
		",'vni':100,'local':'192.0.2.1','remote':'192.0.2.3'},\n{'name':'b1','vni':200,'"
		"vrf':'blue','local':'192.0.2.1','remote':'192.0.2.2'},\n{'name':'x','vni':1,'"
		"local':'10.9.0.1','remote':'192.0.2.4'}]",
		"c.json:19: /tunnels/3/local: 10.9.0.1 is no address of a network port (192.0.2.1, "
		"/ports/0/addresses/0 (line 4); 198.51.100.1, /ports/1/addresses/0 (line 7))"},
	{"tunnels",
		"[\n{'name':'t1','vni':100,'local':'192.0.2.1','remote':'192.0.2.2'},\n{'name':'t2'"
		",'vni':100,'local':'192.0.2.1','remote':'192.0.2.3'},\n{'name':'b1','vni':200,'"
		"vrf':'blue','local':'192.0.2.1','remote':'192.0.2.2'},\n{'name':'x','vni':1,'"
		"local':'192.0.2.1','remote':'192.0.2.1'}]",
		"c.json:19: /tunnels/3/remote: 192.0.2.1 is no address of another device"},
	{"tunnels",
		"[\n{'name':'t1','vni':100,'local':'192.0.2.1','remote':'192.0.2.2'},\n{'name':'t2'"
		",'vni':100,'local':'192.0.2.1','remote':'192.0.2.3'},\n{'name':'b1','vni':200,'"
		"vrf':'blue','local':'192.0.2.1','remote':'192.0.2.2'},\n{'name':'x','vni':1,'"
		"local':'192.0.2.1','remote':'224.0.0.1'}]",
		"c.json:19: /tunnels/3/remote: 224.0.0.1 is no address of another device"},
	{"tunnels",
		"[\n{'name':'t1','vni':100,'local':'192.0.2.1','remote':'192.0.2.2'},\n{'name':'t2'"
		",'vni':100,'local':'192.0.2.1','remote':'192.0.2.3'},\n{'name':'b1','vni':200,'"
		"vrf':'blue','local':'192.0.2.1','remote':'192.0.2.2'},\n{'name':'x','vni':1,'"
		"local':'2001:db8::1','remote':'2001:db8::2'}]",
		"c.json:19: /tunnels/3/local: IPv6 tunnel ends are not forwarded by this version"},
	{"tunnels",
		"[\n{'name':'t1','vni':100,'local':'192.0.2.1','remote':'192.0.2.2'},\n{'name':'t2'"
		",'vni':100,'local':'192.0.2.1','remote':'192.0.2.3'},\n{'name':'b1','vni':200,'"
		"vrf':'blue','local':'192.0.2.1','remote':'192.0.2.2'},\n{'name':'x','vni':1,'"
		"local':'192.0.2.1','remote':'2001:db8::2'}]",
		"c.json:19: /tunnels/3/remote: IPv6 tunnel ends are not forwarded by this version"},
	{"tunnels",
		"[\n{'name':'t1','vni':100,'local':'192.0.2.1','remote':'192.0.2.2'},\n{'name':'t2'"
		",'vni':100,'local':'192.0.2.1','remote':'192.0.2.3'},\n{'name':'b1','vni':200,'"
		"vrf':'blue','local':'192.0.2.1','remote':'192.0.2.2'},\n{'name':'x','vni':100,'"
		"local':'192.0.2.1','remote':'192.0.2.3'}]",
		"c.json:19: /tunnels/3: local, remote and VNI are those of tunnel t2 already, "
		"/tunnels/1 (line 17)"},
	{"tunnels",
		"[\n{'name':'t1','vni':100,'local':'192.0.2.1','remote':'192.0.2.2'},\n{'name':'t2'"
		",'vni':100,'local':'192.0.2.1','remote':'192.0.2.3'},\n{'name':'b1','vni':200,'"
		"vrf':'blue','local':'192.0.2.1','remote':'192.0.2.2'},\n{'name':'t2','vni':1,'"
		"local':'192.0.2.1','remote':'192.0.2.4'}]",
		"c.json:19: /tunnels/3/name: t2 is the name of /tunnels/1 (line 17) already "
		"(tunnels and tunnel groups share their names)"},
	{"tunnels",
		"[\n{'name':'t1','vni':100,'local':'192.0.2.1','remote':'192.0.2.2'},\n{'name':'t2'"
		",'vni':100,'local':'192.0.2.1','remote':'192.0.2.3'},\n{'name':'b1','vni':200,'"
		"vrf':'blue','local':'192.0.2.1','remote':'192.0.2.2'},\n{'name':'x','vni':"
		"16777216,'local':'192.0.2.1','remote':'192.0.2.4'}]",
		"c.json:19: /tunnels/3/vni: 16777216 is out of range (0..16777215)"},
	{"tunnels",
		"[\n{'name':'t1','vni':100,'local':'192.0.2.1','remote':'192.0.2.2'},\n{'name':'t2'"
		",'vni':100,'local':'192.0.2.1','remote':'192.0.2.3'},\n{'name':'b1','vni':200,'"
		"vrf':'blue','local':'192.0.2.1','remote':'192.0.2.2'},\n{'name':'x','type':'gre','"
		"vni':1,'local':'192.0.2.1','remote':'192.0.2.4'}]",
		"c.json:19: /tunnels/3/type: \"gre\" is not one of \"vxlan-gpe\""},
	{"tunnels",
		"[\n{'name':'t1','vni':100,'local':'192.0.2.1','remote':'192.0.2.2'},\n{'name':'t2'"
		",'vni':100,'local':'192.0.2.1','remote':'192.0.2.3'},\n{'name':'b1','vni':200,'"
		"vrf':'blue','local':'192.0.2.1','remote':'192.0.2.2'},\n{'name':'x','vni':1,'vrf':"
		"'green','local':'192.0.2.1','remote':'192.0.2.4','symmetric':true,'mss_clamp':"
		"true}]",
		NULL},
};

static void tunnels(void **state)
{
	for (size_t i = 0; i < sizeof(tunnels_cases) / sizeof(tunnels_cases[0]); i++)
		check_run(&tunnels_cases[i]);
}

static const struct check_case groups_cases[] = {
	{"tunnel_groups",
		"[\n{'name':'g1','active':'t1','backup':'t2'},\n{'name':'t1','active':'t1','backup'"
		":'t2'}]",
		"c.json:22: /tunnel_groups/1/name: t1 is the name of /tunnels/0 (line 16) already "
		"(tunnels and tunnel groups share their names)"},
	{"tunnel_groups",
		"[\n{'name':'g1','active':'t1','backup':'t2'},\n{'name':'g1','active':'t1','backup'"
		":'t2'}]",
		"c.json:22: /tunnel_groups/1/name: g1 is the name of /tunnel_groups/0 (line 21) "
		"already (tunnels and tunnel groups share their names)"},
	{"tunnel_groups",
		"[\n{'name':'g1','active':'t1','backup':'t2'},\n{'name':'g2','active':'t9','backup'"
		":'t2'}]",
		"c.json:22: /tunnel_groups/1/active: no tunnel \"t9\" in /tunnels"},
	{"tunnel_groups",
		"[\n{'name':'g1','active':'t1','backup':'t2'},\n{'name':'g2','active':'t1','backup'"
		":'g1'}]",
		"c.json:22: /tunnel_groups/1/backup: g1 is a tunnel group, /tunnel_groups/0 (line "
		"21); a group is made of tunnels"},
	{"tunnel_groups",
		"[\n{'name':'g1','active':'t1','backup':'t2'},\n{'name':'g2','active':'t1','backup'"
		":'b1'}]",
		"c.json:22: /tunnel_groups/1: t1 carries VRF default, /tunnels/0 (line 16), but b1 "
		"carries VRF blue, /tunnels/2 (line 18): they must be the same"},
	{"tunnel_groups",
		"[\n{'name':'g1','active':'t1','backup':'t2'},\n{'name':'g2','active':'t1','backup'"
		":'t1','in_use':'backup'}]",
		NULL},
};

static void groups(void **state)
{
	for (size_t i = 0; i < sizeof(groups_cases) / sizeof(groups_cases[0]); i++)
		check_run(&groups_cases[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tunnels),
		cmocka_unit_test(groups),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
