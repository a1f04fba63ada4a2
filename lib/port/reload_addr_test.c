// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// A configuration over a running one: addresses of interfaces and neighbours, of both families.

#include "port/reload_fixture.h"

#include "fib/nexthop.h"
#include "fib/vrf.h"
#include "iface/addr.h"
#include "neigh/neigh.h"
#include "tunnel/tunnel.h"

static void addresses_and_hosts_change_places(void **state)
{
	fixture_loads(PORTS END);
	fixture_loads(PORTS ", 'interfaces': [" A1(", 'gateways': ['10.1.1.1/24']") ", " A2(
		"") "],"
		    "'hosts': [" HOST("10.1.1.2", "'interface': 'a2'") "]" END);
	fixture_loads(PORTS ", 'interfaces': [" A1(", 'gateways': ['10.1.1.2/24']") ", " A2(
		"") "],"
		    "'hosts': [" HOST("10.1.1.1", "'interface': 'a2'") "]" END);
	assert_int_equal(gw_iface_addr_owner(0, IP(10, 1, 1, 2)), gw_iface_find("a1"));
	assert_int_equal(fixture_host_iface(IP(10, 1, 1, 1)), gw_iface_find("a2"));
	// And when the interface goes with its address.
	fixture_loads(PORTS ", 'interfaces': [" A2("") "], 'hosts': [" HOST(
		"10.1.1.2", "'interface': 'a2'") "]" END);
	assert_int_equal(fixture_host_iface(IP(10, 1, 1, 2)), gw_iface_find("a2"));
	// An address of a network port goes to another interface of it; its route stays.
	fixture_loads("{'name': 'up', 'ports': [{'name': 'core0', 'device': 'net_null0'},"
		      "{'name': 'acc0', 'device': 'net_null1', 'role': 'access'}],"
		      "'interfaces': [{'name': 'n7', 'port': 'core0', 'vlans': [7], 'addresses': "
		      "['192.0.2.1/24']}]" TUNNELS
		      ", 'routes': [{'prefix': '0.0.0.0/0', 'via': '192.0.2.254'}]" END);
	assert_int_equal(gw_iface_addr_owner(0, IP(192, 0, 2, 1)), gw_iface_find("n7"));
	gw_tunnel_resolve(); // as the slow path's next loop does
	assert_int_equal(
		gw_nexthops[gw_tunnels[gw_tunnel_find("to-b")].nh].iface, gw_iface_find("n7"));
}

static uint16_t owner6(const char *text)
{
	struct in6_addr ip;

	assert_true(gw_ip6_parse(text, &ip));
	return gw_iface_addr6_owner(0, &ip);
}

static uint32_t static6(const char *text)
{
	struct gw_ip ip;
	uint32_t nh;

	assert_true(gw_ip_parse(text, &ip));
	nh = gw_neigh_get(gw_iface_find("core0"), ip);
	return gw_neigh_is_static(nh) ? nh : 0;
}

// What workers compare sources with is of the address at `i` of the interface.
static void assert_subnet6(const char *iface, uint32_t i, const char *addr, uint64_t low_mask)
{
	const struct gw_subnets6 *s = gw_ifaces[gw_iface_find(iface)].subnets6;
	struct in6_addr ip;

	assert_true(gw_ip6_parse(addr, &ip));
	assert_non_null(s);
	assert_true(i < s->n);
	assert_memory_equal(s->v[i].addr, &ip, sizeof(ip));
	assert_true(s->v[i].mask[0] == UINT64_MAX && s->v[i].mask[1] == low_mask);
}

static void source_subnets_follow_the_file(void **state)
{
#define ACC0(addresses)                                                                      \
	"{'name': 'up', 'ports': [{'name': 'core0', 'device': 'net_null0'},"                 \
	"{'name': 'acc0', 'device': 'net_null1', 'role': 'access', 'addresses': [" addresses \
	"]}]" END
	fixture_loads(ACC0("'2001:db8:1::1/64', '2001:db8:2::1/128'"));
	assert_int_equal(gw_ifaces[gw_iface_find("acc0")].subnets6->n, 2);
	assert_subnet6("acc0", 0, "2001:db8:1::1", 0);
	assert_subnet6("acc0", 1, "2001:db8:2::1", UINT64_MAX);
	fixture_loads(ACC0("'2001:db8:3::1/64'"));
	assert_int_equal(gw_ifaces[gw_iface_find("acc0")].subnets6->n, 1);
	assert_subnet6("acc0", 0, "2001:db8:3::1", 0);
	fixture_loads(ACC0(""));
	assert_null(gw_ifaces[gw_iface_find("acc0")].subnets6);
	fixture_loads(PORTS END);
#undef ACC0
}

