// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// ARP packets in: what is answered, learned, taken, refused. Announcements.

#include <errno.h>

#include "fib/segment.h"
#include "host/host.h"
#include "neigh/entry.h"
#include "neigh/fixture.h"

#define S 1000000ull

#define ETHERNET "00 01 08 00 06 04"
#define ALL	 "ff ff ff ff ff ff"
#define NOBODY	 "00 00 00 00 00 00"
#define OUR_IP	 "c0 00 02 01"
#define OUR_MAC	 "02 00 00 00 0a 01"
#define PEER_IP	 "c0 00 02 09"
#define PEER_MAC "02 00 00 00 00 09"
#define GW_MAC	 "00 00 5e 00 01 01"
#define GW_IP	 "0a 01 01 01"
#define C5_MAC	 "02 00 00 00 05 05"
#define C5_IP	 "0a 01 01 05"
#define C7_MAC	 "02 00 00 00 07 07"
#define C7_IP	 "0a 01 01 07"

#define ASK(mac, ip, target)	ETHERNET " 00 01 " mac " " ip " " NOBODY " " target
#define ANSWER(mac, ip, target) ETHERNET " 00 02 " mac " " ip " " OUR_MAC " " target

static const uint32_t peer = IP(192, 0, 2, 9);

static void arp(uint16_t iface, const char *hex)
{
	gw_arp_input(received(iface, hex));
}

static uint64_t mac_of(uint32_t ip)
{
	uint32_t nh = gw_neigh_find(net, gw_ip_of4(ip));

	return nh == 0 ? 0 : gw_nexthop_mac(nh);
}

static void host_add(uint32_t last, uint16_t iface, bool standby)
{
	const struct gw_host_spec spec = {
		.ip = IP(10, 1, 1, 0) + last,
		.mac = {{2, 0, 0, 0, (uint8_t)last, (uint8_t)last}},
		.iface = iface,
		.standby = standby,
	};
	struct gw_err err = {0};

	assert_int_equal(gw_host_add(&spec, &err), 0);
}

// The proxy's, or the gateway's, answer to client 5 on a1.
#define TO_C5(ip)                                                                           \
	C5_MAC " " GW_MAC " 81 00 00 64 08 06 " ETHERNET " 00 02 " GW_MAC " " ip " " C5_MAC \
	       " " C5_IP

static void rfc826_request_for_us(void **state)
{
	arp(net, ASK(PEER_MAC, PEER_IP, OUR_IP));
	expect_frame(1,
		PEER_MAC " " OUR_MAC " 08 06 " ETHERNET " 00 02 " OUR_MAC " " OUR_IP " " PEER_MAC
			 " " PEER_IP);
	assert_int_equal(mac_of(peer), GW_NH_RESOLVED | 0x090000000002ull);
	assert_int_not_equal(gw_rib_get(&gw_vrfs[0].rib, peer, 32, GW_FIB_NEIGH), 0);
	assert_int_equal(GW_SLOW_STATS->consumed, 1);
	assert_int_equal(events(GW_EV_arp_request_received), 1);
	assert_int_equal(events(GW_EV_arp_reply_sent), 1);
}

static void rfc826_others_update_but_create_nothing(void **state)
{
	// replies that nobody asked for, a request for somebody else, a gratuitous one
	arp(net, ANSWER(PEER_MAC, PEER_IP, OUR_IP));
	arp(net, ASK(PEER_MAC, PEER_IP, "c0 00 02 63"));
	arp(net, ASK(PEER_MAC, PEER_IP, PEER_IP));
	assert_int_equal(drops(GW_DROP_arp_ignored), 3);
	assert_int_equal(gw_neigh_next(0), 0);
	// with an entry that is there, each is news of the neighbour
	gw_neigh_get(net, gw_ip_of4(peer));
	arp(net, ASK("02 00 00 00 00 0a", PEER_IP, "c0 00 02 63"));
	assert_int_equal(mac_of(peer), GW_NH_RESOLVED | 0x0a0000000002ull);
	arp(net, ASK("02 00 00 00 00 0b", PEER_IP, PEER_IP));
	assert_int_equal(mac_of(peer), GW_NH_RESOLVED | 0x0b0000000002ull);
	arp(net, ANSWER("02 00 00 00 00 0c", PEER_IP, OUR_IP));
	assert_int_equal(mac_of(peer), GW_NH_RESOLVED | 0x0c0000000002ull);
	assert_int_equal(GW_SLOW_STATS->consumed, 3);
	expect_nothing();
}

