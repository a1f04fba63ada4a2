// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// Servers as the neighbour table sees them: who is learned, for how long, what is published.

#include "host_route/host_route.h"

#include <unistd.h>

#include "neigh/entry.h"
#include "neigh/fixture.h"
#include "neigh/neigh.h"
#include "port/port.h"
#include "publish/kernel.h"

#define MS	 1000ull
#define ETHERNET "00 01 08 00 06 04"
#define NOBODY	 "00 00 00 00 00 00"
#define C5_MAC	 "02 00 00 00 05 05"
#define C5_IP	 "0a 01 01 05"
#define C7_IP	 "0a 01 01 07"
#define GW_IP	 "0a 01 01 01"

#define ASK(ip, target) ETHERNET " 00 01 " C5_MAC " " ip " " NOBODY " " target
#define GARP		ASK(C5_IP, C5_IP)

static const uint32_t c5 = IP(10, 1, 1, 5);

// The access port of the fixture becomes one with servers: a1 and a2 have the same subnet.
static int setup(void **state)
{
	int ret = fixture_setup(state);

	gw_ports[2].host_routes = gw_ports[2].up = gw_ports[2].carrier = true;
	gw_ports[2].role = GW_ROLE_NETWORK;
	gw_ifaces[a1].role = gw_ifaces[a2].role = GW_ROLE_NETWORK;
	return ret == 0 ? gw_host_route_init() : ret;
}

static int teardown(void **state)
{
	for (uint16_t i = 0; (i = gw_iface_next(i)) != 0;)
		gw_neigh_iface_down(i);
	gw_host_route_fini();
	return fixture_teardown(state);
}

static void arp(uint16_t iface, const char *hex)
{
	gw_arp_input(received(iface, hex));
}

static bool published(uint32_t ip)
{
	const struct gw_prefix p = gw_prefix_of4(ip, 32);

	return gw_publish_wants(&p);
}

static uint32_t way_to(uint32_t ip)
{
	uint32_t res = gw_rib_lookup(&gw_vrfs[0].rib, ip);

	return gw_fib_kind(res) == GW_FIB_NEIGH ? gw_nexthops[gw_fib_index(res)].iface : 0;
}

static void a_gratuitous_arp_is_heard(void **)
{
	arp(a1, GARP);
	assert_int_equal(way_to(c5), a1);
	assert_true(published(c5));
	drain();
}

static void a_probe_of_rfc5227_is_nobody(void **)
{
	arp(a1, ASK("00 00 00 00", C5_IP));
	assert_int_equal(way_to(c5), 0);
	assert_false(published(c5));
	drain();
}

// mlag.md: only inside of the subnet; never own, network or broadcast addresses.
static void prefix_guard(void **)
{
	static const char *const wrong[] = {ASK("c6 33 64 05", GW_IP), ASK(GW_IP, C5_IP),
		ASK("0a 01 01 00", GW_IP), ASK("0a 01 01 ff", GW_IP), ASK("c0 00 02 01", GW_IP)};

	for (unsigned i = 0; i < RTE_DIM(wrong); i++)
		arp(a1, wrong[i]);
	assert_int_equal(gw_host_route_next(0), 0);
	drain();
}

static void excluded_addresses(void **)
{
	struct gw_host_route_conf c = gw_host_route_conf_default;

	c.exclude[c.exclude_count++] = gw_prefix_of4(c5, 32);
	gw_host_route_conf_set(&c);
	arp(a1, GARP);
	assert_int_equal(way_to(c5), 0);
	drain();
}

static void limit_of_a_port(void **)
{
	struct gw_host_route_conf c = gw_host_route_conf_default;

	c.servers.max_per_port = 1;
	gw_host_route_conf_set(&c);
	arp(a1, GARP);
	arp(a1, ASK(C7_IP, GW_IP));
	assert_true(published(c5));
	assert_false(published(IP(10, 1, 1, 7)));
	arp(a1, GARP); // who is there stays
	assert_true(published(c5));
	drain();
}

// An entry that is there already, without a MAC: a route names it as its next hop.
static uint32_t next_hop(uint16_t iface, struct gw_ip ip)
{
	uint32_t nh = gw_neigh_get(iface, ip);

	gw_neigh_hold(nh);
	return nh;
}

