// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// Packets of neighbour discovery in: what is answered, learned, taken, refused. Announcements.

#include <errno.h>

#include <netinet/in.h>

#include "neigh/entry.h"
#include "neigh/fixture.h"
#include "neigh/nd_message.h"

#define S 1000000ull

#define OUR_MAC	  "02 00 00 00 0a 01"
#define OUR_LL	  "fe80::ff:fe00:a01"
#define PEER	  "2001:db8::9"
#define PEER_LL	  "fe80::ff:fe00:9"
#define PEER_MAC  "02 00 00 00 00 09"
#define OTHER_MAC "02 00 00 00 00 0a"
#define GW_MAC	  "00 00 5e 00 01 01"
#define ALL_NODES "ff02::1"
#define ALL_MAC	  "33 33 00 00 00 01"
#define GROUP	  "ff02::1:ff00:1" // of 2001:db8::1

#define OUR_IP	  "20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 01"
#define OUR_LL_IP "fe 80 00 00 00 00 00 00 00 00 00 ff fe 00 0a 01"
#define PEER_IP	  "20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 09"
#define GW_IP	  "20 01 0d b8 00 01 00 00 00 00 00 00 00 00 00 01"

#define NS(target)	  "87 00 00 00 00 00 00 00 " target
#define NA(flags, target) "88 00 00 00 " flags " 00 00 00 " target
#define SLLA(mac)	  " 01 01 " mac
#define TLLA(mac)	  " 02 01 " mac
#define NET_L2		  " " OUR_MAC " 86 dd"

static void nd(uint16_t iface, const char *src, const char *dst, const char *hex)
{
	gw_nd_input(received_ip6(iface, src, dst, 255, IPPROTO_ICMPV6, hex));
}

static uint32_t find(const char *ip)
{
	struct in6_addr a = ip6(ip);

	return gw_neigh_find(net, gw_ip_of6(&a));
}

static uint32_t get(const char *ip)
{
	struct in6_addr a = ip6(ip);

	return gw_neigh_get(net, gw_ip_of6(&a));
}

static uint64_t mac_of(const char *ip)
{
	uint32_t nh = find(ip);

	return nh == 0 ? 0 : gw_nexthop_mac(nh);
}

static uint8_t state_of(const char *ip)
{
	return gw_neighs[find(ip)].state;
}

static uint32_t neigh_route(const char *ip)
{
	struct in6_addr a = ip6(ip);

	return gw_rib6_get(&gw_vrfs[0].rib6, &a, 128, GW_FIB_NEIGH);
}

// RFC 4861 7.2.4: to the group or to the address; flags router, solicited, override.
static void rfc4861_solicitation_for_us(void **state)
{
	nd(net, PEER, GROUP, NS(OUR_IP) SLLA(PEER_MAC));
	expect_nd(1, PEER_MAC NET_L2, "2001:db8::1", PEER, NA("e0", OUR_IP) TLLA(OUR_MAC));
	assert_int_equal(mac_of(PEER), GW_NH_RESOLVED | 0x090000000002ull);
	assert_int_equal(state_of(PEER), GW_NEIGH_STALE);
	assert_int_equal(neigh_route(PEER), gw_fib_result(GW_FIB_NEIGH, find(PEER)));
	nd(net, PEER, "2001:db8::1", NS(OUR_IP) SLLA(PEER_MAC));
	expect_nd(1, PEER_MAC NET_L2, "2001:db8::1", PEER, NA("e0", OUR_IP) TLLA(OUR_MAC));
	assert_int_equal(GW_SLOW_STATS->consumed, 2);
	assert_int_equal(events(GW_EV_nd_solicit_received), 2);
	assert_int_equal(events(GW_EV_nd_advert_sent), 2);
}