// RFC 1812 3.3.2, RFC 826 "packet reception".
static void malformed(void **state)
{
	static const char *const bad[] = {
		"00 01 08 00 06 04 00 01 " PEER_MAC " " PEER_IP " " NOBODY " c0 00 02",
		"00 06 08 00 06 04 00 01 " PEER_MAC " " PEER_IP " " NOBODY " " OUR_IP,
		"00 01 86 dd 06 04 00 01 " PEER_MAC " " PEER_IP " " NOBODY " " OUR_IP,
		"00 01 08 00 08 04 00 01 " PEER_MAC " " PEER_IP " " NOBODY " " OUR_IP,
		"00 01 08 00 06 10 00 01 " PEER_MAC " " PEER_IP " " NOBODY " " OUR_IP,
		ASK(ALL, PEER_IP, OUR_IP),
		ASK("01 00 5e 00 00 09", PEER_IP, OUR_IP),
		ASK(NOBODY, PEER_IP, OUR_IP),
		ASK(PEER_MAC, "e0 00 00 01", OUR_IP),
		ASK(PEER_MAC, "ff ff ff ff", OUR_IP),
		ASK(PEER_MAC, "7f 00 00 01", OUR_IP),
		ANSWER(PEER_MAC, "00 00 00 00", OUR_IP),
	};

	for (unsigned i = 0; i < RTE_DIM(bad); i++) {
		arp(net, bad[i]);
		assert_int_equal(drops(GW_DROP_arp_invalid), i + 1);
	}
	arp(net, "00 01 08 00 06 04 00 08 " PEER_MAC " " PEER_IP " " NOBODY " " OUR_IP);
	assert_int_equal(drops(GW_DROP_arp_ignored), 1);
	expect_nothing();
	assert_int_equal(gw_neigh_next(0), 0);
}

static void learns_hosts_of_the_subnet_only(void **state)
{
	arp(net, ASK(PEER_MAC, "cb 00 71 05", OUR_IP));
	arp(net, ASK(PEER_MAC, "c0 00 02 00", OUR_IP));
	arp(net, ASK(PEER_MAC, "c0 00 02 ff", OUR_IP));
	arp(net, ASK(PEER_MAC, "c6 33 64 01", OUR_IP)); // an own address of another interface
	assert_int_equal(events(GW_EV_arp_reply_sent), 4);
	assert_int_equal(gw_neigh_next(0), 0);
}

static void flood_of_requests_leaves_half_of_the_table(void **state)
{
	char hex[200];

	gw_neigh_conf.max = 16;
	for (unsigned i = 0; i < 12; i++) {
		snprintf(hex, sizeof(hex), ASK(PEER_MAC, "c0 00 02 %02x", OUR_IP), 0x40 + i);
		arp(net, hex);
	}
	for (uint32_t i = 0; i < 8; i++)
		assert_int_not_equal(gw_neigh_get(net, gw_ip_of4(IP(192, 0, 2, 128) + i)), 0);
	assert_int_equal(gw_neigh_get(net, gw_ip_of4(peer)), 0);
	gw_neigh_conf.max = 65536;
}

// RFC 5227 2.1.1: a probe for an own address is answered, and learned from by nobody.
static void rfc5227_probe(void **state)
{
	arp(net, ASK(PEER_MAC, "00 00 00 00", OUR_IP));
	expect_frame(1,
		PEER_MAC " " OUR_MAC " 08 06 " ETHERNET " 00 02 " OUR_MAC " " OUR_IP " " PEER_MAC
			 " 00 00 00 00");
	arp(a1, ASK(C5_MAC, "00 00 00 00", GW_IP));
	assert_int_equal(events(GW_EV_arp_reply_sent), 2);
	arp(a1, ASK(C5_MAC, "00 00 00 00", C7_IP));
	arp(net, ASK(PEER_MAC, "00 00 00 00", "c0 00 02 63"));
	assert_int_equal(drops(GW_DROP_arp_ignored), 2);
	assert_int_equal(gw_neigh_next(0), 0);
}

