// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// The life of a neighbour and of the packets that wait for it.

#include "neigh/neigh.h"

#include <errno.h>

#include <rte_ip.h>

#include "cli/cli.h"
#include "neigh/entry.h"
#include "neigh/fixture.h"

#define MS 1000ull
#define S  1000000ull

#define OUR_IP	 "c0 00 02 01"
#define OUR_MAC	 "02 00 00 00 0a 01"
#define PEER_IP	 "c0 00 02 09"
#define PEER_MAC "02 00 00 00 00 09"
#define ETHERNET "00 01 08 00 06 04"
#define ALL	 "ff ff ff ff ff ff"
#define NOBODY	 "00 00 00 00 00 00"

#define REQUEST \
	ALL " " OUR_MAC " 08 06 " ETHERNET " 00 01 " OUR_MAC " " OUR_IP " " NOBODY " " PEER_IP
#define PROBE \
	PEER_MAC " " OUR_MAC " 08 06 " ETHERNET " 00 01 " OUR_MAC " " OUR_IP " " NOBODY " " PEER_IP
#define REPLY ETHERNET " 00 02 " PEER_MAC " " PEER_IP " " OUR_MAC " " OUR_IP

static const uint32_t peer = IP(192, 0, 2, 9), far = IP(203, 0, 113, 5);

// A packet to the connected subnet of `net`, or through next hop `nh`.
static void resolve(uint32_t dst, uint32_t nh, uint8_t mark)
{
	struct rte_mbuf *m = received_ip(a1, IP(10, 1, 1, 5), dst, 63, IPPROTO_UDP, 8);

	*rte_pktmbuf_mtod_offset(m, uint8_t *, 20) = mark;
	gw_meta(m)->nh = nh;
	gw_meta(m)->mtu = nh == 0 ? net : 0;
	gw_neigh_resolve(m);
}

static void answer(void)
{
	gw_arp_input(received(net, REPLY));
}

static uint32_t neigh_route(uint32_t ip)
{
	return gw_rib_get(&gw_vrfs[0].rib, ip, 32, GW_FIB_NEIGH);
}

static uint8_t state_of(uint32_t nh)
{
	return gw_neighs[nh].state;
}

// RFC 826, RFC 1122 2.3.2.2: packets wait for the answer and leave in their order.
static void resolved_by_a_reply(void **state)
{
	uint32_t nh;

	resolve(peer, 0, 1);
	expect_frame(1, REQUEST);
	resolve(peer, 0, 2);
	expect_nothing();
	nh = gw_neigh_find(net, gw_ip_of4(peer));
	assert_int_not_equal(nh, 0);
	assert_int_equal(gw_neigh_held(), 2);
	assert_int_equal(neigh_route(peer), 0);
	answer();
	for (const char *mark = "12"; *mark != '\0'; mark++) {
		char hex[300];

		snprintf(hex, sizeof(hex),
			PEER_MAC " " OUR_MAC " 08 00 45 00 00 1c 00 00 00 00 3f 11 ae c2 "
				 "0a 01 01 05 " PEER_IP " 0%c 01 02 03 04 05 06 07",
			*mark);
		expect_frame(1, hex);
	}
	assert_int_equal(gw_neigh_held(), 0);
	assert_int_equal(neigh_route(peer), gw_fib_result(GW_FIB_NEIGH, nh));
	assert_int_equal(gw_nexthop_mac(nh), GW_NH_RESOLVED | 0x090000000002ull);
	assert_int_equal(gw_iface_stats[0][net].tx_packets, 2);
	assert_int_equal(gw_iface_stats[0][net].tx_octets, 56);
	assert_int_equal(GW_SLOW_STATS->consumed, 1);
	assert_int_equal(GW_SLOW_STATS->originated, 1);
	// one that was under way meanwhile
	resolve(peer, 0, 3);
	assert_int_equal(rte_ring_count(gw_workers[1].inject), 1);
}

