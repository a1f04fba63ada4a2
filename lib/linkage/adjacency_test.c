// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// Whether an uplink has its adjacency, by what the kernel tells of its routes.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>
#include <linux/rtnetlink.h>

#include "host_route/host_route.h"
#include "linkage/linkage_int.h"
#include "netlink/routes.h"
#include "port/port.h"

#define OSPF 188
#define BGP  186

static unsigned changes;

static void changed(void)
{
	changes++;
}

static int group(void **)
{
	return gw_host_route_init();
}

// Two uplinks, at interfaces 2 and 3 of the kernel, one group for each family.
static int setup(void **)
{
	for (uint16_t i = 0; i < 2; i++) {
		gw_ports[i] = (struct gw_port){.used = true, .carrier = true, .ifindex = i + 2};
		linkages[i].spec.adjacency = GW_LINKAGE_ADJ_ROUTE;
	}
	assert_true(gw_prefix_parse("0.0.0.0/0", &linkages[0].spec.route));
	assert_true(gw_prefix_parse("::/0", &linkages[1].spec.route));
	linkage_count = 2;
	adjacency_changed = changed;
	return 0;
}

static void read_nothing(void)
{
	adjacency_routes.begin();
	adjacency_routes.end();
}

static int teardown(void **)
{
	read_nothing();
	read_nothing(); // of IPv6
	view_reset();
	adjacency_changed = NULL;
	linkage_count = 0;
	memset(linkages, 0, 2 * sizeof(linkages[0]));
	memset(gw_ports, 0, 2 * sizeof(gw_ports[0]));
	changes = 0;
	return 0;
}

static struct gw_nl_route route(const char *prefix, uint8_t protocol, int a, int b)
{
	struct gw_nl_route r = {.table = RT_TABLE_MAIN,
		.metric = 20,
		.type = RTN_UNICAST,
		.protocol = protocol,
		.n = b != 0 ? 2 : 1};

	assert_true(gw_prefix_parse(prefix, &r.prefix));
	assert_true(gw_ip_parse(gw_prefix_is4(&r.prefix) ? "192.0.2.1" : "fe80::1", &r.hop[0].via));
	r.hop[0].ifindex = a;
	r.hop[1] = r.hop[0];
	r.hop[1].ifindex = b;
	return r;
}

static void tell(const char *prefix, uint8_t protocol, int a, int b, bool there)
{
	const struct gw_nl_route r = route(prefix, protocol, a, b);

	adjacency_routes.route(&r, there, 0);
}

static void replace(const char *prefix, uint8_t protocol, uint8_t type, uint32_t table)
{
	struct gw_nl_route r = route(prefix, protocol, 2, 0);

	r.replaces = true;
	r.type = type;
	r.table = table;
	r.n = type == RTN_UNICAST ? 1 : 0;
	adjacency_routes.route(&r, true, 0);
}

static bool has4(uint16_t port)
{
	return adjacency_of(&linkages[0].spec, port);
}

static bool has6(uint16_t port)
{
	return adjacency_of(&linkages[1].spec, port);
}

static void of_a_routing_protocol(void **)
{
	static const uint8_t none[] = {
		RTPROT_KERNEL, RTPROT_BOOT, RTPROT_STATIC, RTPROT_RA, RTPROT_DHCP, 200};
	static const uint8_t some[] = {RTPROT_ZEBRA, RTPROT_BIRD, RTPROT_BABEL, BGP, OSPF};

	for (unsigned i = 0; i < sizeof(none); i++) {
		tell("0.0.0.0/0", none[i], 2, 0, true);
		assert_false(has4(0));
	}
	for (unsigned i = 0; i < sizeof(some); i++) {
		tell("0.0.0.0/0", some[i], 2, 0, true);
		assert_true(has4(0));
		assert_false(has4(1));
		tell("0.0.0.0/0", some[i], 2, 0, false);
		assert_false(has4(0));
	}
}

static void replaced(void **)
{
	static const struct {
		uint8_t protocol, type;
		bool has;
	} by[] = {
		{OSPF, RTN_BLACKHOLE, false},
		{RTPROT_STATIC, RTN_UNICAST, false},
		{BGP, RTN_UNICAST, true},
		{OSPF, RTN_UNICAST, true},
	};

	for (unsigned i = 0; i < sizeof(by) / sizeof(by[0]); i++) {
		tell("0.0.0.0/0", OSPF, 2, 0, true);
		replace("0.0.0.0/0", RTPROT_STATIC, RTN_BLACKHOLE, 100);
		assert_true(has4(0));
		changes = 0;
		replace("0.0.0.0/0", by[i].protocol, by[i].type, RT_TABLE_MAIN);
		assert_int_equal(has4(0), by[i].has);
		assert_int_equal(changes, 1);
		// No record of the one before is left.
		tell("0.0.0.0/0", by[i].protocol, 2, 0, false);
		assert_false(has4(0));
	}
}

static void one_hop_of_ipv6_goes(void **)
{
	tell("::/0", OSPF, 2, 3, true);
	tell("::/0", OSPF, 2, 0, false);
	assert_false(has6(0));
	assert_true(has6(1));
	tell("::/0", OSPF, 3, 0, false);
	assert_false(has6(1));
	tell("0.0.0.0/0", OSPF, 2, 3, true);
	tell("0.0.0.0/0", OSPF, 2, 3, false);
	assert_false(has4(0) || has4(1));
}

static void left_out_of_ipv6(void **)
{
	tell("0.0.0.0/0", OSPF, 2, 0, true);
	tell("::/0", OSPF, 2, 0, true);
	read_nothing();
	assert_false(has4(0));
	assert_true(has6(0));
	adjacency_routes.begin();
	tell("::/0", OSPF, 2, 0, true);
	adjacency_routes.end();
	read_nothing();
	assert_true(has6(0));
	read_nothing();
	assert_false(has6(0));
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(of_a_routing_protocol),
		TEST(replaced),
		TEST(one_hop_of_ipv6_goes),
		TEST(left_out_of_ipv6),
	};

	return cmocka_run_group_tests(tests, group, NULL);
}