static void ipv6_follows_the_file(void **state)
{
	static const char with[] = "{'name': 'up', 'ports': [{'name': 'core0', 'device': "
				   "'net_null0', 'sr_domain': true, 'addresses': "
				   "['2001:db8::1/64', '2001:DB8:5::1/64'], 'neighbors': "
				   "{'2001:DB8::0:3': '02:00:00:00:00:03'}},"
				   "{'name': 'acc0', 'device': 'net_null1', 'role': 'access', "
				   "'addresses': ['2001:db8:1::1/64']}]}";
	uint32_t nh;
	char *one;

	fixture_loads(PORTS END);
	assert_int_equal(owner6("2001:db8::1"), gw_iface_find("core0"));
	nh = static6("2001:db8::2");
	assert_int_not_equal(nh, 0);
	assert_int_equal(gw_ifaces[gw_iface_find("core0")].sr_domain, 0);
	fixture_loads(with);
	assert_int_equal(gw_ifaces[gw_iface_find("core0")].sr_domain, 1);
	assert_int_equal(owner6("2001:db8::1"), gw_iface_find("core0"));
	assert_int_equal(owner6("2001:db8:5::1"), gw_iface_find("core0"));
	assert_int_equal(owner6("2001:db8:1::1"), gw_iface_find("acc0"));
	assert_int_equal(static6("2001:db8::2"), 0);
	nh = static6("2001:db8::3");
	assert_int_not_equal(nh, 0);
	one = fixture_saved();
	fixture_loads(one);
	assert_int_equal(static6("2001:db8::3"), nh);
	assert_non_null(strstr(one, "\"2001:db8:5::1/64\""));
	assert_non_null(strstr(one, "\"sr_domain\": true"));
	free(one);
	fixture_loads(PORTS END);
	assert_int_equal(owner6("2001:db8:5::1"), 0);
	assert_int_equal(owner6("2001:db8:1::1"), 0);
	assert_int_equal(gw_ifaces[gw_iface_find("core0")].sr_domain, 0);
	// to another interface, and back
	fixture_loads("{'name': 'up', 'ports': [{'name': 'core0', 'device': 'net_null0'},"
		      "{'name': 'acc0', 'device': 'net_null1', 'role': 'access'}],"
		      "'interfaces': [{'name': 'n7', 'port': 'core0', 'vlans': [7], 'addresses': "
		      "['2001:db8::1/64']}]" END);
	assert_int_equal(owner6("2001:db8::1"), gw_iface_find("n7"));
	fixture_loads(PORTS END);
	assert_int_equal(owner6("2001:db8::1"), gw_iface_find("core0"));
}

// An address that moves within its subnet takes nothing of the connected route with it.
static void an_address_moves_within_its_subnet(void **state)
{
	struct in6_addr subnet;

	assert_true(gw_ip6_parse("2001:db8::", &subnet));
	fixture_loads(
		"{'name': 'up', 'ports': [{'name': 'core0', 'device': 'net_null0', 'addresses': "
		"['192.0.2.1/24', '2001:db8::1/64']},"
		"{'name': 'acc0', 'device': 'net_null1', 'role': 'access'}]}");
	fixture_loads(
		"{'name': 'up', 'ports': [{'name': 'core0', 'device': 'net_null0', 'addresses': "
		"['192.0.2.7/24', '2001:db8::7/64']},"
		"{'name': 'acc0', 'device': 'net_null1', 'role': 'access'}]}");
	assert_int_not_equal(
		gw_rib_get(&gw_vrfs[0].rib, IP(192, 0, 2, 0), 24, GW_FIB_CONNECTED), 0);
	assert_int_not_equal(gw_rib6_get(&gw_vrfs[0].rib6, &subnet, 64, GW_FIB_CONNECTED), 0);
	assert_int_equal(gw_iface_addr_owner(0, IP(192, 0, 2, 1)), 0);
	assert_int_equal(owner6("2001:db8::1"), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(addresses_and_hosts_change_places),
		cmocka_unit_test(ipv6_follows_the_file),
		cmocka_unit_test(source_subnets_follow_the_file),
		cmocka_unit_test(an_address_moves_within_its_subnet),
	};

	return cmocka_run_group_tests(tests, fixture_setup, fixture_teardown);
}
