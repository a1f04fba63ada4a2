// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// What --check says about ports, and about what the program starts with.

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "port/boot.h"
#include "port/check_fixture.h"

#define CORE0 "{'name':'core0','device':'net_null0','addresses':['192.0.2.1/24']}"
// What other sections name.
#define OTHERS                                                   \
	",{'name':'core1','device':'net_null11','vrf':'blue'}"   \
	",{'name':'acc0','device':'net_null12','role':'access'}" \
	",{'name':'acc1','device':'net_null13','role':'access','vrf':'blue'}]"

static const struct check_case start[] = {
	{"name", "'up'", NULL},
	{"name", NULL,
		"c.json:1: \"name\" is missing (name of this user plane; its socket is "
		"/run/godwit/NAME.sock)"},
	{"ports", NULL,
		"c.json:1: \"ports\" is missing (DPDK devices; they cannot change while godwit "
		"runs)"},
	{"eal", "['--no-pci', '']",
		"c.json:31: /eal/1: the string has 0 octets, must have 1 to 1000"},
	{"lcores", "{'slow':0,'workers':[0],'idle_sleep_us':0}", NULL},
	{"lcores", "{'workers':[]}",
		"c.json:31: /lcores/workers: has 0 elements, must have 1 to 31"},
	{"lcores", "{'workers':[1024]}",
		"c.json:31: /lcores/workers/0: 1024 is out of range (0..1023)"},
	{"mbuf", "{'data_room':64}", "c.json:31: /mbuf/data_room: 64 is out of range (256..65535)"},
	{"gateway", "{}",
		"c.json:31: /gateway: \"mac\" is missing (MAC address towards clients, the same on "
		"every user plane)"},
	{"gateway", "{'mac':'01:00:5e:00:01:01'}",
		"c.json:31: /gateway/mac: is no device's MAC address (unicast, not all zeros)"},
	{"cusp", "{'cp':'192.0.2.100'}", NULL},
	{"linkage", "[{'name':'g1','uplinks':['core0'],'downlinks':['acc0']}]", NULL},
};

static void what_the_program_starts_with(void **state)
{
	for (size_t i = 0; i < sizeof(start) / sizeof(start[0]); i++)
		check_run(&start[i]);
}

static const struct check_case ports[] = {
	{"ports", "[\n" CORE0 ",\n{'name':'core0','device':'net_null1'}" OTHERS,
		"c.json:5: /ports/1/name: core0 is the name of /ports/0/name (line 4) already"},
	{"ports", "[" CORE0 ",{'name':'x','device':'net_null0,copy=1'}" OTHERS,
		"c.json:3: /ports/1/device: net_null0 is the device of /ports/0/device (line 3) "
		"already"},
	{"ports", "[" CORE0 ",{'name':'x','device':'af_xdp:'}" OTHERS,
		"c.json:3: /ports/1/device: \"af_xdp:\" is no device: expected a PCI address "
		"(0000:01:00.0), af_xdp:IFNAME or a DPDK virtual device "
		"(net_pcap0,rx_pcap=FILE,tx_pcap=FILE)"},
	{"ports", "[" CORE0 ",{'name':'x','device':''}" OTHERS,
		"c.json:3: /ports/1/device: the string has 0 octets, must have 1 to 255"},
	{"ports", "[" CORE0 ",{'name':'x','device':'net_null1','role':'member'}" OTHERS,
		"c.json:3: /ports/1/role: a port of role member is one of an MLAG pair, and there "
		"is no section mlag"},
	{"ports", "[" CORE0 ",{'name':'x','device':'net_null1','role':'peer-link'}" OTHERS,
		"c.json:3: /ports/1/role: a port of role peer-link is one of an MLAG pair, and "
		"there is no section mlag"},
	{"ports", "[" CORE0 ",{'name':'x','device':'net_null1','mac':'00:00:00:00:00:00'}" OTHERS,
		"c.json:3: /ports/1/mac: is no device's MAC address (unicast, not all zeros)"},
	{"ports", "[" CORE0 ",{'name':'x','device':'net_null1','mtu':67}" OTHERS,
		"c.json:3: /ports/1/mtu: 67 is out of range (68..9600)"},
	{"ports", "[" CORE0 ",{'name':'x','device':'net_null1','pass':['ssh']}" OTHERS,
		"c.json:3: /ports/1/pass: only af_xdp:IFNAME ports pass something to the kernel"},
	{"ports", "[" CORE0 ",{'name':'x','device':'af_xdp:veth0','pass':['ssh','tcp:22']}" OTHERS,
		"c.json:3: /ports/1/pass: \"ssh\" and \"tcp:22\" name the same packets"},
	{"ports",
		"[" CORE0 ",{'name':'x','device':'net_null1','addresses':['192.0.2.0/24']}" OTHERS,
		"c.json:3: /ports/1/addresses/0: 192.0.2.0/24 is no address that a device can have "
		"(address of the device, not of the subnet)"},
	{"ports",
		"[" CORE0
		",\n{'name':'x','device':'net_null1','addresses':['192.0.2.1/25']}" OTHERS,
		"c.json:4: /ports/1/addresses/0: 192.0.2.1 is an address of interface core0 "
		"already, /ports/0/addresses/0 (line 3)"},
	{"ports",
		"[" CORE0 ",{'name':'x','device':'net_null1','vrf':'blue','addresses':"
		"['192.0.2.1/25','2001:db8::1/64'],'neighbors':{'2001:db8::2':"
		"'02:00:00:00:00:02','fe80::2':'02:00:00:00:00:02'}},"
		"{'name':'y','device':'0000:01:00.0','role':'access'}" OTHERS,
		NULL},
	{"ports", "[" CORE0 ",{'name':'x','device':'net_null1','addresses':['ff02::1/64']}" OTHERS,
		"c.json:3: /ports/1/addresses/0: ff02::1/64 is no address that a device can have: "
		"multicast (RFC 4291 2.7)"},
	{"ports",
		"[" CORE0 ",{'name':'x','device':'net_null1','neighbors':{'198.18.0.1':"
		"'02:00:00:00:00:02'}}" OTHERS,
		"c.json:3: /ports/1/neighbors/198.18.0.1: is no host's address in a connected "
		"subnet of interface x"},
	{"ports",
		"[{'name':'core0','device':'net_null0','addresses':['192.0.2.1/24'],\n"
		"'neighbors':{'192.0.2.1':'02:00:00:00:00:02'}}" OTHERS,
		"c.json:4: /ports/0/neighbors/192.0.2.1: is an own address of interface core0, "
		"/ports/0/addresses/0 (line 3)"},
	{"ports",
		"[" CORE0 ",{'name':'x','device':'net_null1','role':'access','addresses':"
		"['10.1.1.1/24'],'neighbors':{'10.1.1.5':'02:00:00:00:00:02'}}" OTHERS,
		"c.json:3: /ports/1/neighbors/10.1.1.5: port x is of role access: what is there "
		"are hosts (/hosts), not neighbors"},
};