static void link_local_address(void **state)
{
	nd(net, PEER_LL, "ff02::1:ff00:a01", NS(OUR_LL_IP) SLLA(PEER_MAC));
	expect_nd(1, PEER_MAC NET_L2, OUR_LL, PEER_LL, NA("e0", OUR_LL_IP) TLLA(OUR_MAC));
	assert_int_equal(state_of(PEER_LL), GW_NEIGH_STALE);
	assert_int_equal(neigh_route(PEER_LL), 0); // means nothing off its link
	// an interface without a configured address has one, too
	nd(bare, PEER_LL, "ff02::1:ff00:a01", NS(OUR_LL_IP) SLLA(PEER_MAC));
	expect_nd(1, PEER_MAC " " OUR_MAC " 81 00 00 1e 86 dd", OUR_LL, PEER_LL,
		NA("e0", OUR_LL_IP) TLLA(OUR_MAC));
}

// RFC 4861 7.2.4, RFC 4862 5.4.3: who probes has no address yet: all nodes are told, S is 0.
static void rfc4862_probe_for_our_address(void **state)
{
	nd(net, "::", GROUP, NS(OUR_IP));
	expect_nd(1, ALL_MAC NET_L2, "2001:db8::1", ALL_NODES, NA("a0", OUR_IP) TLLA(OUR_MAC));
	nd(net, "::", "ff02::1:ff00:9", NS(PEER_IP));
	assert_int_equal(drops(GW_DROP_nd_ignored), 1);
	assert_int_equal(gw_neigh_next(0), 0);
	expect_nothing();
}

// RFC 4861 7.2.3: the target is an address of the interface that it was asked on.
static void others_are_not_answered_for(void **state)
{
	nd(net, PEER, "ff02::1:ff00:63", NS("20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 63"));
	nd(net, PEER, GROUP, NS(GW_IP) SLLA(PEER_MAC)); // an own one of another interface
	assert_int_equal(drops(GW_DROP_nd_ignored), 2);
	assert_int_equal(gw_neigh_next(0), 0);
	expect_nothing();
}

// RFC 4861 7.1.1, 7.1.2
static void malformed(void **state)
{
	static const struct {
		const char *src, *dst, *hex;
	} bad[] = {
		// code
		{PEER, GROUP, "87 01 00 00 00 00 00 00 " OUR_IP SLLA(PEER_MAC)},
		{PEER, GROUP, "88 01 00 00 20 00 00 00 " OUR_IP TLLA(PEER_MAC)},
		// checksum
		{PEER, GROUP, "87 00 12 34 00 00 00 00 " OUR_IP SLLA(PEER_MAC)},
		// 24 octets
		{PEER, GROUP,
			"87 00 00 00 00 00 00 00 20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00"},
		{PEER, GROUP,
			"88 00 00 00 00 00 00 00 20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00"},
		// target
		{PEER, GROUP, NS("ff 02 00 00 00 00 00 00 00 00 00 00 00 00 00 01") SLLA(PEER_MAC)},
		{PEER, GROUP,
			NA("20", "ff 02 00 00 00 00 00 00 00 00 00 00 00 00 00 01") TLLA(PEER_MAC)},
		// options: length 0, longer than the message, half an option, no MAC of Ethernet
		{PEER, GROUP, NS(OUR_IP) " 01 00 " PEER_MAC},
		{PEER, GROUP, NA("20", PEER_IP) " 0e 00 " PEER_MAC TLLA(PEER_MAC)},
		{PEER, GROUP, NS(OUR_IP) " 01 02 " PEER_MAC},
		{PEER, GROUP, NS(OUR_IP) SLLA(PEER_MAC) " 0e"},
		{PEER, GROUP, NS(OUR_IP) " 01 02 " PEER_MAC " 00 00 00 00 00 00 00 00"},
		{PEER, GROUP, NS(OUR_IP) SLLA("ff ff ff ff ff ff")},
		{PEER, GROUP, NS(OUR_IP) SLLA("00 00 00 00 00 00")},
		// from "::": to the group of the target only, and without a MAC
		{"::", "2001:db8::1", NS(OUR_IP)},
		{"::", ALL_NODES, NS(OUR_IP)},
		{"::", "ff02::1:ff00:2", NS(OUR_IP)},
		{"::", GROUP, NS(OUR_IP) SLLA(PEER_MAC)},
		{"::", ALL_NODES, NA("20", PEER_IP) TLLA(PEER_MAC)},
		// solicited, but to a group
		{PEER, ALL_NODES, NA("60", PEER_IP) TLLA(PEER_MAC)},
		// source
		{"ff02::9", GROUP, NS(OUR_IP) SLLA(PEER_MAC)},
		// shorter than any of them
		{PEER, GROUP, "87 00 00 00"},
	};

	get(PEER);
	for (unsigned i = 0; i < RTE_DIM(bad); i++) {
		nd(net, bad[i].src, bad[i].dst, bad[i].hex);
		assert_int_equal(drops(GW_DROP_nd_invalid), i + 1);
	}
	assert_int_equal(state_of(PEER), GW_NEIGH_INCOMPLETE);
	expect_nothing();
	assert_int_equal(events(GW_EV_nd_solicit_received), 0);
	assert_int_equal(events(GW_EV_nd_advert_received), 0);
}