static void tags_of_the_interface(void **state)
{
	struct rte_mbuf *m =
		received_ip(a1, IP(10, 1, 1, 5), IP(198, 51, 100, 2), 63, IPPROTO_UDP, 8);

	gw_meta(m)->mtu = qq;
	gw_neigh_resolve(m);
	expect_frame(1,
		ALL " " OUR_MAC " 88 a8 00 0a 81 00 00 14 08 06 " ETHERNET " 00 01 " OUR_MAC
		    " c6 33 64 01 " NOBODY " c6 33 64 02");
}

static void holds_no_more_than_the_caps(void **state)
{
	for (int i = 0; i < 10; i++)
		resolve(peer, 0, 0);
	assert_int_equal(gw_neigh_held(), 8);
	assert_int_equal(drops(GW_DROP_neigh_hold_full), 2);
	gw_neigh_conf.hold_total = 9;
	resolve(peer + 1, 0, 0);
	resolve(peer + 1, 0, 0);
	assert_int_equal(gw_neigh_held(), 9);
	assert_int_equal(drops(GW_DROP_neigh_hold_full), 3);
	gw_neigh_conf.hold_total = 1024;
}

// RFC 1812 3.3.2: no answer is host unreachable; the quoted header is the one that arrived.
static void unresolved_after_three_requests(void **state)
{
	const struct rte_ipv4_hdr *ip;
	struct rte_mbuf *m;
	uint32_t nh;

	resolve(peer, 0, 0);
	nh = gw_neigh_find(net, gw_ip_of4(peer));
	expect_frame(1, REQUEST);
	poll_at(999 * MS);
	expect_nothing();
	poll_at(1000 * MS);
	expect_frame(1, REQUEST);
	poll_at(2000 * MS);
	expect_frame(1, REQUEST);
	poll_at(2999 * MS);
	assert_int_equal(gw_neigh_held(), 1);
	poll_at(3000 * MS);
	assert_int_equal(gw_neigh_held(), 0);
	assert_int_equal(drops(GW_DROP_neigh_unresolved), 1);
	m = expect_lookup(0);
	ip = rte_pktmbuf_mtod(m, const struct rte_ipv4_hdr *);
	assert_int_equal(rte_be_to_cpu_32(ip->dst_addr), IP(10, 1, 1, 5));
	assert_int_equal(rte_be_to_cpu_32(ip->src_addr), IP(10, 1, 1, 1));
	assert_int_equal(*rte_pktmbuf_mtod_offset(m, uint8_t *, 20), 3);
	assert_int_equal(*rte_pktmbuf_mtod_offset(m, uint8_t *, 21), 1);
	ip = rte_pktmbuf_mtod_offset(m, const struct rte_ipv4_hdr *, 28);
	assert_int_equal(ip->time_to_live, 64);
	assert_int_equal(rte_ipv4_cksum(ip), 0); // over a right checksum
	sent_free(m);
	// for a while nothing is asked
	resolve(peer, 0, 0);
	assert_int_equal(drops(GW_DROP_neigh_unresolved), 2);
	sent_free(expect_lookup(0));
	expect_nothing();
	poll_at(4000 * MS);
	assert_int_equal(state_of(nh), GW_NEIGH_FREE);
	assert_int_equal(gw_neigh_find(net, gw_ip_of4(peer)), 0);
	resolve(peer, 0, 0);
	expect_frame(1, REQUEST);
	assert_int_equal(events(GW_EV_arp_request_sent), 4);
	assert_int_equal(events(GW_EV_icmp_sent_unreachable), 2);
}

static void without_a_source_address(void **state)
{
	struct rte_mbuf *m = received_ip(a1, IP(10, 1, 1, 5), far, 63, IPPROTO_UDP, 8);

	gw_meta(m)->nh = gw_neigh_get(bare, gw_ip_of4(far));
	gw_neigh_resolve(m);
	assert_int_equal(drops(GW_DROP_neigh_unresolved), 1);
	sent_free(expect_lookup(0));
	expect_nothing();
}