// RFC 5227 2.4 (b): defended once within DEFEND_INTERVAL.
static void rfc5227_conflict(void **state)
{
	static const char announcement[] = ALL " " OUR_MAC " 08 06 " ETHERNET " 00 01 " OUR_MAC
					       " " OUR_IP " " NOBODY " " OUR_IP;

	arp(net, ASK(PEER_MAC, OUR_IP, OUR_IP));
	expect_frame(1, announcement);
	arp(net, ASK(PEER_MAC, OUR_IP, OUR_IP));
	poll_at(10 * S - 1);
	arp(net, ANSWER(PEER_MAC, OUR_IP, OUR_IP));
	expect_nothing();
	poll_at(10 * S);
	arp(net, ANSWER(PEER_MAC, OUR_IP, OUR_IP));
	expect_frame(1, announcement);
	assert_int_equal(gw_neigh_next(0), 0);
	// our own frame back, or another user plane with the gateway's MAC
	poll_at(30 * S);
	arp(net, ASK(OUR_MAC, OUR_IP, OUR_IP));
	arp(a1, ASK(GW_MAC, GW_IP, GW_IP));
	assert_int_equal(drops(GW_DROP_arp_ignored), 2);
	expect_nothing();
}

// roaming.md "Gateway": to any sender inside the gateway's prefix.
static void gateway_is_answered(void **state)
{
	host_add(7, a2, false);
	arp(a1, ASK(C5_MAC, C5_IP, GW_IP));
	expect_frame(2, TO_C5(GW_IP));
	arp(a1, ASK(C7_MAC, C7_IP, GW_IP)); // that is elsewhere: the event says so
	assert_int_equal(events(GW_EV_arp_reply_sent), 2);
	assert_int_equal(events(GW_EV_host_moved), 1);
	arp(a1, ASK(C5_MAC, "0a 02 01 05", GW_IP)); // outside, and nobody's entry
	assert_int_equal(drops(GW_DROP_source_guard), 1);
	arp(a1, ANSWER(C5_MAC, C5_IP, GW_IP));
	assert_int_equal(drops(GW_DROP_arp_ignored), 1);
	assert_int_equal(gw_neigh_next(0), 0); // nothing is learned
}

static void proxy_for_the_segment(void **state)
{
	host_add(5, a1, false);
	arp(a1, ASK(C5_MAC, C5_IP, C7_IP));
	expect_frame(2, TO_C5(C7_IP));
	arp(a1, ASK(C5_MAC, C5_IP, C5_IP));	    // its own
	arp(a1, ASK(C5_MAC, C5_IP, "0a 01 02 07")); // outside
	assert_int_equal(drops(GW_DROP_arp_ignored), 2);
	gw_iface_infos[a1].proxy_arp = false;
	arp(a1, ASK(C5_MAC, C5_IP, C7_IP));
	assert_int_equal(drops(GW_DROP_arp_ignored), 3);
	expect_nothing();
}

static void proxy_by_the_configured_segment(void **state)
{
	struct gw_segment longer = {.prefix = IP(10, 1, 1, 0), .len = 29};
	struct gw_segment wider = {.prefix = IP(10, 1, 0, 0), .len = 16};
	struct gw_err err = {0};

	host_add(5, a1, false);
	assert_int_equal(gw_segment_add(&wider, &err), 0);
	arp(a1, ASK(C5_MAC, C5_IP, "0a 01 02 07")); // the gateway's prefix is longer
	assert_int_equal(drops(GW_DROP_arp_ignored), 1);
	assert_int_equal(gw_segment_add(&longer, &err), 0);
	arp(a1, ASK(C5_MAC, C5_IP, C7_IP));
	expect_frame(2, TO_C5(C7_IP));
	arp(a1, ASK(C5_MAC, C5_IP, "0a 01 01 08"));
	assert_int_equal(drops(GW_DROP_arp_ignored), 2);
	gw_segment_fini();
}

