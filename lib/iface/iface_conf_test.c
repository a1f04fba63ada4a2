// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// What --check says about interfaces.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "port/check_fixture.h"

static const struct check_case names_and_ports_cases[] = {
	{"interfaces",
		"[\n{'name':'a1','port':'acc0','vlans':[100]},\n{'name':'a1','port':'acc0'}]",
		"c.json:13: /interfaces/1/name: a1 is the name of /interfaces/0 (line 12) already"},
	{"interfaces",
		"[\n{'name':'a1','port':'acc0','vlans':[100]},\n{'name':'a2','port':'acc9'}]",
		"c.json:13: /interfaces/1/port: no port \"acc9\" in /ports (there: core0, core1, "
		"acc0, acc1)"},
	{"interfaces",
		"[\n{'name':'a1','port':'acc0','vlans':[100]},\n{'name':'acc1','port':'acc0'}]",
		"c.json:13: /interfaces/1/name: acc1 is the name of port /ports/3/name (line 9): "
		"only its untagged interface may be called so"},
	{"interfaces",
		"[\n{'name':'a1','port':'acc0','vlans':[100]},\n{'name':'acc0','port':'acc0','"
		"vlans':[5]}]",
		"c.json:13: /interfaces/1/name: acc0 is the name of port /ports/2/name (line 8): "
		"only its untagged interface may be called so"},
	{"interfaces",
		"[\n{'name':'a1','port':'acc0','vlans':[100]},\n{'name':'acc0','port':'acc0'},{'"
		"name':'core0','port':'core0','vlans':[]}]",
		NULL},
	{"interfaces",
		"[\n{'name':'a1','port':'acc0','vlans':[100]},\n{'name':'x','port':'core0'},{'name'"
		":'y','port':'core0','vlans':[7],'addresses':['198.18.0.1/"
		"24'],\n'neighbors':{'198.18.0.2':'02:00:00:00:00:02'}}]",
		NULL},
};

static void names_and_ports(void **state)
{
	for (size_t i = 0; i < sizeof(names_and_ports_cases) / sizeof(names_and_ports_cases[0]);
		i++)
		check_run(&names_and_ports_cases[i]);
}

static const struct check_case vlans_cases[] = {
	{"interfaces",
		"[\n{'name':'a1','port':'acc0','vlans':[100]},\n{'name':'a2','port':'acc0','vlans':"
		"[100]}]",
		"c.json:13: /interfaces/1: port acc0 with these VLANs is interface a1 already, "
		"/interfaces/0 (line 12)"},
	{"interfaces",
		"[\n{'name':'a1','port':'acc0','vlans':[100]},\n{'name':'a2','port':'acc0','vlans':"
		"[0]}]",
		"c.json:13: /interfaces/1/vlans/0: 0 is out of range (1..4094)"},
	{"interfaces",
		"[\n{'name':'a1','port':'acc0','vlans':[100]},\n{'name':'a2','port':'acc0','vlans':"
		"[100,4095]}]",
		"c.json:13: /interfaces/1/vlans/1: 4095 is out of range (1..4094)"},
	{"interfaces",
		"[\n{'name':'a1','port':'acc0','vlans':[100]},\n{'name':'a2','port':'acc0','vlans':"
		"[1,2,3]}]",
		"c.json:13: /interfaces/1/vlans: has 3 elements, must have at most 2"},
	{"interfaces",
		"[\n{'name':'a1','port':'acc0','vlans':[100]},\n{'name':'a2','port':'acc0','tpid':'"
		"0x9100'}]",
		"c.json:13: /interfaces/1/tpid: \"0x9100\" is not one of \"0x8100\", \"0x88a8\""},
};

static void vlans(void **state)
{
	for (size_t i = 0; i < sizeof(vlans_cases) / sizeof(vlans_cases[0]); i++)
		check_run(&vlans_cases[i]);
}

