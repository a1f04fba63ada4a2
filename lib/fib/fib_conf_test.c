// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// What --check says about routes, segments, client prefixes and host-tunnel routes.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "port/check_fixture.h"

static const struct check_case routes_cases[] = {
	{"routes",
		"[\n{'prefix':'0.0.0.0/0','via':'192.0.2.254'},\n{'prefix':'0.0.0.0/"
		"0','via':'192.0.2.253'}]",
		"c.json:24: /routes/1/prefix: 0.0.0.0/0 is that of /routes/0 (line 23) already"},
	{"routes",
		"[\n{'prefix':'0.0.0.0/0','via':'192.0.2.254'},\n{'prefix':'0.0.0.0/"
		"0','via':'198.51.100.9','vrf':'blue'}]",
		NULL},
	{"routes",
		"[\n{'prefix':'0.0.0.0/0','via':'192.0.2.254'},\n{'prefix':'10.0.0.1/"
		"8','via':'192.0.2.253'}]",
		"c.json:24: /routes/1/prefix: 10.0.0.1/8 has bits set behind the prefix length; "
		"10.0.0.0/8 has none"},
	{"routes",
		"[\n{'prefix':'0.0.0.0/0','via':'192.0.2.254'},\n{'prefix':'10.0.0.0/"
		"8','via':'192.0.3.253'}]",
		"c.json:24: /routes/1/via: 192.0.3.253 is on no connected subnet of VRF default "
		"(those of addresses of network ports)"},
	{"routes",
		"[\n{'prefix':'0.0.0.0/0','via':'192.0.2.254'},\n{'prefix':'10.0.0.0/"
		"8','via':'198.51.100.9'}]",
		"c.json:24: /routes/1/via: 198.51.100.9 is on no connected subnet of VRF default "
		"(those of addresses of network ports)"},
	{"routes",
		"[\n{'prefix':'0.0.0.0/0','via':'192.0.2.254'},\n{'prefix':'10.0.0.0/"
		"8','via':'10.1.1.9'}]",
		"c.json:24: /routes/1/via: 10.1.1.9 is on no connected subnet of VRF default "
		"(those of addresses of network ports)"},
	{"routes",
		"[\n{'prefix':'0.0.0.0/0','via':'192.0.2.254'},\n{'prefix':'10.0.0.0/"
		"8','via':'192.0.2.1'}]",
		"c.json:24: /routes/1/via: 192.0.2.1 is an own address, /ports/0/addresses/0 (line "
		"4)"},
	{"routes",
		"[\n{'prefix':'0.0.0.0/0','via':'192.0.2.254'},\n{'prefix':'10.0.0.0/"
		"8','via':'192.0.2.9','vrf':'bleu'}]",
		"c.json:24: /routes/1/vrf: no port, interface or tunnel is in VRF \"bleu\" (there: "
		"default, blue)"},
	{"routes",
		"[\n{'prefix':'0.0.0.0/0','via':'192.0.2.254'},\n{'prefix':'10.0.0.0/"
		"8','via':'2001:db8:6::9'}]",
		"c.json:24: /routes/1/via: 2001:db8:6::9 is no next hop of an IPv4 route: an IPv4 "
		"address is"},
	{"routes",
		"[\n{'prefix':'0.0.0.0/0','via':'192.0.2.254'},\n{'prefix':'2001:db8::/"
		"32','via':'192.0.2.9'}]",
		"c.json:24: /routes/1/via: 192.0.2.9 is no next hop of an IPv6 route: an IPv6 "
		"address is"},
	{"routes",
		"[\n{'prefix':'0.0.0.0/0','via':'192.0.2.254'},\n{'prefix':'2001:db8::/"
		"32','via':'2001:db8:6::9'}]",
		NULL},
	{"routes",
		"[\n{'prefix':'0.0.0.0/0','via':'192.0.2.254'},\n{'prefix':'2001:db8::/"
		"32','via':['2001:db8:6::9','fe80::1%core0','fe80::1%a1']}]",
		NULL},
	{"routes",
		"[\n{'prefix':'0.0.0.0/0','via':'192.0.2.254'},\n{'prefix':'10.0.0.0/"
		"8','via':['192.0.2.9','192.0.2.10']}]",
		NULL},
	{"routes",
		"[\n{'prefix':'0.0.0.0/0','via':'192.0.2.254'},\n{'prefix':'2001:db8::/"
		"32','via':'2001:db8:7::9'}]",
		"c.json:24: /routes/1/via: 2001:db8:7::9 is on no connected subnet of VRF default "
		"(those of addresses of network ports)"},
	{"routes",
		"[\n{'prefix':'0.0.0.0/0','via':'192.0.2.254'},\n{'prefix':'2001:db8::/"
		"32','via':['2001:db8:6::9','2001:db8:6::1']}]",
		"c.json:24: /routes/1/via/1: 2001:db8:6::1 is an own address, /ports/0/addresses/1 "
		"(line 4)"},
	{"routes",
		"[\n{'prefix':'0.0.0.0/0','via':'192.0.2.254'},\n{'prefix':'2001:db8::/"
		"32','via':['2001:db8:6::9','2001:db8:6::0009']}]",
		"c.json:24: /routes/1/via/1: 2001:db8:6::9 stands twice"},
	{"routes",
		"[\n{'prefix':'0.0.0.0/0','via':'192.0.2.254'},\n{'prefix':'2001:db8::/"
		"32','via':'fe80::1'}]",
		"c.json:24: /routes/1/via: fe80::1 is link-local: say on which interface, "
		"\"fe80::1%INTERFACE\""},
	{"routes",
		"[\n{'prefix':'0.0.0.0/0','via':'192.0.2.254'},\n{'prefix':'2001:db8::/"
		"32','via':'fe80::1%core9'}]",
		"c.json:24: /routes/1/via: fe80::1%core9: no interface \"core9\""},
	{"routes",
		"[\n{'prefix':'0.0.0.0/0','via':'192.0.2.254'},\n{'prefix':'2001:db8::/"
		"32','via':'fe80::1%core1'}]",
		"c.json:24: /routes/1/via: fe80::1%core1: interface core1 is in VRF blue, /ports/1 "
		"(line 6), the route in VRF default"},
	{"routes",
		"[\n{'prefix':'0.0.0.0/0','via':'192.0.2.254'},\n{'prefix':'2001:db8::/"
		"32','via':'2001:db8:6::9%core0'}]",
		"c.json:24: /routes/1/via: 2001:db8:6::9%core0: only a link-local address goes "
		"with an interface"},
	{"routes",
		"[\n{'prefix':'0.0.0.0/0','via':'192.0.2.254'},\n{'prefix':'2001:db8::/"
		"32','via':[]}]",
		"c.json:24: /routes/1/via: has 0 elements, must have 1 to 16"},
	{"routes",
		"[\n{'prefix':'0.0.0.0/0','via':'192.0.2.254'},\n{'prefix':'2001:db8::/"
		"32','via':7}]",
		"c.json:24: /routes/1/via: found a number, expected an IP address (\"192.0.2.1\", "
		"\"2001:db8::1\" or \"fe80::1%INTERFACE\") or an array of them"},
	{"routes",
		"[\n{'prefix':'0.0.0.0/0','via':'192.0.2.254'},\n{'prefix':'2001:db8::/"
		"32','via':'fe80::1%a b'}]",
		"c.json:24: /routes/1/via: \"fe80::1%a b\" is not an IP address (\"192.0.2.1\", "
		"\"2001:db8::1\" or \"fe80::1%INTERFACE\")"},
	{"routes",
		"[\n{'prefix':'0.0.0.0/0','via':'192.0.2.254'},\n{'prefix':'2001:db8::1/"
		"32','via':'2001:db8:6::9'}]",
		"c.json:24: /routes/1/prefix: 2001:db8::1/32 has bits set behind the prefix "
		"length; 2001:db8::/32 has none"},
	{"routes",
		"[\n{'prefix':'0.0.0.0/0','via':'192.0.2.254'},\n{'prefix':'2001:db8::/"
		"32','via':'2001:db8:6::9'},{'prefix':'2001:db8::/32','via':'fe80::1%core0'}]",
		"c.json:24: /routes/2/prefix: 2001:db8::/32 is that of /routes/1 (line 24) "
		"already"},
	{"routes",
		"[\n{'prefix':'0.0.0.0/0','via':'192.0.2.254'},\n{'prefix':'::ffff:10.0.0.0/"
		"104','via':'2001:db8:6::9'}]",
		"c.json:24: /routes/1/prefix: ::ffff:10.0.0.0/104 stands for an IPv4 "
		"prefix: write that (RFC 4291 2.5.5.2)"},
};

