// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// Loading a configuration over a running one: what stays the same is not touched, what is not
// named goes, what cannot be is refused whole; what is saved loads to the same.

#include "port/reload_fixture.h"

#include "fib/host_tunnel.h"
#include "fib/route.h"
#include "fib/segment.h"
#include "fib/vrf.h"
#include "host/host.h"
#include "iface/iface.h"
#include "neigh/neigh.h"
#include "port/port.h"
#include "tunnel/tunnel.h"
#include <errno.h>

static const char everything[] = PORTS
	",\n'interfaces': ["
	"{'name': 'a1', 'port': 'acc0', 'vlans': [100], 'state': 'standby', 'fallback': 'g',"
	" 'mtu': 1400, 'proxy_arp': false, 'gateways': ['10.1.1.1/24', '2001:db8:1::1/64']},"
	"{'name': 'a2', 'port': 'acc0', 'vlans': [200, 7], 'vrf': 'red', 'tpid': '0x8100'},"
	"{'name': 'n7', 'port': 'core0', 'vlans': [7], 'addresses': ['198.18.0.1/24'],"
	" 'gateways': ['198.18.9.1/32'], 'neighbors': {'198.18.0.2': '02:00:00:00:00:02'}}"
	"]" TUNNELS GROUPS ",\n'routes': [{'prefix': '0.0.0.0/0', 'via': '192.0.2.254'},"
	"{'prefix': '203.0.113.0/24', 'via': '198.18.0.2'}],"
	"'segments': [{'prefix': '10.1.1.0/24', 'tunnel': 'to-b', 'cost': 30, 'publish': true},"
	"{'prefix': '10.1.2.0/24'}, {'prefix': '10.1.2.0/24', 'vrf': 'red'}],"
	"'client_prefixes': ['10.1.0.0/16'],"
	"'host_tunnels': [{'ip': '10.1.1.7', 'group': 'g'}, {'ip': '10.1.1.8', 'tunnel': 'to-c'}],"
	"'hosts': ["
	"{'ip': '10.1.1.5', 'mac': '02:00:00:00:00:05', 'interface': 'a1', 'publish': true,"
	" 'cost': 30, 'standby': true, 'symmetric': 'to-c', 'ingress': {'cir_kbps': 1000},"
	" 'egress': {'cir_kbps': 1000, 'cbs_bytes': 9000, 'pir_kbps': 2000, 'pbs_bytes': 18000}},"
	"{'ip': '10.1.1.5', 'mac': '02:00:00:00:00:05', 'interface': 'a2'},"
	"{'ip': '10.1.1.6', 'mac': '02:00:00:00:00:05', 'port': 'acc0'},"
	"{'ip': '10.1.1.9', 'mac': '02:00:00:00:00:05', 'port': 'acc0', 'vlans': [3, 4]}],"
	"'metrics': {'listen': '127.0.0.1:9720'}" END;

static void what_is_saved_loads_to_the_same(void **state)
{
	char *one, *two, *empty;

	fixture_loads(PORTS END);
	empty = fixture_saved();
	fixture_loads(everything);
	assert_int_not_equal(fixture_host_iface(IP(10, 1, 1, 9)), 0);
	one = fixture_saved();
	assert_non_null(strstr(one, "\"metrics\""));
	fixture_loads(PORTS END);
	two = fixture_saved();
	fixture_same(two, empty);
	free(two);
	fixture_loads(one);
	two = fixture_saved();
	fixture_same(one, two);
	free(two);
	fixture_loads(one); // over itself
	two = fixture_saved();
	fixture_same(one, two);
	free(one);
	free(two);
	free(empty);
}

static void what_is_named_again_is_not_touched(void **state)
{
	static const char text[] = PORTS IFACES TUNNELS GROUPS
		", 'routes': [{'prefix': '0.0.0.0/0', 'via': '192.0.2.254'}], 'hosts': [" HOST(
			"10.1.1.5", "'interface': 'a1'") ", " HOST("10.1.1.6",
			"'port': 'acc0'") "]" END;
	uint16_t a1, core, b;
	uint32_t five, nh;

	fixture_loads(PORTS END);
	fixture_loads(text);
	a1 = gw_iface_find("a1");
	core = gw_iface_find("core0");
	b = gw_tunnel_find("to-b");
	five = gw_host_find(0, IP(10, 1, 1, 5));
	nh = gw_tunnels[b].nh;
	gw_iface_stats[0][a1].rx_packets = 77;
	fixture_loads(text);
	assert_int_equal(gw_iface_find("a1"), a1);
	assert_int_equal(gw_iface_find("core0"), core);
	assert_int_equal(gw_tunnel_find("to-b"), b);
	assert_int_equal(gw_host_find(0, IP(10, 1, 1, 5)), five);
	assert_int_equal(gw_tunnels[b].nh, nh);
	assert_int_equal(gw_io_sum(gw_iface_stats, a1).rx_packets, 77);
	assert_int_equal(gw_host_total(), 2);
}

