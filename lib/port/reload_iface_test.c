// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// A configuration over a running one: what an interface, a tunnel or a port is by, and what of it
// may change.

#include "port/reload_fixture.h"

#include "fib/segment.h"
#include "fib/vrf.h"
#include "host/host.h"
#include "iface/iface.h"
#include "port/port.h"
#include "tunnel/tunnel.h"

static void an_interface_is_its_port_vlans_and_vrf(void **state)
{
	uint16_t a1, a2;

	fixture_loads(PORTS END);
	fixture_loads(PORTS IFACES ", 'hosts': [" HOST("10.1.1.5", "'interface': 'a1'") "]" END);
	a1 = gw_iface_find("a1");
	a2 = gw_iface_find("a2");
	gw_iface_switch("a1", GW_HALF_STANDBY, NULL);
	// Another name.
	fixture_loads(PORTS ", 'interfaces': [{'name': 'new', 'port': 'acc0', 'vlans': [100]}, " A2(
		"") "],"
		    "'hosts': [" HOST("10.1.1.5", "'interface': 'new'") "]" END);
	assert_int_equal(gw_iface_find("new"), a1);
	assert_int_equal(gw_iface_find("a1"), 0);
	assert_int_equal(fixture_host_iface(IP(10, 1, 1, 5)), a1);
	assert_int_equal(fixture_half("new"), GW_HALF_STANDBY);
	// Names exchanged.
	fixture_loads(PORTS ", 'interfaces': [{'name': 'a2', 'port': 'acc0', 'vlans': [100]}, "
			    "{'name': 'new', 'port': 'acc0', 'vlans': [200, 7]}],"
			    "'hosts': [" HOST("10.1.1.5", "'interface': 'new'") "]" END);
	assert_int_equal(gw_iface_find("a2"), a1);
	assert_int_equal(gw_iface_find("new"), a2);
	assert_int_equal(fixture_host_iface(IP(10, 1, 1, 5)), a2);
	// Another VRF: another interface.
	fixture_loads(PORTS ", 'interfaces': [{'name': 'new', 'port': 'acc0', 'vlans': [200, 7], "
			    "'vrf': 'red', 'gateways': ['10.1.1.1/24']}],"
			    "'hosts': [" HOST("10.1.1.5", "'interface': 'new'") "]" END);
	assert_int_equal(fixture_host_iface(IP(10, 1, 1, 5)), 0); // in VRF default
	assert_int_equal(gw_host_total(), 1);
	assert_int_not_equal(gw_iface_find("new"), a2);
	assert_int_equal(gw_iface_by_vlans(gw_ifaces[gw_iface_find("new")].port, 200, 7),
		gw_iface_find("new"));
	assert_int_equal(gw_iface_by_vlans(gw_ifaces[gw_iface_find("new")].port, 100, 0), 0);
}

static void an_untagged_interface_may_have_a_name_or_not(void **state)
{
	uint16_t i;

	fixture_loads(PORTS END);
	fixture_loads(PORTS ", 'hosts': [" HOST("10.1.1.5", "'port': 'acc0'") "]" END);
	i = gw_iface_find("acc0");
	assert_int_equal(fixture_host_iface(IP(10, 1, 1, 5)), i);
	assert_int_not_equal(i, 0);
	fixture_loads(PORTS ", 'interfaces': [{'name': 'bare', 'port': 'acc0'}, "
			    "{'name': 'c', 'port': 'core0', 'addresses': ['198.18.0.1/24']}],"
			    "'hosts': [" HOST("10.1.1.5", "'port': 'acc0'") "]" END);
	assert_int_equal(gw_iface_find("bare"), i);
	assert_int_equal(gw_iface_find("acc0"), 0);
	assert_int_equal(gw_iface_find("core0"), 0);
	assert_int_equal(gw_iface_infos[gw_iface_find("c")].addr_count, 2);
	fixture_loads(PORTS END);
	assert_int_equal(gw_iface_find("bare"), 0);
	assert_int_not_equal(gw_iface_find("core0"), 0);
}

static void the_source_guard_follows_the_file(void **state)
{
	static const char off[] = "{'name': 'up', 'ports': [{'name': 'core0', 'device': "
				  "'net_null0'}, {'name': 'acc0', 'device': 'net_null1', 'role': "
				  "'access', 'source_guard': false}]}";
	uint16_t port;
	char *one;

	fixture_loads(PORTS END);
	assert_true(gw_port_find("acc0", &port));
	assert_false(gw_ports[port].no_source_guard);
	fixture_loads(off);
	assert_true(gw_ports[port].no_source_guard);
	one = fixture_saved();
	assert_non_null(strstr(one, "\"source_guard\": false"));
	fixture_loads(PORTS END);
	assert_false(gw_ports[port].no_source_guard);
	fixture_loads(one);
	assert_true(gw_ports[port].no_source_guard);
	free(one);
	fixture_loads(PORTS END);
}

static void a_tunnel_is_its_ends_and_vni(void **state)
{
	uint16_t b, c;

	fixture_loads(PORTS END);
	fixture_loads(PORTS TUNNELS GROUPS
		", 'segments': [{'prefix': '10.1.1.0/24', 'tunnel': 'to-b'}]" END);
	b = gw_tunnel_find("to-b");
	c = gw_tunnel_find("to-c");
	// Names exchanged, and a tunnel becomes a group.
	fixture_loads(
		PORTS ", 'tunnels': [{'name': 'to-c', 'vni': 9, 'local': '192.0.2.1', 'remote': "
		      "'192.0.2.2'}, {'name': 'g', 'vni': 9, 'local': '192.0.2.1', 'remote': "
		      "'192.0.2.3'}], 'tunnel_groups': [{'name': 'to-b', 'active': 'g', 'backup': "
		      "'to-c'}],"
		      "'segments': [{'prefix': '10.1.1.0/24', 'tunnel': 'to-b'}]" END);
	assert_int_equal(gw_tunnel_find("to-c"), b);
	assert_int_equal(gw_tunnel_find("g"), c);
	assert_int_equal(gw_tunnel_find("to-b"), 0);
	assert_int_equal(gw_path_tunnel(gw_path_find("to-b")), c);
	// Another remote: another tunnel, and the routes follow.
	fixture_loads(PORTS
		", 'tunnels': [{'name': 'to-b', 'vni': 9, 'local': '192.0.2.1', 'remote': "
		"'192.0.2.9'}], 'segments': [{'prefix': '10.1.1.0/24', 'tunnel': 'to-b'}]" END);
	assert_int_equal(gw_tunnels[gw_tunnel_find("to-b")].remote, IP(192, 0, 2, 9));
	assert_int_equal(
		gw_fib_index(gw_rib_get(&gw_vrfs[0].rib, IP(10, 1, 1, 0), 24, GW_FIB_SEGMENT)),
		gw_path_find("to-b"));
	assert_int_equal(gw_tunnel_find("g"), 0);
	fixture_refuses(PORTS ",\n'tunnels': [{'name': 'to-b', 'vni': 9, 'vrf': 'red', 'local': "
			      "'192.0.2.1', 'remote': '192.0.2.9'}]" END,
		"c.json:4: /tunnels/0/vrf: the tunnel with these addresses and VNI runs for VRF "
		"default: choose another VNI, or reload without it first");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_interface_is_its_port_vlans_and_vrf),
		cmocka_unit_test(an_untagged_interface_may_have_a_name_or_not),
		cmocka_unit_test(the_source_guard_follows_the_file),
		cmocka_unit_test(a_tunnel_is_its_ends_and_vni),
	};

	return cmocka_run_group_tests(tests, fixture_setup, fixture_teardown);
}