// RFC 1122 2.3.2.1 (2): unicast poll, and the entry goes when nobody answers.
static void ages_with_unicast_probes(void **state)
{
	uint32_t nh = gw_neigh_get(net, gw_ip_of4(peer));

	answer();
	assert_int_equal(state_of(nh), GW_NEIGH_REACHABLE);
	poll_at(300 * S - 1);
	expect_nothing();
	poll_at(300 * S);
	expect_frame(1, PROBE);
	assert_int_equal(state_of(nh), GW_NEIGH_PROBE);
	assert_int_not_equal(neigh_route(peer), 0); // still in use
	answer();
	assert_int_equal(state_of(nh), GW_NEIGH_REACHABLE);
	for (unsigned i = 0; i < 3; i++) {
		poll_at((600 + i) * S);
		expect_frame(1, PROBE);
	}
	poll_at(603 * S);
	expect_nothing();
	assert_int_equal(neigh_route(peer), 0);
	assert_int_equal(gw_nexthop_mac(nh), 0);
	assert_int_equal(gw_neigh_find(net, gw_ip_of4(peer)), 0);
}

static void held_by_a_route(void **state)
{
	uint32_t nh = gw_neigh_get(net, gw_ip_of4(peer));

	gw_neigh_hold(nh);
	resolve(far, nh, 0);
	expect_frame(1, REQUEST);
	answer();
	for (unsigned i = 0; i < 4; i++)
		poll_at((300 + i) * S);
	assert_int_equal(gw_neigh_find(net, gw_ip_of4(peer)), nh);
	assert_int_equal(state_of(nh), GW_NEIGH_INCOMPLETE);
	assert_int_equal(gw_nexthop_mac(nh), 0);
	gw_neigh_release(nh);
	assert_int_equal(gw_neigh_find(net, gw_ip_of4(peer)), 0);
}

// A packet that was punted for an index finds its neighbour when the index is free again.
static void forgotten_while_in_the_ring(void **state)
{
	uint32_t nh = gw_neigh_get(net, gw_ip_of4(peer));

	gw_neigh_hold(nh);
	gw_neigh_release(nh);
	assert_int_equal(state_of(nh), GW_NEIGH_FREE);
	resolve(far, nh, 0);
	expect_frame(1, REQUEST);
	assert_int_equal(gw_neigh_held(), 1);
}

static void learned_hides_no_better_route(void **state)
{
	uint32_t nh = gw_neigh_get(net, gw_ip_of4(peer));

	gw_rib_set(&gw_vrfs[0].rib, IP(192, 0, 2, 8), 30, GW_FIB_ROUTE, 77);
	answer();
	assert_int_equal(state_of(nh), GW_NEIGH_REACHABLE);
	assert_int_equal(neigh_route(peer), 0);
	gw_rib_del(&gw_vrfs[0].rib, IP(192, 0, 2, 8), 30, GW_FIB_ROUTE);
	resolve(peer, 0, 0);
	assert_int_equal(neigh_route(peer), gw_fib_result(GW_FIB_NEIGH, nh));
}

// RFC 2644: directed broadcasts are not forwarded.
static void broadcast_to_the_subnet(void **state)
{
	resolve(IP(192, 0, 2, 255), 0, 0);
	resolve(IP(192, 0, 2, 0), 0, 0);
	assert_int_equal(drops(GW_DROP_ip4_broadcast), 2);
	expect_nothing();
}

static void standby_half_asks_nothing(void **state)
{
	gw_ifaces[net].half = GW_HALF_STANDBY;
	resolve(peer, 0, 0);
	assert_int_equal(drops(GW_DROP_standby), 1);
	gw_arp_input(received(net, REPLY));
	assert_int_equal(drops(GW_DROP_standby), 2);
	gw_arp_announce_iface(net);
	expect_nothing();
	// what was reachable before waits
	gw_ifaces[net].half = GW_HALF_ACTIVE;
	gw_neigh_get(net, gw_ip_of4(peer));
	answer();
	gw_ifaces[net].half = GW_HALF_STANDBY;
	for (unsigned i = 0; i < 10; i++)
		poll_at((300 + i) * S);
	expect_nothing();
	gw_ifaces[net].half = GW_HALF_ACTIVE;
	poll_at(310 * S);
	expect_frame(1, PROBE);
}