static const struct check_case addresses_cases[] = {
	{"interfaces",
		"[\n{'name':'a1','port':'acc0','vlans':[100]},\n{'name':'a2','port':'acc0','"
		"gateways':['10.1.1.1/24','10.1.1.1/25']}]",
		"c.json:13: /interfaces/1/gateways/1: 10.1.1.1 is an address of interface a2 "
		"already, /interfaces/1/gateways/0 (line 13)"},
	{"interfaces",
		"[\n{'name':'a1','port':'acc0','vlans':[100]},\n{'name':'a2','port':'acc0','"
		"gateways':['192.0.2.1/24']}]",
		"c.json:13: /interfaces/1/gateways/0: 192.0.2.1 is an address of interface core0 "
		"already, /ports/0/addresses/0 (line 4)"},
	{"interfaces",
		"[\n{'name':'a1','port':'acc0','vlans':[100]},\n{'name':'a2','port':'acc0','"
		"gateways':['224.0.0.1/24']}]",
		"c.json:13: /interfaces/1/gateways/0: 224.0.0.1/24 is no address that a device can "
		"have (address of the device, not of the subnet)"},
	{"interfaces",
		"[\n{'name':'a1','port':'acc0','vlans':[100]},\n{'name':'a2','port':'acc0','"
		"gateways':['10.1.1.255/24']}]",
		"c.json:13: /interfaces/1/gateways/0: 10.1.1.255/24 is no address that a device "
		"can have (address of the device, not of the subnet)"},
	{"interfaces",
		"[\n{'name':'a1','port':'acc0','vlans':[100]},\n{'name':'a2','port':'acc0','"
		"gateways':['10.1.1.0/31','10.1.1.77/32','2001:db8::1/64']}]",
		NULL},
	{"interfaces",
		"[\n{'name':'a1','port':'acc0','vlans':[100]},\n{'name':'a2','port':'acc0','vrf':'"
		"blue','gateways':['192.0.2.1/24']}]",
		NULL},
	{"interfaces",
		"[\n{'name':'a1','port':'acc0','vlans':[100]},\n{'name':'acc1','port':'acc1','"
		"gateways':['10.9.0.1/24']}]",
		"c.json:13: /interfaces/1/gateways/0: 10.9.0.1 is an address of interface acc1 "
		"already, /ports/3/addresses/0 (line 10)"},
};

static void addresses(void **state)
{
	for (size_t i = 0; i < sizeof(addresses_cases) / sizeof(addresses_cases[0]); i++)
		check_run(&addresses_cases[i]);
}

static const struct check_case addresses6_cases[] = {
	{"interfaces",
		"[\n{'name':'a1','port':'acc0','vlans':[100]},\n{'name':'a2','port':'acc0','"
		"gateways':['fe80::1/64']}]",
		"c.json:13: /interfaces/1/gateways/0: fe80::1/64 is no address that a device can "
		"have: link-local: an interface makes that one of its own from its MAC address "
		"(RFC 4291 2.5.6)"},
	{"interfaces",
		"[\n{'name':'a1','port':'acc0','vlans':[100]},\n{'name':'n','port':'core0','vlans':"
		"[7],'addresses':['ff05::1/64']}]",
		"c.json:13: /interfaces/1/addresses/0: ff05::1/64 is no address that a device can "
		"have: multicast (RFC 4291 2.7)"},
	{"interfaces",
		"[\n{'name':'a1','port':'acc0','vlans':[100]},\n{'name':'n','port':'core0','vlans':"
		"[7],'addresses':['::/64']}]",
		"c.json:13: /interfaces/1/addresses/0: ::/64 is no address that a device can have: "
		"never on a link (RFC 4291 2.5.2, 2.5.3)"},
	{"interfaces",
		"[\n{'name':'a1','port':'acc0','vlans':[100]},\n{'name':'n','port':'core0','vlans':"
		"[7],'addresses':['::1/128']}]",
		"c.json:13: /interfaces/1/addresses/0: ::1/128 is no address that a device can "
		"have: never on a link (RFC 4291 2.5.2, 2.5.3)"},
	{"interfaces",
		"[\n{'name':'a1','port':'acc0','vlans':[100]},\n{'name':'n','port':'core0','vlans':"
		"[7],'addresses':['::ffff:192.0.2.7/128']}]",
		"c.json:13: /interfaces/1/addresses/0: ::ffff:192.0.2.7/128 is no address that a "
		"device can have: it stands for an IPv4 address: write that (RFC 4291 2.5.5.2)"},
	{"interfaces",
		"[\n{'name':'a1','port':'acc0','vlans':[100]},\n{'name':'a2','port':'acc0','"
		"gateways':['2001:db8::1/64','2001:DB8::0:1/48']}]",
		"c.json:13: /interfaces/1/gateways/1: 2001:db8::1 is an address of interface a2 "
		"already, /interfaces/1/gateways/0 (line 13)"},
	{"interfaces",
		"[\n{'name':'a1','port':'acc0','vlans':[100]},\n{'name':'n','port':'core0','vlans':"
		"[7],'addresses':['2001:db8::1/"
		"64']},{'name':'m','port':'core0','vlans':[8],'addresses':['2001:db8::1/64']}]",
		"c.json:13: /interfaces/2/addresses/0: 2001:db8::1 is an address of interface n "
		"already, /interfaces/1/addresses/0 (line 13)"},
	{"interfaces",
		"[\n{'name':'a1','port':'acc0','vlans':[100]},\n{'name':'a2','port':'acc0','"
		"gateways':['2001:db8::1/"
		"64']},{'name':'a3','port':'acc0','vlans':[3],'gateways':['2001:db8::1/64']}]",
		NULL},
	{"interfaces",
		"[\n{'name':'a1','port':'acc0','vlans':[100]},\n{'name':'a2','port':'acc0','mtu':"
		"1279,'gateways':['2001:db8::1/64']}]",
		"c.json:13: /interfaces/1/gateways/0: 2001:db8::1: IPv6 takes an MTU of 1280 at "
		"least (RFC 8200 5), that of interface a2 is 1279"},
	{"interfaces",
		"[\n{'name':'a1','port':'acc0','vlans':[100]},\n{'name':'n','port':'core0','vlans':"
		"[7],'addresses':['2001:db8::1/64','2001:db8:5::1/"
		"128'],'neighbors':{'2001:db8::2':'02:00:00:00:00:02'}}]",
		NULL},
	{"interfaces",
		"[\n{'name':'a1','port':'acc0','vlans':[100]},\n{'name':'n','port':'core0','vlans':"
		"[7],'addresses':['2001:db8::1/64','2001:db8:5::1/"
		"128'],'neighbors':{'fe80::2':'02:00:00:00:00:02'}}]",
		NULL},
	{"interfaces",
		"[\n{'name':'a1','port':'acc0','vlans':[100]},\n{'name':'n','port':'core0','vlans':"
		"[7],'addresses':['2001:db8::1/64','2001:db8:5::1/"
		"128'],'neighbors':{'2001:db8::0:1':'02:00:00:00:00:02'}}]",
		"c.json:13: /interfaces/1/neighbors/2001:db8::0:1: is an own address of interface "
		"n, /interfaces/1/addresses/0 (line 13)"},
	{"interfaces",
		"[\n{'name':'a1','port':'acc0','vlans':[100]},\n{'name':'n','port':'core0','vlans':"
		"[7],'addresses':['2001:db8::1/64','2001:db8:5::1/"
		"128'],'neighbors':{'2001:db8:5::2':'02:00:00:00:00:02'}}]",
		"c.json:13: /interfaces/1/neighbors/2001:db8:5::2: is no host's address in a "
		"connected subnet of interface n"},
};

