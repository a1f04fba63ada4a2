// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// First addresses follow the IPv6 table of the underlay, and own addresses stand in it.

#include "dp/rcu.h"
#include "fib/vrf.h"
#include "neigh/neigh.h"
#include "sr_mcast/dest.h"
#include "sr_mcast/fixture.h"
#include "sr_mcast/underlay.h"

#define T1 "fd00:ffff:1::1"

static struct gw_rib6 *rib;

static uint32_t res_of(const char *addr)
{
	struct in6_addr ip = ip6_of(addr);

	return gw_mcast_dest_res(gw_mcast_dest_find(&ip));
}

static void poll_to_end(void)
{
	unsigned rounds = 0;

	while (gw_mcast_underlay_poll(0))
		assert_true(rounds++ < 1000);
}

static void set(const char *prefix, enum gw_fib_kind kind, uint32_t index)
{
	struct gw_prefix6 p;

	rib = &gw_vrfs[0].rib6;
	assert_true(gw_prefix6_parse(prefix, &p));
	assert_int_equal(gw_rib6_set(rib, &p.addr, p.len, kind, index), 0);
}

static void del(const char *prefix, enum gw_fib_kind kind)
{
	struct gw_prefix6 p;

	assert_true(gw_prefix6_parse(prefix, &p));
	assert_true(gw_rib6_del(rib, &p.addr, p.len, kind));
}

static void route_comes_and_goes(void **)
{
	uint32_t one = gw_neigh_get(core6, ip_of("2001:db8::2"));
	uint32_t two = gw_neigh_get(core6, ip_of("2001:db8::3"));

	tree_put(T1, "fd00:0:5:: fd00:0:6::", 0);
	assert_int_equal(res_of("fd00:0:5::"), 0);
	set("fd00:0:5::/48", GW_FIB_ROUTE, one);
	assert_int_equal(res_of("fd00:0:5::"), 0); // the slow path has not looked yet
	poll_to_end();
	assert_int_equal(res_of("fd00:0:5::"), gw_fib_result(GW_FIB_ROUTE, one));
	assert_int_equal(res_of("fd00:0:6::"), 0);
	set("fd00:0:5::/48", GW_FIB_ROUTE, two);
	set("fd00::/32", GW_FIB_ROUTE, one);
	poll_to_end();
	assert_int_equal(res_of("fd00:0:5::"), gw_fib_result(GW_FIB_ROUTE, two));
	assert_int_equal(res_of("fd00:0:6::"), gw_fib_result(GW_FIB_ROUTE, one));
	del("fd00:0:5::/48", GW_FIB_ROUTE);
	poll_to_end();
	assert_int_equal(res_of("fd00:0:5::"), gw_fib_result(GW_FIB_ROUTE, one));
	del("fd00::/32", GW_FIB_ROUTE);
	poll_to_end();
	assert_int_equal(res_of("fd00:0:5::"), 0);
}

// On a connected subnet a next hop is made, held and asked for.
static void connected(void **)
{
	uint32_t res, nh;

	set("fd00:0:5::/64", GW_FIB_CONNECTED, core6);
	drain();
	tree_put(T1, "fd00:0:5::", 0);
	res = res_of("fd00:0:5::");
	nh = gw_fib_index(res);
	assert_int_equal(gw_fib_kind(res), GW_FIB_NEIGH);
	assert_int_equal(gw_nexthops[nh].iface, core6);
	assert_int_equal(nh, gw_neigh_get(core6, ip_of("fd00:0:5::")));
	assert_int_equal(rte_ring_count(gw_workers[1].inject), 1); // a solicitation
	assert_int_equal(events(GW_EV_nd_solicit_sent), 1);
}

static void own_addresses(void **)
{
	struct in6_addr first = ip6_of("fd00:0:3::");
	uint32_t local = gw_fib_result(GW_FIB_LOCAL, core6);

	rib = &gw_vrfs[0].rib6;
	assert_int_equal(gw_rib6_lookup(rib, &first), local);
	// whatever took it away
	del("fd00:0:3::/128", GW_FIB_LOCAL);
	poll_to_end();
	assert_int_equal(gw_rib6_lookup(rib, &first), local);
	assert_int_equal(gw_sr_conf_set(NULL, NULL), 0);
	assert_int_equal(gw_rib6_lookup(rib, &first), 0);
}

// The node's first address may be one of an interface as well.
static void address_of_an_interface(void **)
{
	const struct gw_iface_addr6 addr = {.p = {ip6_of("fd00:0:3::"), 128}};
	const struct gw_iface_spec spec = {.name = "lo6",
		.port = "core",
		.vlans = {67},
		.vlan_count = 1,
		.addrs6 = &addr,
		.addr6_count = 1};

	rib = &gw_vrfs[0].rib6;
	assert_int_equal(gw_iface_add(&spec, NULL), 0);
	poll_to_end();
	assert_int_equal(gw_iface_del("lo6", NULL), 0);
	poll_to_end();
	assert_int_equal(gw_rib6_lookup(rib, &addr.p.addr), gw_fib_result(GW_FIB_LOCAL, core6));
	assert_int_equal(gw_iface_add(&spec, NULL), 0);
	assert_int_equal(gw_sr_conf_set(NULL, NULL), 0);
	assert_int_equal(gw_rib6_lookup(rib, &addr.p.addr),
		gw_fib_result(GW_FIB_LOCAL, gw_iface_find("lo6")));
}

// One store per first address, however many trees lead there; bounded work per loop.
static void many(void **)
{
	uint32_t nh = gw_neigh_get(core6, ip_of("2001:db8::2")), loops = 0;
	char source[GW_IP6_LEN], branches[64];

	for (unsigned i = 1; i <= 2000; i++) {
		snprintf(source, sizeof(source), "fd00:ffff::%x", i);
		snprintf(branches, sizeof(branches), "fd00:0:%x:: fd00:0:9999::", 0x1000 + i);
		tree_put(source, branches, 0);
	}
	assert_int_equal(gw_mcast_dest_count(), 2001);
	poll_to_end();
	set("fd00::/32", GW_FIB_ROUTE, nh);
	for (; gw_mcast_underlay_poll(0); loops++)
		continue;
	assert_in_range(loops, 8, 32);
	assert_int_equal(res_of("fd00:0:1001::"), gw_fib_result(GW_FIB_ROUTE, nh));
	assert_int_equal(res_of("fd00:0:17d0::"), gw_fib_result(GW_FIB_ROUTE, nh));
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, sr_setup, sr_teardown)
	const struct CMUnitTest tests[] = {
		CASE(route_comes_and_goes),
		CASE(connected),
		CASE(own_addresses),
		CASE(address_of_an_interface),
		CASE(many),
	};

	return cmocka_run_group_tests(tests, fixture_group, NULL);
}