// RFC 4861 7.1: a hop limit of 255 no router could have left. RFC 6980: no fragments.
static void from_off_the_link(void **state)
{
	static const char ns[] = NS(OUR_IP) SLLA(PEER_MAC);
	struct gw_nd_message *message;
	struct rte_ipv6_hdr *ip;
	struct rte_mbuf *m;

	gw_nd_input(received_ip6(net, PEER, GROUP, 254, IPPROTO_ICMPV6, ns));
	m = received_ip6(net, PEER, GROUP, 255, IPPROTO_ICMPV6, ns);
	ip = rte_pktmbuf_mtod(m, struct rte_ipv6_hdr *);
	message = (struct gw_nd_message *)(ip + 1);
	ip->proto = IPPROTO_FRAGMENT;
	message->checksum = 0;
	message->checksum = rte_ipv6_udptcp_cksum(ip, message);
	gw_nd_input(m);
	// an option more than the payload length says
	m = received_ip6(net, PEER, GROUP, 255, IPPROTO_ICMPV6, ns);
	memcpy(rte_pktmbuf_append(m, 8), "\x0e\x01\0\0\0\0\0", 8);
	gw_nd_input(m);
	assert_int_equal(drops(GW_DROP_nd_invalid), 3);
	expect_nothing();
}

static void unknown_options_are_skipped(void **state)
{
	nd(net, PEER, GROUP,
		NS(OUR_IP) " 0e 02 00 00 00 00 00 00 00 00 00 00 00 00 00 00" SLLA(PEER_MAC));
	assert_int_equal(events(GW_EV_nd_advert_sent), 1);
	assert_int_equal(mac_of(PEER), GW_NH_RESOLVED | 0x090000000002ull);
}

static void chained_message(void **state)
{
	struct rte_mbuf *m =
		received_ip6(net, PEER, GROUP, 255, IPPROTO_ICMPV6, NS(OUR_IP) SLLA(PEER_MAC));
	struct rte_mbuf *tail = rte_pktmbuf_alloc(gw_pool);

	memcpy(rte_pktmbuf_append(tail, 12), rte_pktmbuf_mtod_offset(m, void *, 60), 12);
	rte_pktmbuf_trim(m, 12);
	assert_int_equal(rte_pktmbuf_chain(m, tail), 0);
	gw_nd_input(m);
	assert_int_equal(events(GW_EV_nd_advert_sent), 1);
}

static void router_messages_are_ignored(void **state)
{
	nd(net, PEER_LL, "ff02::2", "85 00 00 00 00 00 00 00" SLLA(PEER_MAC));
	nd(net, PEER_LL, ALL_NODES,
		"86 00 00 00 40 00 07 08 00 00 00 00 00 00 00 00" SLLA(PEER_MAC));
	nd(net, PEER_LL, OUR_LL, "89 00 00 00 00 00 00 00 " PEER_IP " " PEER_IP);
	assert_int_equal(drops(GW_DROP_nd_ignored), 3);
	assert_int_equal(gw_neigh_next(0), 0);
	expect_nothing();
}