static void routes(void **state)
{
	for (size_t i = 0; i < sizeof(routes_cases) / sizeof(routes_cases[0]); i++)
		check_run(&routes_cases[i]);
}

static const struct check_case segments_cases[] = {
	{"segments",
		"[\n{'prefix':'10.1.1.0/24','tunnel':'t1'},\n{'prefix':'10.1.1.0/"
		"24','discard':true}]",
		"c.json:26: /segments/1/prefix: 10.1.1.0/24 is that of /segments/0 (line 25) "
		"already"},
	{"segments",
		"[\n{'prefix':'10.1.1.0/24','tunnel':'t1'},\n{'prefix':'10.1.2.5/"
		"24','tunnel':'t1'}]",
		"c.json:26: /segments/1/prefix: 10.1.2.5/24 has bits set behind the prefix length; "
		"10.1.2.0/24 has none"},
	{"segments",
		"[\n{'prefix':'10.1.1.0/24','tunnel':'t1'},\n{'prefix':'10.1.2.0/"
		"24','tunnel':'t9'}]",
		"c.json:26: /segments/1/tunnel: no tunnel or tunnel group \"t9\" in /tunnels and "
		"/tunnel_groups"},
	{"segments",
		"[\n{'prefix':'10.1.1.0/24','tunnel':'t1'},\n{'prefix':'10.1.2.0/"
		"24','group':'t1'}]",
		"c.json:26: /segments/1/group: no tunnel group \"t1\" in /tunnel_groups"},
	{"segments",
		"[\n{'prefix':'10.1.1.0/24','tunnel':'t1'},\n{'prefix':'10.1.2.0/"
		"24','tunnel':'b1'}]",
		"c.json:26: /segments/1/tunnel: b1 carries VRF blue, /tunnels/2 (line 18), but VRF "
		"default is meant, /segments/1/vrf (line 26)"},
	{"segments",
		"[\n{'prefix':'10.1.1.0/24','tunnel':'t1'},\n{'prefix':'10.1.2.0/"
		"24','tunnel':'t1','vrf':'blue'}]",
		"c.json:26: /segments/1/tunnel: t1 carries VRF default, /tunnels/0 (line 16), but "
		"VRF blue is meant, /segments/1/vrf (line 26)"},
	{"segments",
		"[\n{'prefix':'10.1.1.0/24','tunnel':'t1'},\n{'prefix':'10.1.2.0/"
		"24','tunnel':'t1','discard':true}]",
		"c.json:26: /segments/1/discard: not together with \"tunnel\", /segments/1/tunnel "
		"(line 26)"},
	{"segments",
		"[\n{'prefix':'10.1.1.0/24','tunnel':'t1'},\n{'prefix':'10.1.2.0/"
		"24','tunnel':'t1','group':'g1'}]",
		"c.json:26: /segments/1/group: not together with \"tunnel\", /segments/1/tunnel "
		"(line 26)"},
	{"segments",
		"[\n{'prefix':'10.1.1.0/24','tunnel':'t1'},\n{'prefix':'10.1.2.0/"
		"24','vrf':'bleu'}]",
		"c.json:26: /segments/1/vrf: no port, interface or tunnel is in VRF \"bleu\" "
		"(there: default, blue)"},
	{"segments",
		"[\n{'prefix':'10.1.1.0/24','tunnel':'t1'},\n{'prefix':'2001:db8::/"
		"32','tunnel':'t1'}]",
		"c.json:26: /segments/1/prefix: IPv6 segments are not forwarded by this version"},
	{"segments",
		"[\n{'prefix':'10.1.1.0/24','tunnel':'t1'},\n{'prefix':'10.1.1.0/"
		"24','vrf':'blue','tunnel':'b1','cost':30},{'prefix':'10.1.2.0/"
		"24','tunnel':'g1','publish':true,'cost':16777215},{'prefix':'10.1.3.0/24','cost':"
		"1}]",
		NULL},
	{"segments",
		"[\n{'prefix':'10.1.1.0/24','tunnel':'t1','publish':true},\n{'prefix':'10.1.1.0/"
		"24','vrf':'blue','tunnel':'b1','publish':true}]",
		"c.json:26: /segments/1/publish: only routes of VRF default are published, and it "
		"is in VRF blue"},
	{"segments", "[\n{'prefix':'10.1.1.0/24',\n'cost':16777216}]",
		"c.json:26: /segments/0/cost: 16777216 is out of range (1..16777215)"},
};

