// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// The life of an IPv6 neighbour, where it differs from that of an IPv4 one.

#include <errno.h>

#include <netinet/in.h>

#include "cli/cli.h"
#include "neigh/entry.h"
#include "neigh/fixture.h"
#include "neigh/static.h"

#define S 1000000ull

#define OUR_MAC	   "02 00 00 00 0a 01"
#define PEER	   "2001:db8::9"
#define PEER_MAC   "02 00 00 00 00 09"
#define PEER_IP	   "20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 09"
#define PEER_GROUP "ff02::1:ff00:9"
#define NET_L2	   " " OUR_MAC " 86 dd"
#define DATA	   "01 02 03 04 05 06 07 08"

#define NS(target) "87 00 00 00 00 00 00 00 " target " 01 01 " OUR_MAC
#define NA	   "88 00 00 00 60 00 00 00 " PEER_IP " 02 01 " PEER_MAC

static struct gw_ip ip(const char *text)
{
	struct in6_addr a = ip6(text);

	return gw_ip_of6(&a);
}

// A packet to the connected subnet of `net`, or through next hop `nh`.
static void resolve(const char *dst, uint32_t nh)
{
	struct rte_mbuf *m = received_ip6(a1, "2001:db8:1::5", dst, 63, IPPROTO_UDP, DATA);

	gw_meta(m)->nh = nh;
	gw_meta(m)->mtu = nh == 0 ? net : 0;
	gw_neigh_resolve(m);
}

static void answer(void)
{
	gw_nd_input(received_ip6(net, PEER, "2001:db8::1", 255, IPPROTO_ICMPV6, NA));
}

static void expect_request(void)
{
	expect_nd(1, "33 33 ff 00 00 09" NET_L2, "2001:db8::1", PEER_GROUP, NS(PEER_IP));
}

// RFC 4443 3.1 code 3; the header quoted is the one that arrived.
static void expect_unreachable(void)
{
	struct rte_mbuf *m = expect_lookup(0);
	const uint8_t *b = rte_pktmbuf_mtod(m, const uint8_t *);
	struct in6_addr from = ip6("2001:db8:1::1"), to = ip6("2001:db8:1::5");

	assert_memory_equal(b + 8, &from, 16);
	assert_memory_equal(b + 24, &to, 16);
	assert_int_equal(b[40], 1);
	assert_int_equal(b[41], 3);
	assert_int_equal(b[48 + 7], 64); // hop limit
	sent_free(m);
}

static void expect_probe(void)
{
	expect_nd(1, PEER_MAC NET_L2, "2001:db8::1", PEER, NS(PEER_IP));
}

static uint32_t neigh_route(const char *text)
{
	struct in6_addr a = ip6(text);

	return gw_rib6_get(&gw_vrfs[0].rib6, &a, 128, GW_FIB_NEIGH);
}

static uint8_t state_of(uint32_t nh)
{
	return gw_neighs[nh].state;
}

// RFC 4861 7.2.2: packets wait for the answer and leave in their order, with EtherType IPv6.
static void resolved_by_an_advertisement(void **state)
{
	uint32_t nh;

	resolve(PEER, 0);
	expect_request();
	resolve(PEER, 0);
	expect_nothing();
	nh = gw_neigh_find(net, ip(PEER));
	assert_int_not_equal(nh, 0);
	assert_int_equal(gw_nexthops[nh].family, AF_INET6);
	assert_int_equal(gw_neigh_held(), 2);
	answer();
	for (int i = 0; i < 2; i++)
		expect_frame(1,
			PEER_MAC NET_L2 " 60 00 00 00 00 08 11 3f "
					"20 01 0d b8 00 01 00 00 00 00 00 00 00 00 00 05 " PEER_IP
					" " DATA);
	assert_int_equal(gw_neigh_held(), 0);
	assert_int_equal(neigh_route(PEER), gw_fib_result(GW_FIB_NEIGH, nh));
	assert_int_equal(gw_iface_stats[0][net].tx_packets, 2);
	assert_int_equal(gw_iface_stats[0][net].tx_octets, 96);
	assert_int_equal(events(GW_EV_nd_solicit_sent), 1);
}

// RFC 4861 7.2.2: three requests, then the packets are dropped and their sources told.
static void unresolved_after_three_requests(void **state)
{
	uint32_t nh;

	resolve(PEER, 0);
	nh = gw_neigh_find(net, ip(PEER));
	for (unsigned i = 1; i <= 3; i++) {
		expect_request();
		poll_at(i * S);
	}
	assert_int_equal(state_of(nh), GW_NEIGH_FAILED);
	assert_int_equal(gw_neigh_held(), 0);
	assert_int_equal(drops(GW_DROP_neigh_unresolved), 1);
	expect_unreachable();
	// for a while nothing is asked
	resolve(PEER, 0);
	assert_int_equal(drops(GW_DROP_neigh_unresolved), 2);
	expect_unreachable();
	assert_int_equal(events(GW_EV_icmp6_sent_unreachable), 2);
	poll_at(4 * S);
	assert_int_equal(gw_neigh_find(net, ip(PEER)), 0);
	assert_int_equal(events(GW_EV_nd_solicit_sent), 3);
}