// RFC 4861 7.2.3: an entry is made for who is on the link, and is not confirmed.
static void learns_from_solicitations_on_the_link(void **state)
{
	nd(net, "2001:db8:7::9", GROUP, NS(OUR_IP) SLLA(PEER_MAC)); // not on the link
	nd(net, "2001:db8:7::a", GROUP, NS(OUR_IP));		    // and says no MAC
	assert_int_equal(gw_neigh_next(0), 0);
	assert_int_equal(events(GW_EV_nd_advert_sent), 1);
	drain();
	nd(net, PEER, GROUP, NS(OUR_IP) SLLA(PEER_MAC));
	gw_neigh_confirm(find(PEER), 0x090000000002ull);
	nd(net, PEER, GROUP, NS(OUR_IP) SLLA(PEER_MAC)); // the same: as it was
	assert_int_equal(state_of(PEER), GW_NEIGH_REACHABLE);
	nd(net, PEER, GROUP, NS(OUR_IP) SLLA(OTHER_MAC));
	assert_int_equal(state_of(PEER), GW_NEIGH_STALE);
	assert_int_equal(mac_of(PEER), GW_NH_RESOLVED | 0x0a0000000002ull);
}

// Who says no MAC is told where it is known to be, or is asked first.
static void solicitation_without_a_mac(void **state)
{
	uint32_t nh = get(PEER);

	gw_neigh_confirm(nh, 0x090000000002ull);
	nd(net, PEER, "2001:db8::1", NS(OUR_IP));
	expect_nd(1, PEER_MAC NET_L2, "2001:db8::1", PEER, NA("e0", OUR_IP) TLLA(OUR_MAC));
	nd(net, "2001:db8::a", "2001:db8::1", NS(OUR_IP));
	expect_nd(1, "33 33 ff 00 00 0a" NET_L2, "2001:db8::1", "ff02::1:ff00:a",
		NS("20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 0a") SLLA(OUR_MAC));
	nd(net, "2001:db8::a", "2001:db8::1",
		NA("60", "20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 0a") TLLA(OTHER_MAC));
	expect_nd(
		1, OTHER_MAC NET_L2, "2001:db8::1", "2001:db8::a", NA("e0", OUR_IP) TLLA(OUR_MAC));
	expect_nothing();
}

static void flood_of_solicitations_leaves_half_of_the_table(void **state)
{
	char src[40];

	gw_neigh_conf.max = 16;
	for (unsigned i = 0; i < 12; i++) {
		snprintf(src, sizeof(src), "2001:db8::4:%x", i);
		nd(net, src, GROUP, NS(OUR_IP) SLLA(PEER_MAC));
	}
	for (unsigned i = 0; i < 8; i++) {
		snprintf(src, sizeof(src), "2001:db8::8:%x", i);
		assert_int_not_equal(get(src), 0);
	}
	assert_int_equal(get(PEER), 0);
	gw_neigh_conf.max = 65536;
}

// RFC 4861 7.2.5: "If no entry exists, the advertisement SHOULD be silently discarded."
static void rfc4861_advertisement_of_nobody(void **state)
{
	nd(net, PEER, "2001:db8::1", NA("60", PEER_IP) TLLA(PEER_MAC));
	assert_int_equal(drops(GW_DROP_nd_ignored), 1);
	assert_int_equal(gw_neigh_next(0), 0);
}

// RFC 4861 7.2.5, INCOMPLETE: the override flag does not matter.
static void rfc4861_advertisement_while_incomplete(void **state)
{
	get(PEER);
	nd(net, PEER, "2001:db8::1", NA("60", PEER_IP)); // where is it?
	assert_int_equal(drops(GW_DROP_nd_ignored), 1);
	assert_int_equal(state_of(PEER), GW_NEIGH_INCOMPLETE);
	nd(net, PEER, "2001:db8::1", NA("40", PEER_IP) TLLA(PEER_MAC));
	assert_int_equal(state_of(PEER), GW_NEIGH_REACHABLE);
	assert_int_equal(mac_of(PEER), GW_NH_RESOLVED | 0x090000000002ull);
	get(PEER_LL);
	nd(net, PEER_LL, ALL_NODES,
		NA("20", "fe 80 00 00 00 00 00 00 00 00 00 ff fe 00 00 09") TLLA(PEER_MAC));
	assert_int_equal(state_of(PEER_LL), GW_NEIGH_STALE);
	assert_int_equal(events(GW_EV_nd_advert_received), 3);
}