static void an_entry_without_a_mac_admits_nobody(void **)
{
	struct gw_host_route_conf c = gw_host_route_conf_default;
	uint32_t nh = gw_neigh_get(a1, gw_ip_of4(c5)); // as a packet leaves it that came too late

	gw_ports[2].up = false;
	arp(a1, GARP);
	assert_int_equal(gw_neigh_mac(nh), 0);
	gw_ports[2].up = true;
	c.exclude[c.exclude_count++] = gw_prefix_of4(c5, 32);
	gw_host_route_conf_set(&c);
	arp(a1, GARP);
	assert_int_equal(gw_neigh_mac(nh), 0);
	c.exclude_count = 0;
	c.servers.max_per_port = 1;
	gw_host_route_conf_set(&c);
	arp(a1, ASK(C7_IP, GW_IP));
	arp(a1, GARP);
	assert_int_equal(gw_neigh_mac(nh), 0);
	assert_false(published(c5));
	drain();
}

static void a_next_hop_that_is_no_server_is_not_published(void **)
{
	struct gw_host_route_conf c = gw_host_route_conf_default;
	uint32_t nh = next_hop(a1, gw_ip_of4(c5)), far = next_hop(a1, gw_ip_of4(IP(10, 9, 9, 9)));

	gw_ports[2].up = false;
	arp(a1, GARP); // in a ring from before
	assert_int_equal(gw_neigh_mac(nh), 0);
	gw_ports[2].up = true;
	c.exclude[c.exclude_count++] = gw_prefix_of4(c5, 32);
	gw_host_route_conf_set(&c);
	arp(a1, GARP);
	arp(a1, ASK("0a 09 09 09", GW_IP)); // not of the subnet
	assert_int_not_equal(gw_neigh_mac(nh), 0);
	assert_int_not_equal(gw_neigh_mac(far), 0);
	assert_int_equal(gw_host_route_next(0), 0);
	gw_neigh_release(nh);
	gw_neigh_release(far);
	drain();
}

static void a_changed_list_of_excluded_addresses_holds_at_once(void **)
{
	struct gw_host_route_conf c = gw_host_route_conf_default;

	arp(a1, GARP);
	arp(a1, ASK(C7_IP, GW_IP));
	c.exclude[c.exclude_count++] = gw_prefix_of4(c5, 32);
	gw_host_route_conf_set(&c);
	assert_false(published(c5));
	assert_int_equal(way_to(c5), 0);
	assert_true(published(IP(10, 1, 1, 7)));
	// Nor does it take a word more from a next hop that is there all the time.
	gw_neigh_hold(gw_neigh_get(a1, gw_ip_of4(c5)));
	arp(a1, GARP);
	assert_false(published(c5));
	c.exclude_count = 0;
	gw_host_route_conf_set(&c);
	assert_true(published(c5));
	gw_neigh_release(gw_neigh_find(a1, gw_ip_of4(c5)));
	drain();
}

// Three probes, 200 ms apart, a second after the last word.
static void a_silent_server_goes_after_its_probes(void **)
{
	arp(a1, GARP);
	drain();
	poll_at(999 * MS);
	expect_nothing();
	for (unsigned i = 0; i < 3; i++) {
		poll_at((1000 + i * 200) * MS);
		expect_frame(2,
			C5_MAC " 00 00 5e 00 01 01 81 00 00 64 08 06 " ETHERNET
			       " 00 01 00 00 5e 00 01 01 " GW_IP " " NOBODY " " C5_IP);
		assert_true(published(c5));
	}
	poll_at(1600 * MS);
	assert_false(published(c5));
	assert_int_equal(way_to(c5), 0);
	drain();
}

static void an_answer_keeps_it(void **)
{
	arp(a1, GARP);
	poll_at(1000 * MS);
	arp(a1, ASK(C5_IP, GW_IP));
	poll_at(1900 * MS);
	assert_true(published(c5));
	drain();
}

static void a_server_moves_with_its_first_word(void **)
{
	arp(a1, GARP);
	arp(a2, GARP);
	assert_int_equal(way_to(c5), a2);
	assert_true(published(c5));
	assert_int_equal(gw_neigh_find(a1, gw_ip_of4(c5)), 0);
	drain();
}