static void static_ones_stay(void **state)
{
	const struct gw_mac mac = {{2, 0, 0, 0, 0, 0x77}}, group = {{1, 0, 0, 0, 0, 1}};
	struct gw_err err = {0};
	uint32_t nh;

	resolve(peer, 0, 0);
	expect_frame(1, REQUEST);
	assert_int_equal(gw_neigh_static_add(net, gw_ip_of4(peer), &mac, &err), 0);
	assert_int_equal(rte_ring_count(gw_workers[1].inject), 1); // what had waited
	nh = gw_neigh_find(net, gw_ip_of4(peer));
	assert_true(gw_neigh_is_static(nh));
	answer();
	assert_int_equal(drops(GW_DROP_arp_ignored), 1);
	assert_int_equal(gw_nexthop_mac(nh), GW_NH_RESOLVED | 0x770000000002ull);
	poll_at(1000 * S);
	assert_int_equal(neigh_route(peer), gw_fib_result(GW_FIB_NEIGH, nh));
	assert_int_equal(gw_neigh_static_del(net, gw_ip_of4(peer), &err), 0);
	assert_int_equal(neigh_route(peer), 0);
	assert_int_equal(gw_neigh_static_del(net, gw_ip_of4(peer), &err), -ENOENT);
	err.code = 0;
	assert_int_equal(gw_neigh_static_add(net, gw_ip_of4(peer), &group, &err), -EINVAL);
	err.code = 0;
	assert_int_equal(gw_neigh_static_add(net, gw_ip_of4(far), &mac, &err), -EINVAL);
	assert_string_equal(err.text,
		"neighbor 203.0.113.5: no host's address in a connected subnet of interface net "
		"(show interface net)");
	err.code = 0;
	assert_int_equal(gw_neigh_static_add(a1, gw_ip_of4(IP(10, 1, 1, 5)), &mac, &err), -EINVAL);
	err.code = 0;
	assert_int_equal(
		gw_neigh_static_add(net, gw_ip_of4(IP(192, 0, 2, 1)), &mac, &err), -EEXIST);
}

static void table_has_an_end(void **state)
{
	uint32_t held;

	gw_neigh_conf.max = 16;
	for (uint32_t i = 0; i < 16; i++)
		assert_int_not_equal(gw_neigh_get(net, gw_ip_of4(IP(192, 0, 2, 100) + i)), 0);
	assert_int_equal(gw_neigh_get(net, gw_ip_of4(peer)), 0);
	resolve(peer, 0, 0);
	assert_int_equal(drops(GW_DROP_neigh_table_full), 1);
	held = gw_neigh_find(net, gw_ip_of4(IP(192, 0, 2, 100)));
	gw_neigh_hold(held);
	gw_neigh_release(held);
	assert_int_not_equal(gw_neigh_get(net, gw_ip_of4(peer)), 0);
	gw_neigh_conf.max = 65536;
}

static void interface_goes(void **state)
{
	uint32_t nh = gw_neigh_get(net, gw_ip_of4(peer)),
		 other = gw_neigh_get(net, gw_ip_of4(peer + 1));

	gw_neigh_hold(nh);
	answer();
	resolve(peer + 1, 0, 0);
	gw_neigh_iface_gone(net);
	assert_int_equal(gw_neigh_held(), 0);
	assert_int_equal(drops(GW_DROP_neigh_unresolved), 1);
	assert_int_equal(neigh_route(peer), 0);
	assert_int_equal(state_of(other), GW_NEIGH_FREE);
	assert_int_equal(state_of(nh), GW_NEIGH_GONE);
	resolve(far, nh, 0);
	assert_int_equal(drops(GW_DROP_neigh_unresolved), 2);
	gw_neigh_release(nh);
	assert_int_equal(state_of(nh), GW_NEIGH_FREE);
	assert_int_equal(gw_neigh_next(0), 0);
}

