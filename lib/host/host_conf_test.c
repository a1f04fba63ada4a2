// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// What --check says about hosts.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "port/check_fixture.h"

static const struct check_case addresses_cases[] = {
	{"hosts",
		"[\n{'ip':'10.1.1.5','mac':'02:00:00:00:00:05','interface':'a1'},\n{'ip':'10.1.1.5'"
		",'mac':'02:00:00:00:00:06','interface':'a2'}]",
		"c.json:31: /hosts/1/ip: 10.1.1.5 is that of /hosts/0/ip (line 30) in VRF default "
		"already"},
	{"hosts",
		"[\n{'ip':'10.1.1.5','mac':'02:00:00:00:00:05','interface':'a1'},\n{'ip':'10.1.1.5'"
		",'mac':'02:00:00:00:00:06','port':'acc1'}]",
		NULL},
	{"hosts",
		"[\n{'ip':'10.1.1.5','mac':'02:00:00:00:00:05','interface':'a1'},\n{'ip':'10.1.1.1'"
		",'mac':'02:00:00:00:00:06','interface':'a2'}]",
		"c.json:31: /hosts/1/ip: 10.1.1.1 is an own address of interface a1, "
		"/interfaces/0/gateways/0 (line 13)"},
	{"hosts",
		"[\n{'ip':'10.1.1.5','mac':'02:00:00:00:00:05','interface':'a1'},\n{'ip':'192.0.2."
		"1','mac':'02:00:00:00:00:06','interface':'a2'}]",
		"c.json:31: /hosts/1/ip: 192.0.2.1 is an own address of interface core0, "
		"/ports/0/addresses/0 (line 4)"},
	{"hosts",
		"[\n{'ip':'10.1.1.5','mac':'02:00:00:00:00:05','interface':'a1'},\n{'ip':'10.9.0.1'"
		",'mac':'02:00:00:00:00:06','port':'acc1'}]",
		"c.json:31: /hosts/1/ip: 10.9.0.1 is an own address of interface acc1, "
		"/ports/3/addresses/0 (line 10)"},
	{"hosts",
		"[\n{'ip':'10.1.1.5','mac':'02:00:00:00:00:05','interface':'a1'},\n{'ip':'127.0.0."
		"1','mac':'02:00:00:00:00:06','interface':'a2'}]",
		"c.json:31: /hosts/1/ip: 127.0.0.1 is no address of a host"},
	{"hosts",
		"[\n{'ip':'10.1.1.5','mac':'02:00:00:00:00:05','interface':'a1'},\n{'ip':'2001:db8:"
		":5','mac':'02:00:00:00:00:06','interface':'a2'}]",
		"c.json:31: /hosts/1/ip: IPv6 hosts are not forwarded by this version"},
	{"hosts",
		"[\n{'ip':'10.1.1.5','mac':'02:00:00:00:00:05','interface':'a1'},\n{'ip':'10.1.1.6'"
		",'mac':'ff:ff:ff:ff:ff:ff','interface':'a2'}]",
		"c.json:31: /hosts/1/mac: is no device's MAC address (unicast, not all zeros)"},
};

static void addresses(void **state)
{
	for (size_t i = 0; i < sizeof(addresses_cases) / sizeof(addresses_cases[0]); i++)
		check_run(&addresses_cases[i]);
}

static const struct check_case places_cases[] = {
	{"hosts",
		"[\n{'ip':'10.1.1.5','mac':'02:00:00:00:00:05','interface':'a1'},\n{'ip':'10.1.1.6'"
		",'mac':'02:00:00:00:00:06','interface':'a9'}]",
		"c.json:31: /hosts/1/interface: no interface \"a9\" in /interfaces"},
	{"hosts",
		"[\n{'ip':'10.1.1.5','mac':'02:00:00:00:00:05','interface':'a1'},\n{'ip':'10.1.1.6'"
		",'mac':'02:00:00:00:00:06','port':'acc9'}]",
		"c.json:31: /hosts/1/port: no port \"acc9\" in /ports (there: core0, core1, acc0, "
		"acc1)"},
	{"hosts",
		"[\n{'ip':'10.1.1.5','mac':'02:00:00:00:00:05','interface':'a1'},\n{'ip':'10.1.1.6'"
		",'mac':'02:00:00:00:00:06'}]",
		"c.json:31: /hosts/1: one of \"interface\" and \"port\" is missing"},
	{"hosts",
		"[\n{'ip':'10.1.1.5','mac':'02:00:00:00:00:05','interface':'a1'},\n{'ip':'10.1.1.6'"
		",'mac':'02:00:00:00:00:06','interface':'a1','port':'acc0'}]",
		"c.json:31: /hosts/1/port: not together with \"interface\", /hosts/1/interface "
		"(line 31)"},
	{"hosts",
		"[\n{'ip':'10.1.1.5','mac':'02:00:00:00:00:05','interface':'a1'},\n{'ip':'10.1.1.6'"
		",'mac':'02:00:00:00:00:06','interface':'a1','vlans':[100]}]",
		"c.json:31: /hosts/1/vlans: only with \"port\": an interface has its VLANs "
		"already"},
	{"hosts",
		"[\n{'ip':'10.1.1.5','mac':'02:00:00:00:00:05','interface':'a1'},\n{'ip':'10.1.1.6'"
		",'mac':'02:00:00:00:00:06','interface':'core0'}]",
		"c.json:31: /hosts/1/interface: interface core0, /ports/0 (line 4), is of role "
		"network; hosts are on access ports"},
	{"hosts",
		"[\n{'ip':'10.1.1.5','mac':'02:00:00:00:00:05','interface':'a1'},\n{'ip':'10.1.1.6'"
		",'mac':'02:00:00:00:00:06','port':'core1','vlans':[5]}]",
		"c.json:31: /hosts/1/port: interface core1.5, /hosts/1 (line 31), is of role "
		"network; hosts are on access ports"},
	{"hosts",
		"[\n{'ip':'10.1.1.5','mac':'02:00:00:00:00:05','interface':'a1'},\n{'ip':'10.1.1.6'"
		",'mac':'02:00:00:00:00:06','interface':'a1','vrf':'blue'}]",
		"c.json:31: /hosts/1/vrf: VRF blue, but interface a1, /interfaces/0 (line 12), is "
		"in VRF default"},
	{"hosts",
		"[\n{'ip':'10.1.1.5','mac':'02:00:00:00:00:05','interface':'a1'},\n{'ip':'10.1.1.6'"
		",'mac':'02:00:00:00:00:06','port':'acc1','vlans':[7],'vrf':'default'}]",
		"c.json:31: /hosts/1/vrf: VRF default, but interface acc1.7, /hosts/1 (line 31), "
		"is in VRF blue"},
	{"hosts",
		"[\n{'ip':'10.1.1.5','mac':'02:00:00:00:00:05','interface':'a1'},\n{'ip':'10.1.1.6'"
		",'mac':'02:00:00:00:00:06','port':'acc0','vlans':[100,300]},\n{'ip':'10.1.1.8','"
		"mac':'02:00:00:00:00:06','interface':'acc0.100.300'}]",
		NULL},
};