static void segments(void **state)
{
	for (size_t i = 0; i < sizeof(segments_cases) / sizeof(segments_cases[0]); i++)
		check_run(&segments_cases[i]);
}

static const struct check_case client_prefixes_cases[] = {
	{"client_prefixes", "['10.1.0.0/16',\n'10.1.0.0/16']",
		"c.json:27: /client_prefixes/1: 10.1.0.0/16 is that of /client_prefixes/0 (line "
		"26) already"},
	{"client_prefixes", "['10.1.0.1/16']",
		"c.json:26: /client_prefixes/0: 10.1.0.1/16 has bits set behind the prefix length; "
		"10.1.0.0/16 has none"},
	{"client_prefixes", "['2001:db8::/32']",
		"c.json:26: /client_prefixes/0: IPv6 clients are not forwarded by this version"},
};

static void client_prefixes(void **state)
{
	for (size_t i = 0; i < sizeof(client_prefixes_cases) / sizeof(client_prefixes_cases[0]);
		i++)
		check_run(&client_prefixes_cases[i]);
}

static const struct check_case host_tunnels_cases[] = {
	{"host_tunnels", "[\n{'ip':'10.1.1.7','tunnel':'t1'},\n{'ip':'10.1.1.7','tunnel':'t2'}]",
		"c.json:29: /host_tunnels/1/ip: 10.1.1.7 is that of /host_tunnels/0/ip (line 28) "
		"in VRF default already"},
	{"host_tunnels",
		"[\n{'ip':'10.1.1.7','tunnel':'t1'},\n{'ip':'10.1.1.7','tunnel':'b1','vrf':'blue'}"
		"]",
		NULL},
	{"host_tunnels", "[\n{'ip':'10.1.1.7','tunnel':'t1'},\n{'ip':'10.1.1.5','group':'g1'}]",
		NULL},
	{"host_tunnels",
		"[\n{'ip':'10.1.1.7','tunnel':'t1'},\n{'ip':'10.1.1.8','tunnel':'t1','vrf':'blue'}"
		"]",
		"c.json:29: /host_tunnels/1/tunnel: t1 carries VRF default, /tunnels/0 (line 16), "
		"but VRF blue is meant, /host_tunnels/1/vrf (line 29)"},
	{"host_tunnels", "[\n{'ip':'10.1.1.7','tunnel':'t1'},\n{'ip':'10.1.1.8','tunnel':'t9'}]",
		"c.json:29: /host_tunnels/1/tunnel: no tunnel or tunnel group \"t9\" in /tunnels "
		"and /tunnel_groups"},
	{"host_tunnels", "[\n{'ip':'10.1.1.7','tunnel':'t1'},\n{'ip':'10.1.1.8'}]",
		"c.json:29: /host_tunnels/1: one of \"tunnel\" and \"group\" is missing"},
	{"host_tunnels", "[\n{'ip':'10.1.1.7','tunnel':'t1'},\n{'ip':'10.1.1.1','tunnel':'t1'}]",
		"c.json:29: /host_tunnels/1/ip: 10.1.1.1 is an own address of interface a1, "
		"/interfaces/0/gateways/0 (line 13)"},
	{"host_tunnels",
		"[\n{'ip':'10.1.1.7','tunnel':'t1'},\n{'ip':'255.255.255.255','tunnel':'t1'}]",
		"c.json:29: /host_tunnels/1/ip: 255.255.255.255 is no address of a host"},
	{"host_tunnels", "[\n{'ip':'10.1.1.7','tunnel':'t1'},\n{'ip':'2001:db8::1','tunnel':'t1'}]",
		"c.json:29: /host_tunnels/1/ip: IPv6 clients are not forwarded by this version"},
};

static void host_tunnels(void **state)
{
	for (size_t i = 0; i < sizeof(host_tunnels_cases) / sizeof(host_tunnels_cases[0]); i++)
		check_run(&host_tunnels_cases[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(routes),
		cmocka_unit_test(segments),
		cmocka_unit_test(client_prefixes),
		cmocka_unit_test(host_tunnels),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