static void address_of_the_interface_changes(void **state)
{
	const struct gw_iface_addr addr = {.p = {IP(192, 0, 2, 1), 30}};
	const struct gw_iface_spec spec = {
		.name = "net", .port = "core", .addrs = &addr, .addr_count = 1};
	struct gw_err err = {0};

	gw_neigh_get(net, gw_ip_of4(peer));
	answer();
	gw_neigh_get(net, gw_ip_of4(IP(192, 0, 2, 2)));
	assert_int_equal(gw_iface_add(&spec, &err), 0);
	gw_neigh_iface_changed(net);
	assert_int_equal(gw_neigh_find(net, gw_ip_of4(peer)), 0);
	assert_int_equal(neigh_route(peer), 0);
	assert_int_not_equal(gw_neigh_find(net, gw_ip_of4(IP(192, 0, 2, 2))), 0);
}

static void thousands_age_without_a_stall(void **state)
{
	unsigned polls = 0;

	for (uint32_t i = 0; i < 5000; i++) {
		uint32_t nh = gw_neigh_get(qq, gw_ip_of4(IP(172, 16, 0, 0) + i));

		gw_neigh_confirm(nh, 0x123456);
	}
	gw_ifaces[qq].half = GW_HALF_STANDBY; // so that nothing is sent
	while (gw_neigh_poll(gw_neigh_now() + (polls == 0 ? 300 * S : 0)))
		polls++;
	assert_in_range(polls, 5000 / 64, 5000 / 64 + 2);
}

static void shown(void **state)
{
	struct gw_err err = {0};
	char *text = NULL;
	size_t size = 0;
	json_t *rows, *row;
	FILE *out = open_memstream(&text, &size);

	assert_int_equal(gw_cli_run("add neighbor 192.0.2.200 mac 02:00:00:00:00:c8 interface net",
				 true, NULL, NULL, NULL, &err),
		0);
	gw_neigh_get(net, gw_ip_of4(peer));
	answer();
	resolve(peer + 1, 0, 0);
	poll_at(2 * S);
	assert_int_equal(gw_cli_run("show neighbor", true, out, NULL, NULL, &err), 0);
	fclose(out);
	rows = json_loads(text, 0, NULL);
	assert_int_equal(json_array_size(rows), 3);
	row = json_pack("{s:s, s:s, s:s, s:s, s:s, s:n, s:i}", "ip", "192.0.2.200", "mac",
		"02:00:00:00:00:c8", "interface", "net", "vrf", "default", "state", "static",
		"age_s", "held", 0);
	assert_true(json_equal(json_array_get(rows, 0), row));
	json_decref(row);
	row = json_pack("{s:s, s:s, s:s, s:s, s:s, s:i, s:i}", "ip", "192.0.2.9", "mac",
		"02:00:00:00:00:09", "interface", "net", "vrf", "default", "state", "reachable",
		"age_s", 2, "held", 0);
	assert_true(json_equal(json_array_get(rows, 1), row));
	json_decref(row);
	row = json_pack("{s:s, s:n, s:s, s:s, s:s, s:n, s:i}", "ip", "192.0.2.10", "mac",
		"interface", "net", "vrf", "default", "state", "incomplete", "age_s", "held", 1);
	assert_true(json_equal(json_array_get(rows, 2), row));
	json_decref(row);
	json_decref(rows);
	free(text);
	assert_int_equal(gw_cli_run("del neighbor 192.0.2.200 mac 02:00:00:00:00:c8 interface net",
				 true, NULL, NULL, NULL, &err),
		0);
	assert_int_equal(
		gw_cli_run("del neighbor 192.0.2.9 interface net", true, NULL, NULL, NULL, &err),
		-ENOENT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(resolved_by_a_reply),
		TEST(tags_of_the_interface),
		TEST(holds_no_more_than_the_caps),
		TEST(unresolved_after_three_requests),
		TEST(without_a_source_address),
		TEST(ages_with_unicast_probes),
		TEST(held_by_a_route),
		TEST(forgotten_while_in_the_ring),
		TEST(learned_hides_no_better_route),
		TEST(broadcast_to_the_subnet),
		TEST(standby_half_asks_nothing),
		TEST(static_ones_stay),
		TEST(table_has_an_end),
		TEST(interface_goes),
		TEST(address_of_the_interface_changes),
		TEST(thousands_age_without_a_stall),
		TEST(shown),
	};

	return FIXTURE_RUN(tests);
}