// RFC 4861 7.3.3: probes go to the address itself.
static void ages_with_unicast_probes(void **state)
{
	uint32_t nh = gw_neigh_get(net, ip(PEER));

	gw_neigh_solicit(nh);
	expect_request();
	answer();
	poll_at(300 * S - 1);
	expect_nothing();
	for (unsigned i = 0; i < 3; i++) {
		poll_at((300 + i) * S);
		expect_probe();
		assert_int_equal(state_of(nh), GW_NEIGH_PROBE);
		assert_int_not_equal(neigh_route(PEER), 0); // still in use
	}
	poll_at(303 * S);
	expect_nothing();
	assert_int_equal(neigh_route(PEER), 0);
	assert_int_equal(gw_nexthop_mac(nh), 0);
	assert_int_equal(gw_neigh_find(net, ip(PEER)), 0);
}

// RFC 4861 7.3.2: what was heard is used, and asked about after five seconds.
static void stale_is_probed(void **state)
{
	uint32_t nh = gw_neigh_get(net, ip(PEER));

	resolve(PEER, 0);
	expect_request();
	gw_neigh_heard(nh, 0x090000000002ull);
	assert_int_equal(rte_ring_count(gw_workers[1].inject), 1); // what had waited
	drain();
	assert_int_equal(state_of(nh), GW_NEIGH_STALE);
	resolve(PEER, 0);
	assert_int_equal(rte_ring_count(gw_workers[1].inject), 1);
	drain();
	poll_at(5 * S - 1);
	expect_nothing();
	poll_at(5 * S);
	expect_probe();
	assert_int_equal(state_of(nh), GW_NEIGH_PROBE);
	answer();
	assert_int_equal(state_of(nh), GW_NEIGH_REACHABLE);
	gw_neigh_doubt(nh);
	poll_at(10 * S);
	expect_probe();
}

// RFC 4861 7.2.2: with the link-local address; the route through it is the next hop's business.
static void link_local_neighbour(void **state)
{
	uint32_t nh = gw_neigh_get(net, ip("fe80::9"));

	gw_neigh_hold(nh);
	resolve("2001:db8:9::9", nh);
	expect_nd(1, "33 33 ff 00 00 09" NET_L2, "fe80::ff:fe00:a01", PEER_GROUP,
		NS("fe 80 00 00 00 00 00 00 00 00 00 00 00 00 00 09"));
	gw_neigh_confirm(nh, 0x090000000002ull);
	assert_int_equal(rte_ring_count(gw_workers[1].inject), 1);
	drain();
	assert_int_equal(neigh_route("fe80::9"), 0);
	gw_neigh_iface_changed(net);
	assert_int_equal(state_of(nh), GW_NEIGH_REACHABLE); // on every link
}

static void without_a_global_address(void **state)
{
	resolve(PEER, gw_neigh_get(bare, ip(PEER)));
	expect_nd(1, "33 33 ff 00 00 09 " OUR_MAC " 81 00 00 1e 86 dd", "fe80::ff:fe00:a01",
		PEER_GROUP, NS(PEER_IP));
}

static void standby_half_asks_nothing(void **state)
{
	uint32_t nh = gw_neigh_get(net, ip(PEER));

	answer();
	gw_ifaces[net].half = GW_HALF_STANDBY;
	resolve(PEER, 0);
	assert_int_equal(drops(GW_DROP_standby), 1);
	for (unsigned i = 0; i < 10; i++)
		poll_at((300 + i) * S);
	expect_nothing();
	assert_int_equal(state_of(nh), GW_NEIGH_PROBE);
	gw_ifaces[net].half = GW_HALF_ACTIVE;
	poll_at(310 * S);
	expect_probe();
}

static void families_share_the_caps(void **state)
{
	gw_neigh_conf.max = 16;
	for (uint32_t i = 0; i < 15; i++)
		assert_int_not_equal(gw_neigh_get(net, gw_ip_of4(IP(192, 0, 2, 100) + i)), 0);
	assert_int_not_equal(gw_neigh_get(net, ip(PEER)), 0);
	assert_int_equal(gw_neigh_get(net, ip("2001:db8::a")), 0);
	resolve("2001:db8::a", 0);
	assert_int_equal(drops(GW_DROP_neigh_table_full), 1);
	gw_neigh_conf.max = 65536;
}