static void an_interface_that_goes_down_takes_its_servers_along(void **)
{
	arp(a1, GARP);
	gw_neigh_iface_down(a1);
	assert_false(published(c5));
	assert_int_equal(way_to(c5), 0);
	drain();
}

static void a_port_without_carrier_learns_nobody(void **)
{
	gw_ports[2].up = false;
	arp(a1, GARP);
	assert_false(published(c5));
	drain();
}

static void proxy_answers_for_what_is_elsewhere(void **)
{
	arp(a2, ASK(C7_IP, GW_IP));
	arp(a1, GARP);
	drain();
	arp(a1, ASK(C5_IP, C7_IP)); // is behind a2
	expect_frame(2,
		C5_MAC " 00 00 5e 00 01 01 81 00 00 64 08 06 " ETHERNET
		       " 00 02 00 00 5e 00 01 01 " C7_IP " " C5_MAC " " C5_IP);
	arp(a1, ASK(C5_IP, "0a 01 01 09")); // nobody knows a way
	expect_nothing();
	arp(a1, ASK("00 00 00 00", C7_IP)); // RFC 5227: whether it is free
	expect_nothing();
}

static void is_asked_for_when_its_route_elsewhere_goes(void **)
{
	const struct gw_prefix p = gw_prefix_of4(c5, 32);

	gw_host_route_elsewhere(&p, true);
	poll_at(100 * MS);
	expect_nothing();
	gw_host_route_elsewhere(&p, false);
	gw_slow_once();
	drain();
	assert_true(events(GW_EV_arp_request_sent) >= 2); // on both interfaces
}

#define C5_IP6 "20 01 0d b8 00 01 00 00 00 00 00 00 00 00 00 05"
#define NA     "88 00 00 00 20 00 00 00 " C5_IP6 " 02 01 " C5_MAC // unsolicited, override

static bool published6(const char *ip)
{
	const struct in6_addr a = ip6(ip);
	const struct gw_prefix p = {.addr = gw_ip_of6(&a), .len = 128};

	return gw_publish_wants(&p);
}

// RFC 4861 7.2.6
static void an_unsolicited_advertisement_is_heard(void **)
{
	gw_nd_input(received_ip6(a1, "2001:db8:1::5", "ff02::1", 255, IPPROTO_ICMPV6, NA));
	assert_true(published6("2001:db8:1::5"));
	for (unsigned i = 0; i < 4; i++)
		poll_at((1000 + i * 200) * MS);
	assert_false(published6("2001:db8:1::5"));
	drain();
}

static void admission_of_ipv6(void **)
{
	static const char ns[] =
		"87 00 00 00 00 00 00 00 20 01 0d b8 00 01 00 00 00 00 00 00 00 00 00 09 "
		"01 01 " C5_MAC;
	struct gw_host_route_conf c = gw_host_route_conf_default;
	const struct in6_addr a = ip6("2001:db8:1::5");
	uint32_t nh = gw_neigh_get(a1, gw_ip_of6(&a)); // an entry is no admission

	c.exclude[c.exclude_count++] = (struct gw_prefix){.addr = gw_ip_of6(&a), .len = 128};
	gw_host_route_conf_set(&c);
	gw_nd_input(received_ip6(a1, "2001:db8:1::5", "ff02::1", 255, IPPROTO_ICMPV6, NA));
	gw_nd_input(received_ip6(a1, "2001:db8:1::5", "ff02::1:ff00:9", 255, IPPROTO_ICMPV6, ns));
	assert_int_equal(gw_neigh_mac(nh), 0);
	c.exclude_count = 0;
	gw_host_route_conf_set(&c);
	gw_ports[2].up = false;
	gw_nd_input(received_ip6(a1, "2001:db8:1::5", "ff02::1", 255, IPPROTO_ICMPV6, NA));
	gw_nd_input(received_ip6(a1, "2001:db8:1::5", "ff02::1:ff00:9", 255, IPPROTO_ICMPV6, ns));
	assert_int_equal(gw_neigh_mac(nh), 0);
	gw_ports[2].up = true;
	gw_nd_input(received_ip6(a1, "2001:db8:1::5", "ff02::1", 255, IPPROTO_ICMPV6, NA));
	assert_true(published6("2001:db8:1::5"));
	drain();
}