static void addresses6(void **state)
{
	for (size_t i = 0; i < sizeof(addresses6_cases) / sizeof(addresses6_cases[0]); i++)
		check_run(&addresses6_cases[i]);
}

static const struct check_case options_cases[] = {
	{"interfaces",
		"[\n{'name':'a1','port':'acc0','vlans':[100]},\n{'name':'a2','port':'acc0','mtu':"
		"1501}]",
		"c.json:13: /interfaces/1/mtu: 1501 is more than the port's 1500"},
	{"interfaces",
		"[\n{'name':'a1','port':'acc0','vlans':[100]},\n{'name':'n','port':'core0','vlans':"
		"[7],'fallback':'t1'}]",
		"c.json:13: /interfaces/1/fallback: a fallback is for clients, and port core0 is "
		"of role network"},
	{"interfaces",
		"[\n{'name':'a1','port':'acc0','vlans':[100]},\n{'name':'a2','port':'acc0','"
		"fallback':'t9'}]",
		"c.json:13: /interfaces/1/fallback: no tunnel or tunnel group \"t9\" in /tunnels "
		"and /tunnel_groups"},
	{"interfaces",
		"[\n{'name':'a1','port':'acc0','vlans':[100]},\n{'name':'a2','port':'acc0','"
		"fallback':'b1'}]",
		"c.json:13: /interfaces/1/fallback: b1 carries VRF blue, /tunnels/2 (line 17), but "
		"interface a2 is in VRF default"},
	{"interfaces",
		"[\n{'name':'a1','port':'acc0','vlans':[100]},\n{'name':'a2','port':'acc0','"
		"fallback':'g1'}]",
		NULL},
	{"interfaces",
		"[\n{'name':'a1','port':'acc0','vlans':[100]},\n{'name':'a2','port':'acc0','state':"
		"'up'}]",
		"c.json:13: /interfaces/1/state: \"up\" is not one of \"active\", \"standby\""},
};

static void options(void **state)
{
	for (size_t i = 0; i < sizeof(options_cases) / sizeof(options_cases[0]); i++)
		check_run(&options_cases[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_and_ports),
		cmocka_unit_test(vlans),
		cmocka_unit_test(addresses),
		cmocka_unit_test(addresses6),
		cmocka_unit_test(options),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