static void what_is_not_named_goes(void **state)
{
	const struct gw_host_spec host = {
		.ip = IP(10, 1, 1, 99), .mac = {{2, 0, 0, 0, 0, 9}}, .iface = 0};
	struct gw_host_spec spec = host;
	const struct gw_prefix p = gw_prefix_of4(IP(203, 0, 113, 0), 24);
	const struct gw_ip_zone via = {.ip = gw_ip_of4(IP(192, 0, 2, 7))};
	struct gw_mac mac = {{2, 0, 0, 0, 0, 7}};
	uint16_t core;

	fixture_loads(PORTS END);
	fixture_loads(PORTS IFACES TUNNELS END);
	core = gw_iface_find("core0");
	spec.iface = gw_iface_find("a1");
	// As commands would.
	assert_int_equal(gw_host_add(&spec, NULL), 0);
	assert_int_equal(gw_route_add(0, &p, &via, 1, NULL), 0);
	assert_int_equal(gw_neigh_static_add(core, gw_ip_of4(IP(192, 0, 2, 7)), &mac, NULL), 0);
	assert_int_equal(gw_host_tunnel_add(0, IP(10, 1, 1, 8), gw_path_find("to-b"), 0, NULL), 0);
	assert_int_equal(
		gw_host_tunnel_add(0, IP(10, 1, 1, 9), gw_path_find("to-b"), 60000, NULL), 0);
	fixture_loads(PORTS ", 'interfaces': [" A1("") "], 'tunnels': [" TO_B "]" END);
	assert_int_equal(gw_host_total(), 0);
	assert_int_equal(gw_route_count(), 0);
	assert_int_equal(gw_neigh_static_del(core, gw_ip_of4(IP(192, 0, 2, 7)), NULL), -ENOENT);
	assert_int_equal(gw_iface_find("a2"), 0);
	assert_int_equal(gw_tunnel_find("to-c"), 0);
	assert_int_equal(gw_rib_get(&gw_vrfs[0].rib, IP(10, 1, 1, 8), 32, GW_FIB_HOST_TUNNEL), 0);
	// A lifetime ends by itself, or with its tunnel.
	assert_int_not_equal(gw_host_tunnel_lifetime_ms(0, IP(10, 1, 1, 9)), 0);
	fixture_loads(PORTS END);
	assert_int_equal(gw_host_tunnel_lifetime_ms(0, IP(10, 1, 1, 9)), 0);
	assert_int_equal(gw_tunnel_find("to-b"), 0);
}

static void a_state_follows_the_file_when_that_has_changed(void **state)
{
	static const char active[] = PORTS IFACES TUNNELS GROUPS END;

	fixture_loads(PORTS END);
	fixture_loads(active);
	assert_int_equal(gw_iface_switch("a1", GW_HALF_STANDBY, NULL), 0);
	assert_int_equal(gw_tunnel_group_switch("g", true, NULL), 0);
	fixture_loads(active);
	assert_int_equal(fixture_half("a1"), GW_HALF_STANDBY);
	assert_true(gw_tunnel_group_find("g")->on_backup);
	fixture_loads(PORTS ", 'interfaces': [" A1(", 'state': 'standby'") ", " A2(
		", 'state': 'standby'") "]" TUNNELS ", 'tunnel_groups': [{'name': 'g', 'active': "
					"'to-b', 'backup': 'to-c', "
					"'in_use': 'backup'}]" END);
	assert_int_equal(fixture_half("a1"), GW_HALF_STANDBY);
	assert_int_equal(fixture_half("a2"), GW_HALF_STANDBY);
	fixture_loads(active);
	assert_int_equal(fixture_half("a1"), GW_HALF_ACTIVE);
	assert_int_equal(fixture_half("a2"), GW_HALF_ACTIVE);
	assert_false(gw_tunnel_group_find("g")->on_backup);
}

static void ports_do_not_change(void **state)
{
	fixture_loads(PORTS IFACES END);
	fixture_loads(PORTS_OF(", 'transit': true, 'mtu': 1500, 'role': 'network'") IFACES END);
	assert_true(gw_ports[0].transit);
	fixture_refuses(PORTS_OF(", 'mtu': 1400") IFACES END,
		"c.json:2: /ports/0/mtu: ports cannot change while godwit runs: mtu of port core0 "
		"differs; restart godwit");
	fixture_refuses("{'name': 'up',\n'ports': [{'name': 'core0', 'device': 'net_null0'},\n"
			"{'name': 'acc0', 'device': 'net_null2', 'role': 'access'}]}",
		"c.json:3: /ports/1/device: ports cannot change while godwit runs: device of port "
		"acc0 differs; restart godwit");
	fixture_refuses("{'name': 'up',\n'ports': [{'name': 'core1', 'device': 'net_null0'},\n"
			"{'name': 'acc0', 'device': 'net_null1', 'role': 'access'}]}",
		"c.json:2: /ports/0: ports cannot change while godwit runs: there is no port "
		"core1; "
		"restart godwit");
	fixture_refuses("{'name': 'up',\n'ports': []}",
		"c.json:2: /ports: ports cannot change while godwit runs: 2 are running, here are "
		"0; restart godwit");
	fixture_refuses("{'name': 'other',\n'ports': []}",
		"c.json:1: /name: differs, and cannot change while godwit runs; restart godwit");
	fixture_refuses("{'name': 'up', 'mbuf': {'count': 5000},\n'ports': []}",
		"c.json:1: /mbuf: differs, and cannot change while godwit runs; restart godwit");
}

static void a_wrong_configuration_changes_nothing(void **state)
{
	fixture_loads(PORTS END);
	fixture_loads(PORTS IFACES ", 'hosts': [" HOST("10.1.1.5", "'interface': 'a1'") "]" END);
	fixture_refuses(PORTS
		", 'interfaces': [" A1("") "],\n'hosts': [" HOST("10.1.1.6",
			"'interface': 'a1'") ", " HOST("10.1.1.7", "'interface': 'a2'") "]" END,
		"c.json:4: /hosts/1/interface: no interface \"a2\" in /interfaces");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_saved_loads_to_the_same),
		cmocka_unit_test(what_is_named_again_is_not_touched),
		cmocka_unit_test(what_is_not_named_goes),
		cmocka_unit_test(a_state_follows_the_file_when_that_has_changed),
		cmocka_unit_test(ports_do_not_change),
		cmocka_unit_test(a_wrong_configuration_changes_nothing),
	};

	return cmocka_run_group_tests(tests, fixture_setup, fixture_teardown);
}