// RFC 6583: a scan of the subnet leaves room for those that answer.
static void scan_of_the_subnet(void **state)
{
	char dst[40];

	gw_neigh_conf.max = 64;
	for (unsigned i = 0; i < 200; i++) {
		snprintf(dst, sizeof(dst), "2001:db8::7:%x", i);
		resolve(dst, 0);
		drain();
	}
	assert_int_equal(drops(GW_DROP_neigh_table_full), 200 - 16);
	assert_int_not_equal(gw_neigh_get(net, ip(PEER)), 0); // a route's
	resolve(PEER, 0);				      // is there
	answer();
	drain();
	assert_int_equal(gw_neigh_waiting(gw_neigh_find(net, ip(PEER))), 0);
	for (unsigned i = 1; i <= 4; i++) {
		poll_at(i * S);
		drain();
	}
	gw_neigh_iface_gone(net); // whoever answered counts no more
	for (unsigned i = 0; i < 17; i++) {
		snprintf(dst, sizeof(dst), "2001:db8::8:%x", i);
		resolve(dst, 0);
		drain();
	}
	assert_int_equal(drops(GW_DROP_neigh_table_full), 200 - 16 + 1);
	gw_neigh_conf.max = 65536;
}

static void addresses_of_the_interface_change(void **state)
{
	struct gw_iface_addr6 addr = {.p = {ip6("2001:db8::1"), 126}};
	struct gw_iface_spec spec = {
		.name = "net", .port = "core", .addrs6 = &addr, .addr6_count = 1};
	struct in6_addr subnet = ip6("2001:db8::"), own = ip6("2001:db8::1");
	const struct gw_rib6 *rib = &gw_vrfs[0].rib6;
	struct gw_err err = {0};

	gw_neigh_get(net, ip(PEER));
	answer();
	gw_neigh_get(net, ip("2001:db8::2"));
	assert_int_equal(gw_iface_add(&spec, &err), 0);
	assert_int_equal(gw_neigh_find(net, ip(PEER)), 0);
	assert_int_equal(neigh_route(PEER), 0);
	assert_int_not_equal(gw_neigh_find(net, ip("2001:db8::2")), 0);
	assert_int_equal(gw_rib6_get(rib, &subnet, 64, GW_FIB_CONNECTED), 0);
	assert_int_not_equal(gw_rib6_get(rib, &subnet, 126, GW_FIB_CONNECTED), 0);
	assert_int_equal(
		gw_rib6_get(rib, &own, 128, GW_FIB_LOCAL), gw_fib_result(GW_FIB_LOCAL, net));
	// another address of the same subnet: the subnet stays
	addr.p.addr = ip6("2001:db8::2");
	assert_int_equal(gw_iface_add(&spec, &err), 0);
	assert_int_not_equal(gw_rib6_get(rib, &subnet, 126, GW_FIB_CONNECTED), 0);
	assert_int_equal(gw_rib6_get(rib, &own, 128, GW_FIB_LOCAL), 0);
	assert_int_equal(gw_neigh_find(net, ip("2001:db8::2")), 0); // that is us now
	// what cannot be an address changes nothing
	addr.p.addr = ip6("fe80::1");
	assert_int_equal(gw_iface_add(&spec, &err), -EINVAL);
	assert_string_equal(err.text,
		"interface net: fe80::1 is no address that a device can have: link-local: an "
		"interface makes that one of its own from its MAC address (RFC 4291 2.5.6)");
	own = ip6("2001:db8::2");
	assert_true(gw_iface_has_address6(net, &own));
	spec.addr6_count = 0;
	assert_int_equal(gw_iface_add(&spec, &err), 0);
	assert_int_equal(gw_rib6_get(rib, &own, 128, GW_FIB_LOCAL), 0);
	assert_int_equal(gw_rib6_get(rib, &subnet, 126, GW_FIB_CONNECTED), 0);
}

static void source_to_speak_with(void **state)
{
	const struct gw_iface_addr6 addrs[] = {
		{.p = {ip6("2001:db8::1"), 64}}, {.p = {ip6("2001:db8:5::1"), 64}}};
	const struct gw_iface_spec spec = {
		.name = "net", .port = "core", .addrs6 = addrs, .addr6_count = 2};
	const struct {
		const char *peer, *src;
	} cases[] = {
		{PEER, "2001:db8::1"},
		{"2001:db8:5::9", "2001:db8:5::1"},
		{"2001:db8:9::9", "2001:db8::1"},
		{"fe80::9", "fe80::ff:fe00:a01"},
	};
	struct in6_addr src, peer = ip6(PEER);
	struct gw_err err = {0};

	assert_int_equal(gw_iface_add(&spec, &err), 0);
	for (unsigned i = 0; i < RTE_DIM(cases); i++) {
		struct in6_addr want = ip6(cases[i].src);

		peer = ip6(cases[i].peer);
		assert_true(gw_iface_source6(net, &peer, &src));
		assert_true(gw_ip6_eq(&src, &want));
	}
	peer = ip6(PEER);
	assert_false(gw_iface_source6(bare, &peer, &src));
}