// RFC 4861 7.2.5, I and II
static void rfc4861_advertisement_of_the_known(void **state)
{
	uint32_t nh = get(PEER);

	gw_neigh_confirm(nh, 0x090000000002ull);
	// I: another MAC without override: doubt, not belief
	nd(net, PEER, "2001:db8::1", NA("40", PEER_IP) TLLA(OTHER_MAC));
	assert_int_equal(state_of(PEER), GW_NEIGH_STALE);
	assert_int_equal(mac_of(PEER), GW_NH_RESOLVED | 0x090000000002ull);
	// in any state but REACHABLE: ignored
	nd(net, PEER, "2001:db8::1", NA("40", PEER_IP) TLLA(OTHER_MAC));
	assert_int_equal(state_of(PEER), GW_NEIGH_STALE);
	// II: solicited, the same MAC or none
	nd(net, PEER, "2001:db8::1", NA("40", PEER_IP));
	assert_int_equal(state_of(PEER), GW_NEIGH_REACHABLE);
	// not solicited and the same: as it was
	nd(net, PEER, ALL_NODES, NA("20", PEER_IP) TLLA(PEER_MAC));
	assert_int_equal(state_of(PEER), GW_NEIGH_REACHABLE);
	// not solicited, another MAC, override
	nd(net, PEER, ALL_NODES, NA("20", PEER_IP) TLLA(OTHER_MAC));
	assert_int_equal(state_of(PEER), GW_NEIGH_STALE);
	assert_int_equal(mac_of(PEER), GW_NH_RESOLVED | 0x0a0000000002ull);
	// solicited, another MAC, override
	nd(net, PEER, "2001:db8::1", NA("60", PEER_IP) TLLA(PEER_MAC));
	assert_int_equal(state_of(PEER), GW_NEIGH_REACHABLE);
	assert_int_equal(mac_of(PEER), GW_NH_RESOLVED | 0x090000000002ull);
	assert_int_equal(GW_SLOW_STATS->consumed, 6);
	expect_nothing();
}

// Said once in ten seconds whose it is, as for ARP.
static void another_node_has_our_address(void **state)
{
	nd(net, "2001:db8::1", "ff02::1:ff00:9", NS(PEER_IP) SLLA(PEER_MAC));
	expect_nd(1, ALL_MAC NET_L2, "2001:db8::1", ALL_NODES, NA("a0", OUR_IP) TLLA(OUR_MAC));
	nd(net, "2001:db8::1", ALL_NODES, NA("20", OUR_IP) TLLA(PEER_MAC));
	expect_nothing();
	poll_at(10 * S);
	nd(net, "2001:db8::1", ALL_NODES, NA("20", OUR_IP) TLLA(PEER_MAC));
	expect_nd(1, ALL_MAC NET_L2, "2001:db8::1", ALL_NODES, NA("a0", OUR_IP) TLLA(OUR_MAC));
	// our own frame back, or another user plane with the gateway's MAC
	poll_at(30 * S);
	nd(net, "2001:db8::1", ALL_NODES, NA("a0", OUR_IP) TLLA(OUR_MAC));
	nd(a1, "2001:db8:1::1", ALL_NODES, NA("a0", GW_IP) TLLA(GW_MAC));
	assert_int_equal(drops(GW_DROP_nd_ignored), 2);
	expect_nothing();
	assert_int_equal(gw_neigh_next(0), 0);
}

// The gateway answers any client; nothing is learned from clients.
static void gateway_is_answered(void **state)
{
	nd(a1, "2001:db8:1::5", GROUP, NS(GW_IP) SLLA("02 00 00 00 05 05"));
	expect_nd(2, "02 00 00 00 05 05 " GW_MAC " 81 00 00 64 86 dd", "2001:db8:1::1",
		"2001:db8:1::5", NA("e0", GW_IP) TLLA(GW_MAC));
	nd(a1, "fe80::5", "ff02::1:ff00:101",
		NS("fe 80 00 00 00 00 00 00 02 00 5e ff fe 00 01 01") SLLA("02 00 00 00 05 05"));
	expect_nd(2, "02 00 00 00 05 05 " GW_MAC " 81 00 00 64 86 dd", "fe80::200:5eff:fe00:101",
		"fe80::5",
		NA("e0", "fe 80 00 00 00 00 00 00 02 00 5e ff fe 00 01 01") TLLA(GW_MAC));
	nd(a2, "2001:db8:1::5", GROUP, NS(GW_IP) SLLA("02 00 00 00 05 05"));
	assert_int_equal(drops(GW_DROP_nd_ignored), 1);
	assert_int_equal(gw_neigh_next(0), 0);
}