static void ports_that_cannot_be(void **state)
{
	for (size_t i = 0; i < sizeof(ports) / sizeof(ports[0]); i++)
		check_run(&ports[i]);
}

static struct gw_boot boot_of(const char *text)
{
	struct gw_err err = {0};
	struct gw_conf *conf;
	struct gw_boot boot;

	assert_int_equal(gw_conf_open_mem(text, strlen(text), "c.json", &conf, &err), 0);
	assert_int_equal(gw_conf_check(conf, &err), 0);
	assert_int_equal(gw_boot_read(conf, &boot, &err), 0);
	gw_conf_close(conf);
	return boot;
}

static void boot_reads_what_is_said(void **state)
{
	struct gw_boot boot = boot_of(
		"{\"name\":\"x\",\"eal\":[\"--no-pci\",\"-m\",\"64\"],\"lcores\":{\"slow\":0,"
		"\"workers\":[0,0],\"idle_sleep_us\":7},\"mbuf\":{\"count\":4096,\"data_room\":256}"
		","
		"\"ports\":[{\"name\":\"p\",\"device\":\"af_xdp:veth0\",\"idle_sleep_us\":3}]}");

	assert_string_equal(boot.name, "x");
	assert_int_equal(boot.eal_count, 3);
	assert_string_equal(boot.eal[2], "64");
	assert_null(boot.eal[3]);
	assert_int_equal(boot.slow_cpu, 0);
	assert_int_equal(boot.worker_count, 2);
	assert_int_equal(boot.workers[1], 0);
	assert_int_equal(boot.idle_sleep_us, 7);
	assert_int_equal(boot.mbuf.count, 4096);
	assert_int_equal(boot.mbuf.data_room, 256);
	assert_int_equal(boot.port_count, 1);
	gw_boot_free(&boot);
}

static void boot_has_defaults(void **state)
{
	struct gw_boot boot = boot_of("{\"name\":\"x\",\"ports\":[]}");

	assert_int_equal(boot.eal_count, 0);
	assert_null(boot.eal[0]);
	assert_int_equal(boot.worker_count, 1);
	assert_int_equal(boot.idle_sleep_us, -1);
	assert_int_equal(boot.mbuf.count, 0);
	gw_boot_free(&boot);
	boot = boot_of("{\"name\":\"x\",\"ports\":[{\"name\":\"p\",\"device\":\"net_null0\","
		       "\"idle_sleep_us\":20},{\"name\":\"q\",\"device\":\"net_null1\","
		       "\"idle_sleep_us\":10}]}");
	assert_int_equal(boot.idle_sleep_us, 10);
	gw_boot_free(&boot);
}

static void a_cpu_that_is_not_there(void **state)
{
	static const char text[] =
		"{\"name\":\"x\",\"ports\":[],\n\"lcores\":{\"workers\":[1023]}}";
	static const char expected[] =
		"c.json:2: /lcores/workers/0: godwit may not run on CPU 1023 here, only on ";
	struct gw_err err = {0};
	struct gw_conf *conf;
	struct gw_boot boot;

	assert_int_equal(gw_conf_open_mem(text, strlen(text), "c.json", &conf, &err), 0);
	assert_int_equal(gw_conf_check(conf, &err), 0);
	assert_int_equal(gw_boot_read(conf, &boot, &err), -EINVAL);
	assert_memory_equal(err.text, expected, strlen(expected));
	gw_conf_close(conf);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_the_program_starts_with),
		cmocka_unit_test(ports_that_cannot_be),
		cmocka_unit_test(boot_reads_what_is_said),
		cmocka_unit_test(boot_has_defaults),
		cmocka_unit_test(a_cpu_that_is_not_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