static int cli(const char *line, json_t **out)
{
	struct gw_err err = {0};
	char *text = NULL;
	size_t size = 0;
	FILE *f = open_memstream(&text, &size);
	int ret = gw_cli_run(line, true, f, NULL, NULL, &err);

	fclose(f);
	if (out != NULL)
		*out = json_loads(text, 0, NULL);
	free(text);
	return ret;
}

static void static_ones_stay(void **state)
{
	const struct gw_mac mac = {{2, 0, 0, 0, 0, 9}};
	struct gw_err err = {0};
	json_t *all;
	uint32_t nh;

	assert_int_equal(
		cli("add neighbor 2001:DB8::0:9 mac 02:00:00:00:00:77 interface net", NULL), 0);
	nh = gw_neigh_find(net, ip(PEER));
	assert_true(gw_neigh_is_static(nh));
	answer();
	gw_nd_input(received_ip6(net, PEER, "ff02::1:ff00:1", 255, IPPROTO_ICMPV6,
		"87 00 00 00 00 00 00 00 20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 01 "
		"01 01 " PEER_MAC));
	drain();
	assert_int_equal(gw_nexthop_mac(nh), GW_NH_RESOLVED | 0x770000000002ull);
	poll_at(1000 * S);
	assert_int_equal(neigh_route(PEER), gw_fib_result(GW_FIB_NEIGH, nh));
	all = gw_neigh_statics_json();
	assert_string_equal(json_string_value(json_object_get(json_object_get(all, "net"), PEER)),
		"02:00:00:00:00:77");
	json_decref(all);
	assert_int_equal(cli("del neighbor 2001:db8::9 interface net", NULL), 0);
	assert_int_equal(neigh_route(PEER), 0);
	assert_int_equal(gw_neigh_static_add(net, ip("fe80::9"), &mac, &err), 0);
	assert_int_equal(neigh_route("fe80::9"), 0);
	assert_int_equal(gw_neigh_static_add(net, ip("2001:db8::1"), &mac, &err), -EEXIST);
	assert_int_equal(gw_neigh_static_add(net, ip("fe80::ff:fe00:a01"), &mac, &err), -EEXIST);
	err.code = 0;
	assert_int_equal(gw_neigh_static_add(net, ip("2001:db8:9::9"), &mac, &err), -EINVAL);
	assert_string_equal(err.text,
		"neighbor 2001:db8:9::9: no host's address in a connected subnet of interface net "
		"(show interface net)");
	assert_int_equal(gw_neigh_static_add(a1, ip("2001:db8:1::5"), &mac, &err), -EINVAL);
}

static void shown(void **state)
{
	json_t *rows, *row;

	gw_neigh_get(net, gw_ip_of4(IP(192, 0, 2, 9)));
	gw_neigh_heard(gw_neigh_get(net, ip(PEER)), 0x090000000002ull);
	assert_int_equal(cli("show neighbor", &rows), 0);
	assert_int_equal(json_array_size(rows), 2);
	row = json_pack("{s:s, s:s, s:s, s:s, s:s, s:n, s:i}", "ip", PEER, "mac",
		"02:00:00:00:00:09", "interface", "net", "vrf", "default", "state", "stale",
		"age_s", "held", 0);
	assert_true(json_equal(json_array_get(rows, 1), row));
	json_decref(row);
	json_decref(rows);
	assert_int_equal(cli("show interface net", &row), 0);
	rows = json_pack("[s,s]", "192.0.2.1/24", "2001:db8::1/64");
	assert_true(json_equal(json_object_get(row, "addresses"), rows));
	assert_string_equal(
		json_string_value(json_object_get(row, "link_local")), "fe80::ff:fe00:a01");
	json_decref(rows);
	json_decref(row);
	assert_int_equal(
		cli("add interface a3 port acc vlan 300 gateway 10.3.0.1/24,2001:db8:3::1/64",
			NULL),
		0);
	assert_int_equal(gw_iface_infos[gw_iface_find("a3")].addr6_count, 1);
	assert_true(gw_iface_infos[gw_iface_find("a3")].addrs6[0].gateway);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(resolved_by_an_advertisement),
		TEST(unresolved_after_three_requests),
		TEST(ages_with_unicast_probes),
		TEST(stale_is_probed),
		TEST(link_local_neighbour),
		TEST(without_a_global_address),
		TEST(standby_half_asks_nothing),
		TEST(families_share_the_caps),
		TEST(scan_of_the_subnet),
		TEST(addresses_of_the_interface_change),
		TEST(source_to_speak_with),
		TEST(static_ones_stay),
		TEST(shown),
	};

	return FIXTURE_RUN(tests);
}