static void standby_half_is_silent(void **state)
{
	gw_ifaces[net].half = GW_HALF_STANDBY;
	nd(net, PEER, GROUP, NS(OUR_IP) SLLA(PEER_MAC));
	assert_int_equal(drops(GW_DROP_standby), 1);
	gw_nd_announce_iface(net);
	expect_nothing();
}

static void interface_deleted_meanwhile(void **state)
{
	struct rte_mbuf *m =
		received_ip6(a1, PEER, GROUP, 255, IPPROTO_ICMPV6, NS(GW_IP) SLLA(PEER_MAC));
	struct gw_err err = {0};

	assert_int_equal(gw_iface_del("a1", &err), 0);
	gw_nd_input(m);
	assert_int_equal(drops(GW_DROP_no_interface), 1);
}

// RFC 4861 7.2.6
static void announced_when_active(void **state)
{
	struct gw_err err = {0};

	assert_int_equal(gw_iface_switch("a1", GW_HALF_STANDBY, &err), 0);
	expect_nothing();
	assert_int_equal(gw_iface_switch("a1", GW_HALF_ACTIVE, &err), 0);
	assert_int_equal(events(GW_EV_arp_announce_sent), 1);
	expect_frame(2,
		"ff ff ff ff ff ff " GW_MAC " 81 00 00 64 08 06 00 01 08 00 06 04 00 01 " GW_MAC
		" 0a 01 01 01 00 00 00 00 00 00 0a 01 01 01");
	expect_nd(2, ALL_MAC " " GW_MAC " 81 00 00 64 86 dd", "fe80::200:5eff:fe00:101", ALL_NODES,
		NA("a0", "fe 80 00 00 00 00 00 00 02 00 5e ff fe 00 01 01") TLLA(GW_MAC));
	expect_nd(2, ALL_MAC " " GW_MAC " 81 00 00 64 86 dd", "2001:db8:1::1", ALL_NODES,
		NA("a0", GW_IP) TLLA(GW_MAC));
	expect_nothing();
	assert_int_equal(events(GW_EV_nd_advert_sent), 2);
	// nothing of IPv6 where nobody speaks it
	assert_int_equal(gw_iface_switch("a2", GW_HALF_STANDBY, &err), 0);
	assert_int_equal(gw_iface_switch("a2", GW_HALF_ACTIVE, &err), 0);
	assert_int_equal(events(GW_EV_arp_announce_sent), 2);
	assert_int_equal(events(GW_EV_nd_advert_sent), 2);
}

static void announcements_are_paced(void **state)
{
	struct in6_addr ip = ip6("2001:db8:1::1");

	for (int i = 0; i < 1500; i++) {
		gw_nd_announce(a1, &ip);
		drain();
	}
	// a thousand, and one for each millisecond that it took
	assert_in_range(events(GW_EV_nd_advert_sent), 1000, 1250);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(rfc4861_solicitation_for_us),
		TEST(link_local_address),
		TEST(rfc4862_probe_for_our_address),
		TEST(others_are_not_answered_for),
		TEST(malformed),
		TEST(from_off_the_link),
		TEST(unknown_options_are_skipped),
		TEST(chained_message),
		TEST(router_messages_are_ignored),
		TEST(learns_from_solicitations_on_the_link),
		TEST(solicitation_without_a_mac),
		TEST(flood_of_solicitations_leaves_half_of_the_table),
		TEST(rfc4861_advertisement_of_nobody),
		TEST(rfc4861_advertisement_while_incomplete),
		TEST(rfc4861_advertisement_of_the_known),
		TEST(another_node_has_our_address),
		TEST(gateway_is_answered),
		TEST(standby_half_is_silent),
		TEST(interface_deleted_meanwhile),
		TEST(announced_when_active),
		TEST(announcements_are_paced),
	};

	return FIXTURE_RUN(tests);
}