// Address, MAC and interface of the asking client are those of its entry.
static void proxy_for_user_entries_only(void **state)
{
	host_add(5, a1, false);
	host_add(7, a1, true);
	arp(a1, ASK("02 00 00 00 00 01", C5_IP, C7_IP)); // another MAC
	arp(a2, ASK("02 00 00 00 00 01", C5_IP, C7_IP));
	assert_int_equal(drops(GW_DROP_source_guard), 2);
	arp(a2, ASK(C5_MAC, C5_IP, C7_IP)); // another interface
	assert_int_equal(drops(GW_DROP_source_moved), 1);
	assert_int_equal(events(GW_EV_host_moved), 1);
	arp(a1, ASK(C5_MAC, "0a 01 01 06", C7_IP));
	assert_int_equal(drops(GW_DROP_source_guard), 3);
	gw_rib_set(&gw_vrfs[0].rib, IP(10, 1, 1, 6), 32, GW_FIB_HOST_TUNNEL, 1);
	arp(a1, ASK(C5_MAC, "0a 01 01 06", C7_IP));
	assert_int_equal(drops(GW_DROP_source_moved), 2);
	arp(a1, ASK(C7_MAC, C7_IP, C5_IP)); // a standby entry
	arp(a1, ASK(C7_MAC, C7_IP, GW_IP));
	assert_int_equal(drops(GW_DROP_standby), 2);
	gw_ifaces[a1].half = GW_HALF_STANDBY;
	arp(a1, ASK(C5_MAC, C5_IP, C7_IP));
	assert_int_equal(drops(GW_DROP_standby), 3);
	expect_nothing();
}

static void interface_deleted_meanwhile(void **state)
{
	struct rte_mbuf *m = received(a2, ASK(C5_MAC, C5_IP, GW_IP));
	struct gw_err err = {0};

	assert_int_equal(gw_iface_del("a2", &err), 0);
	gw_arp_input(m);
	assert_int_equal(drops(GW_DROP_no_interface), 1);
}

static void announced_when_active(void **state)
{
	struct gw_err err = {0};

	assert_int_equal(gw_iface_switch("a1", GW_HALF_STANDBY, &err), 0);
	expect_nothing();
	assert_int_equal(gw_iface_switch("a1", GW_HALF_ACTIVE, &err), 0);
	expect_frame(2,
		ALL " " GW_MAC " 81 00 00 64 08 06 " ETHERNET " 00 01 " GW_MAC " " GW_IP " " NOBODY
		    " " GW_IP);
	assert_int_equal(events(GW_EV_arp_announce_sent), 1);
}

static void announced_when_a_client_leaves(void **state)
{
	struct gw_err err = {0};

	host_add(5, a1, false);
	host_add(7, a1, false);
	assert_int_equal(gw_host_del(0, IP(10, 1, 1, 5), &err), 0);
	expect_frame(2,
		ALL " " GW_MAC " 81 00 00 64 08 06 " ETHERNET " 00 01 " GW_MAC " " C5_IP " " NOBODY
		    " " C5_IP);
}

static void announcements_are_paced(void **state)
{
	for (int i = 0; i < 1500; i++) {
		gw_arp_announce(a1, IP(10, 1, 1, 5));
		drain();
	}
	// a thousand, and one for each millisecond that it took
	assert_in_range(events(GW_EV_arp_announce_sent), 1000, 1250);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(rfc826_request_for_us),
		TEST(rfc826_others_update_but_create_nothing),
		TEST(malformed),
		TEST(learns_hosts_of_the_subnet_only),
		TEST(flood_of_requests_leaves_half_of_the_table),
		TEST(rfc5227_probe),
		TEST(rfc5227_conflict),
		TEST(gateway_is_answered),
		TEST(proxy_for_the_segment),
		TEST(proxy_by_the_configured_segment),
		TEST(proxy_for_user_entries_only),
		TEST(interface_deleted_meanwhile),
		TEST(announced_when_active),
		TEST(announced_when_a_client_leaves),
		TEST(announcements_are_paced),
	};

	return FIXTURE_RUN(tests);
}