static void places(void **state)
{
	for (size_t i = 0; i < sizeof(places_cases) / sizeof(places_cases[0]); i++)
		check_run(&places_cases[i]);
}

static const struct check_case options_cases[] = {
	{"hosts",
		"[\n{'ip':'10.1.1.5','mac':'02:00:00:00:00:05','interface':'a1'},\n{'ip':'10.1.1.6'"
		",'mac':'02:00:00:00:00:06','interface':'a1','symmetric':'t9'}]",
		"c.json:31: /hosts/1/symmetric: no tunnel or tunnel group \"t9\" in /tunnels and "
		"/tunnel_groups"},
	{"hosts",
		"[\n{'ip':'10.1.1.5','mac':'02:00:00:00:00:05','interface':'a1'},\n{'ip':'10.1.1.6'"
		",'mac':'02:00:00:00:00:06','interface':'a1','symmetric':'b1'}]",
		"c.json:31: /hosts/1/symmetric: b1 carries VRF blue, /tunnels/2 (line 18), but VRF "
		"default is meant, /hosts/1/interface (line 31)"},
	{"hosts",
		"[\n{'ip':'10.1.1.5','mac':'02:00:00:00:00:05','interface':'a1'},\n{'ip':'10.1.1.6'"
		",'mac':'02:00:00:00:00:06','interface':'a1','ingress':{'cbs_bytes':65536}}]",
		"c.json:31: /hosts/1/ingress: \"cir_kbps\" is missing (committed rate in kbit/s of "
		"IP packets)"},
	{"hosts",
		"[\n{'ip':'10.1.1.5','mac':'02:00:00:00:00:05','interface':'a1'},\n{'ip':'10.1.1.6'"
		",'mac':'02:00:00:00:00:06','interface':'a1','ingress':{'cir_kbps':0}}]",
		"c.json:31: /hosts/1/ingress/cir_kbps: 0 is out of range (1..4294967295)"},
	{"hosts",
		"[\n{'ip':'10.1.1.5','mac':'02:00:00:00:00:05','interface':'a1'},\n{'ip':'10.1.1.6'"
		",'mac':'02:00:00:00:00:06','interface':'a1','ingress':{'cir_kbps':2000,'pir_kbps':"
		"1000}}]",
		"c.json:31: /hosts/1/ingress: rate limit: pir_kbps 1000 is below cir_kbps 2000 "
		"(RFC 2698: PIR >= CIR)"},
	{"hosts",
		"[\n{'ip':'10.1.1.5','mac':'02:00:00:00:00:05','interface':'a1'},\n{'ip':'10.1.1.6'"
		",'mac':'02:00:00:00:00:06','interface':'a1','egress':{'cir_kbps':1000000001}}]",
		"c.json:31: /hosts/1/egress: rate limit: more than 1000000000 kbit/s"},
	{"hosts",
		"[\n{'ip':'10.1.1.5','mac':'02:00:00:00:00:05','interface':'a1'},\n{'ip':'10.1.1.6'"
		",'mac':'02:00:00:00:00:06','interface':'a1','publish':true,'cost':30,'standby':"
		"true,'symmetric':'g1',\n'ingress':{'cir_kbps':10000,'cbs_bytes':65536},'egress':{'"
		"cir_kbps':50000,'cbs_bytes':65536,'pir_kbps':80000,'pbs_bytes':65536}}]",
		NULL},
};

static void options(void **state)
{
	for (size_t i = 0; i < sizeof(options_cases) / sizeof(options_cases[0]); i++)
		check_run(&options_cases[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(addresses),
		cmocka_unit_test(places),
		cmocka_unit_test(options),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