// They have no limit of their own: half of the table is left to those that are needed.
static void link_local_addresses_do_not_fill_the_table(void **)
{
	uint32_t max = gw_neigh_conf.max, n = 0;

	gw_neigh_conf.max = 16;
	for (unsigned i = 1; i <= 16; i++) {
		char src[INET6_ADDRSTRLEN];

		snprintf(src, sizeof(src), "fe80::%x", i);
		gw_nd_input(received_ip6(a1, src, "ff02::1:ff00:9", 255, IPPROTO_ICMPV6,
			"87 00 00 00 00 00 00 00 20 01 0d b8 00 01 00 00 00 00 00 00 00 00 00 09 "
			"01 01 " C5_MAC));
	}
	for (uint32_t nh = 0; (nh = gw_neigh_next(nh)) != 0;)
		n++;
	gw_neigh_conf.max = max;
	assert_int_equal(n, 8);
	drain();
}

static void a_solicitation_for_another_one_is_heard(void **)
{
	gw_nd_input(received_ip6(a1, "2001:db8:1::5", "ff02::1:ff00:9", 255, IPPROTO_ICMPV6,
		"87 00 00 00 00 00 00 00 20 01 0d b8 00 01 00 00 00 00 00 00 00 00 00 09 "
		"01 01 " C5_MAC));
	assert_true(published6("2001:db8:1::5"));
	drain();
}

static void link_local_addresses_are_not_published(void **)
{
	gw_nd_input(received_ip6(a1, "fe80::5", "ff02::1:ff00:9", 255, IPPROTO_ICMPV6,
		"87 00 00 00 00 00 00 00 20 01 0d b8 00 01 00 00 00 00 00 00 00 00 00 09 "
		"01 01 " C5_MAC));
	assert_int_equal(gw_host_route_next(0), 0);
	drain();
}

static bool soon_published(uint32_t ip)
{
	for (unsigned i = 0; i < 3000 && !published(ip); i++) {
		usleep(1000);
		gw_slow_once();
	}
	return published(ip);
}

static void what_found_no_room_is_published_when_there_is(void **)
{
	const struct gw_prefix host = gw_prefix_of4(IP(10, 9, 0, 1), 32);

	gw_publish_table.conf.max_prefixes = gw_publish_table.wanted;
	arp(a1, GARP);
	drain();
	gw_publish_again(GW_PUBLISH_HOST, &host, 20);
	assert_int_equal(way_to(c5), a1);
	assert_false(published(c5));
	assert_false(published(IP(10, 9, 0, 1)));
	gw_publish_table.conf.max_prefixes = UINT32_MAX;
	assert_true(soon_published(c5));
	assert_true(soon_published(IP(10, 9, 0, 1)));
	gw_publish_del(GW_PUBLISH_HOST, 0, &host);
}

#define CASE(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(a_gratuitous_arp_is_heard),
		CASE(a_probe_of_rfc5227_is_nobody),
		CASE(prefix_guard),
		CASE(excluded_addresses),
		CASE(limit_of_a_port),
		CASE(an_entry_without_a_mac_admits_nobody),
		CASE(a_next_hop_that_is_no_server_is_not_published),
		CASE(a_changed_list_of_excluded_addresses_holds_at_once),
		CASE(a_silent_server_goes_after_its_probes),
		CASE(an_answer_keeps_it),
		CASE(a_server_moves_with_its_first_word),
		CASE(an_interface_that_goes_down_takes_its_servers_along),
		CASE(a_port_without_carrier_learns_nobody),
		CASE(proxy_answers_for_what_is_elsewhere),
		CASE(an_unsolicited_advertisement_is_heard),
		CASE(a_solicitation_for_another_one_is_heard),
		CASE(admission_of_ipv6),
		CASE(link_local_addresses_do_not_fill_the_table),
		CASE(link_local_addresses_are_not_published),
		CASE(is_asked_for_when_its_route_elsewhere_goes),
		CASE(what_found_no_room_is_published_when_there_is),
	};

	return FIXTURE_RUN(tests);
}
