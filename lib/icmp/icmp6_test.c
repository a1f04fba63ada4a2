// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// ICMPv6 errors, echo and ping, octet for octet where it matters.

#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <rte_ip.h>

#include "cli/cli.h"
#include "icmp/icmp.h"
#include "icmp/icmp6_message.h"
#include "icmp/ping.h"
#include "iface/addr.h"
#include "ip6/ip6.h"
#include "neigh/fixture.h"
#include "neigh/neigh.h"

#define HEADERS 48 // IPv6 and ICMPv6

#define CLIENT "2001:db8:1::5"
#define FAR    "2001:db8:9::9"
#define OWN    "2001:db8::1"   // of net
#define GATE   "2001:db8:1::1" // of a1
#define LOCAL  "fe80::ff:fe00:a01"
#define PEER   "fe80::9"

static struct in6_addr addr(const char *text)
{
	struct in6_addr a;

	assert_true(gw_ip6_parse(text, &a));
	return a;
}

static struct rte_ipv6_hdr *ip_of(struct rte_mbuf *m)
{
	return rte_pktmbuf_mtod(m, struct rte_ipv6_hdr *);
}

static struct gw_icmp6_hdr *icmp_of(struct rte_mbuf *m)
{
	return rte_pktmbuf_mtod_offset(m, struct gw_icmp6_hdr *, GW_IP6_HEADER);
}

// A received IPv6 packet: `room` octets behind its header.
static struct rte_mbuf *packet(
	uint16_t iface, const char *src, const char *dst, uint8_t proto, uint32_t room)
{
	struct rte_mbuf *m = received(iface, "60 00 00 00");
	struct in6_addr s = addr(src), d = addr(dst);
	uint8_t *payload;

	rte_pktmbuf_append(m, (uint16_t)(GW_IP6_HEADER - 4 + room));
	*ip_of(m) = (struct rte_ipv6_hdr){.vtc_flow = RTE_BE32(0x60000000),
		.payload_len = rte_cpu_to_be_16((uint16_t)room),
		.proto = proto,
		.hop_limits = 7};
	memcpy(ip_of(m)->src_addr, &s, sizeof(s));
	memcpy(ip_of(m)->dst_addr, &d, sizeof(d));
	payload = (uint8_t *)(ip_of(m) + 1);
	for (uint32_t i = 0; i < room; i++)
		payload[i] = (uint8_t)i;
	return m;
}

static void sum_set(struct rte_mbuf *m)
{
	icmp_of(m)->checksum = 0;
	icmp_of(m)->checksum = rte_ipv6_udptcp_cksum(ip_of(m), icmp_of(m));
}

static void is(const uint8_t a[16], const char *text)
{
	struct in6_addr want = addr(text);

	assert_memory_equal(a, &want, sizeof(want));
}

static void check_whole(struct rte_mbuf *m, const char *src, const char *dst)
{
	assert_int_equal(m->nb_segs, 1);
	assert_int_equal(m->pkt_len, gw_ip6_len(ip_of(m)));
	assert_int_equal(ip_of(m)->proto, IPPROTO_ICMPV6);
	assert_int_equal(ip_of(m)->hop_limits, 64);
	assert_int_equal(rte_ipv6_udptcp_cksum_verify(ip_of(m), icmp_of(m)), 0);
	is(ip_of(m)->src_addr, src);
	is(ip_of(m)->dst_addr, dst);
}

static void error(struct rte_mbuf *m, enum gw_drop reason, uint16_t mtu)
{
	gw_meta(m)->what = reason;
	gw_meta(m)->mtu = mtu;
	GW_SLOW_STATS->drop[reason]++; // the worker did
	gw_icmp_error(m);
}

// RFC 4443 3: as much of the packet as fits into 1280 octets.
static void quote_of(uint32_t room)
{
	struct rte_mbuf *m = packet(net, FAR, CLIENT, IPPROTO_UDP, room);
	uint32_t len = RTE_MIN(m->pkt_len, 1280u - HEADERS);
	uint8_t octets[1600];

	memcpy(octets, ip_of(m), m->pkt_len);
	error(m, GW_DROP_ttl_exceeded, 0);
	m = expect_lookup(0);
	check_whole(m, OWN, FAR);
	assert_int_equal(m->pkt_len, HEADERS + len);
	assert_memory_equal(rte_pktmbuf_mtod_offset(m, void *, HEADERS), octets, len);
	sent_free(m);
}

static void rfc4443_3_quote(void **state)
{
	quote_of(0);
	quote_of(8);
	quote_of(1191);
	quote_of(1192); // 1280 exactly
	quote_of(1193);
	quote_of(1500);
}

static void type_of(
	enum gw_drop reason, uint8_t type, uint8_t code, uint16_t mtu, enum gw_event event)
{
	struct rte_mbuf *m;

	error(packet(net, FAR, CLIENT, IPPROTO_UDP, 8), reason, 1400);
	m = expect_lookup(0);
	assert_int_equal(icmp_of(m)->type, type);
	assert_int_equal(icmp_of(m)->code, code);
	assert_int_equal(icmp_of(m)->word[0], 0);
	assert_int_equal(icmp_of(m)->word[1], rte_cpu_to_be_16(mtu));
	assert_int_equal(events(event), 1);
	GW_SLOW_STATS->event[event] = 0;
	sent_free(m);
}

// RFC 4443 3.1 to 3.3
static void type_code_and_mtu(void **state)
{
	type_of(GW_DROP_ttl_exceeded, 3, 0, 0, GW_EV_icmp6_sent_time_exceeded);
	type_of(GW_DROP_packet_too_big, 2, 0, 1400, GW_EV_icmp6_sent_too_big);
	type_of(GW_DROP_no_route, 1, 0, 0, GW_EV_icmp6_sent_unreachable);
	type_of(GW_DROP_neigh_unresolved, 1, 3, 0, GW_EV_icmp6_sent_unreachable);
	error(packet(net, FAR, CLIENT, IPPROTO_UDP, 8), GW_DROP_ip6_link_local, 0);
	expect_nothing();
}

static void silent(struct rte_mbuf *m, enum gw_drop reason)
{
	uint64_t before = events(GW_EV_icmp_forbidden);

	error(m, reason, 1400);
	expect_nothing();
	assert_int_equal(events(GW_EV_icmp_forbidden), before + 1);
}

static void loud(struct rte_mbuf *m, enum gw_drop reason)
{
	error(m, reason, 1400);
	sent_free(expect_lookup(0));
}

static struct rte_mbuf *with_icmp(uint8_t type)
{
	struct rte_mbuf *m = packet(net, FAR, CLIENT, IPPROTO_ICMPV6, 8);

	icmp_of(m)->type = type;
	return m;
}

// RFC 4443 2.4 (e)
static void rfc4443_2_4_e_never(void **state)
{
	const enum gw_drop ttl = GW_DROP_ttl_exceeded, big = GW_DROP_packet_too_big;

	for (unsigned type = 0; type < 256; type++) {
		if (type < 128 || type == 137)
			silent(with_icmp((uint8_t)type), ttl);
		else
			loud(with_icmp((uint8_t)type), ttl);
	}
	silent(packet(net, FAR, CLIENT, IPPROTO_ICMPV6, 0), ttl); // may be an error
	silent(packet(net, FAR, CLIENT, IPPROTO_DSTOPTS, 1), ttl);
	silent(packet(net, FAR, "ff0e::1", IPPROTO_UDP, 8), ttl);
	loud(packet(net, FAR, "ff0e::1", IPPROTO_UDP, 8), big);
	silent(packet(net, "::", CLIENT, IPPROTO_UDP, 8), big);
	silent(packet(net, "ff02::1", CLIENT, IPPROTO_UDP, 8), big);
	silent(packet(net, OWN, CLIENT, IPPROTO_UDP, 8), big);
}

static void source_of(uint16_t iface, const char *want)
{
	struct rte_mbuf *m = packet(net, FAR, CLIENT, IPPROTO_UDP, 8);

	gw_meta(m)->iface = iface;
	error(m, GW_DROP_ttl_exceeded, 0);
	m = expect_lookup(0);
	is(ip_of(m)->src_addr, want);
	sent_free(m);
}

// RFC 4443 2.2: an address of the interface that it came by, else one of the node.
static void rfc4443_2_2_source(void **state)
{
	struct rte_mbuf *m;
	uint16_t vrf;

	source_of(net, OWN);
	source_of(a1, GATE);
	source_of(bare, OWN); // has only a link-local one, which would not come back
	assert_int_equal(gw_vrf_get("empty", &vrf, NULL), 0);
	m = packet(net, FAR, CLIENT, IPPROTO_UDP, 8);
	gw_meta(m)->iface = 0;
	gw_meta(m)->vrf = vrf;
	error(m, GW_DROP_ttl_exceeded, 0);
	expect_nothing();
}

static struct rte_mbuf *echo_request(const char *src, const char *dst, uint32_t room)
{
	struct rte_mbuf *m = packet(net, src, dst, IPPROTO_ICMPV6, 8 + room);

	ip_of(m)->vtc_flow = RTE_BE32(0x6b912345);
	icmp_of(m)->type = 128;
	icmp_of(m)->code = 0;
	icmp_of(m)->word[0] = RTE_BE16(0x1234);
	icmp_of(m)->word[1] = RTE_BE16(7);
	sum_set(m);
	return m;
}

// RFC 4443 4.2: identifier, sequence and data as they came.
static void rfc4443_4_2_echo(void **state)
{
	static const uint32_t rooms[] = {0, 1, 56, 57, 1452};

	for (unsigned i = 0; i < RTE_DIM(rooms); i++) {
		struct rte_mbuf *m = echo_request(FAR, OWN, rooms[i]);
		uint8_t data[1500];

		memcpy(data, icmp_of(m) + 1, rooms[i]);
		gw_icmp_local_input(m);
		m = expect_lookup(0);
		check_whole(m, OWN, FAR);
		assert_int_equal(m->pkt_len, HEADERS + rooms[i]);
		assert_int_equal(ip_of(m)->vtc_flow, RTE_BE32(0x6b900000));
		assert_int_equal(icmp_of(m)->type, 129);
		assert_int_equal(icmp_of(m)->word[0], RTE_BE16(0x1234));
		assert_int_equal(icmp_of(m)->word[1], RTE_BE16(7));
		assert_memory_equal(icmp_of(m) + 1, data, rooms[i]);
		sent_free(m);
		assert_int_equal(events(GW_EV_icmp_echo_replied), i + 1);
	}
}

// The next packet sent is a frame out of port 1: a link-local peer has no look-up.
static struct rte_mbuf *expect_on_link(void)
{
	struct rte_mbuf *m = NULL;

	assert_int_equal(rte_ring_dequeue(gw_workers[1].inject, (void **)&m), 0);
	assert_int_equal(gw_meta(m)->what, GW_STAGE_TX);
	assert_int_equal(gw_meta(m)->nh, 1);
	assert_memory_equal(
		rte_pktmbuf_mtod(m, void *), "\x02\0\0\0\0\x09\x02\0\0\0\x0a\x01\x86\xdd", 14);
	rte_pktmbuf_adj(m, 14);
	return m;
}

static void link_local_peers(void **state)
{
	const struct in6_addr peer = addr(PEER);
	const struct gw_mac mac = {{2, 0, 0, 0, 0, 9}};
	struct rte_mbuf *m;

	assert_int_equal(gw_neigh_static_add(net, gw_ip_of6(&peer), &mac, NULL), 0);
	gw_icmp_local_input(echo_request(PEER, LOCAL, 8));
	m = expect_on_link();
	check_whole(m, LOCAL, PEER);
	sent_free(m);
	gw_icmp_local_input(echo_request(PEER, OWN, 8));
	m = expect_on_link();
	check_whole(m, OWN, PEER);
	sent_free(m);
	assert_int_equal(gw_rib6_lookup(&gw_vrfs[0].rib6, &peer), 0);
}

// To a group by its MAC, counted on the interface.
static void group_on_link(void **state)
{
	struct rte_mbuf *m = gw_slow_packet(), *got = NULL;
	uint64_t before = gw_iface_stats[0][net].tx_packets;

	memset(rte_pktmbuf_append(m, 40), 0, 40);
	ip_of(m)->dst_addr[0] = 0xff;
	ip_of(m)->dst_addr[1] = 2;
	ip_of(m)->dst_addr[15] = 1;
	gw_inject_link6(net, m);
	assert_int_equal(rte_ring_dequeue(gw_workers[1].inject, (void **)&got), 0);
	assert_memory_equal(
		rte_pktmbuf_mtod(got, void *), "\x33\x33\0\0\0\x01\x02\0\0\0\x0a\x01\x86\xdd", 14);
	assert_int_equal(gw_iface_stats[0][net].tx_packets, before + 1);
	sent_free(got);
	m = gw_slow_packet();
	memset(rte_pktmbuf_append(m, 40), 0, 40);
	gw_inject_link6(0, m);
	assert_int_equal(drops(GW_DROP_no_interface), 1);
}

static void malformed(void **state)
{
	struct rte_mbuf *m = echo_request(FAR, OWN, 56);

	icmp_of(m)->checksum ^= 1;
	gw_icmp_local_input(m);
	assert_int_equal(drops(GW_DROP_icmp_invalid), 1);
	for (uint32_t room = 0; room < 8; room++)
		gw_icmp_local_input(packet(net, FAR, OWN, IPPROTO_ICMPV6, room));
	assert_int_equal(drops(GW_DROP_icmp_invalid), 9);
	m = echo_request(FAR, OWN, 8);
	ip_of(m)->dst_addr[15]++; // the pseudo-header's
	gw_icmp_local_input(m);
	assert_int_equal(drops(GW_DROP_icmp_invalid), 10);
	gw_icmp_local_input(packet(net, FAR, OWN, IPPROTO_UDP, 8));
	gw_icmp_local_input(packet(net, FAR, OWN, 59, 0));
	assert_int_equal(drops(GW_DROP_local_protocol), 2);
	gw_icmp_local_input(packet(net, FAR, OWN, IPPROTO_HOPOPTS, 4));
	assert_int_equal(drops(GW_DROP_ip6_truncated), 1);
	expect_nothing();
}

static struct in6_addr hook_dst, hook_src;
static uint32_t hook_mtu;

static bool hook(
	uint16_t iface, const struct in6_addr *dst, const struct in6_addr *src, uint32_t mtu)
{
	hook_dst = *dst;
	hook_src = *src;
	hook_mtu = mtu;
	return gw_ifaces[iface].role == GW_ROLE_NETWORK;
}

static struct rte_mbuf *too_big(uint32_t room, const char *from)
{
	struct rte_mbuf *m = packet(net, FAR, OWN, IPPROTO_ICMPV6, 8 + room);

	*icmp_of(m) = (struct gw_icmp6_hdr){.type = 2, .word = {0, RTE_BE16(1350)}};
	if (room >= 40) {
		struct rte_ipv6_hdr *quote = (struct rte_ipv6_hdr *)(icmp_of(m) + 1);
		struct in6_addr s = addr(from), d = addr("fd00:0:5::");

		quote->vtc_flow = RTE_BE32(0x60000000);
		memcpy(quote->src_addr, &s, sizeof(s));
		memcpy(quote->dst_addr, &d, sizeof(d));
	}
	sum_set(m);
	return m;
}

// RFC 8201: whoever sends by trees learns the MTU.
static void too_big_hook(void **state)
{
	gw_icmp_local_input(too_big(48, OWN));
	assert_int_equal(drops(GW_DROP_local_protocol), 1);
	gw_icmp6_too_big_hook = hook;
	gw_icmp_local_input(too_big(48, OWN));
	assert_int_equal(GW_SLOW_STATS->consumed, 1);
	assert_int_equal(hook_mtu, 1350);
	is(hook_src.s6_addr, OWN);
	is(hook_dst.s6_addr, "fd00:0:5::");
	gw_icmp_local_input(too_big(39, OWN));
	assert_int_equal(drops(GW_DROP_local_protocol), 2);
	// It did not come to who is said to have sent the packet.
	gw_icmp_local_input(too_big(48, "fd00:ffff:1::1"));
	assert_int_equal(drops(GW_DROP_local_protocol), 3);
	assert_int_equal(GW_SLOW_STATS->consumed, 1);
	gw_icmp6_too_big_hook = NULL;
}

// What the network does with a ping's requests.
static enum { ANSWERS, TOO_BIG, LINK } network_does;

static void network(void *arg)
{
	struct rte_mbuf *m, *r;

	while (rte_ring_dequeue(gw_workers[1].inject, (void **)&m) == 0) {
		uint32_t at = network_does == LINK ? 14 : 0;
		const uint8_t *ip = rte_pktmbuf_mtod_offset(m, const uint8_t *, at);

		assert_int_equal(m->pkt_len, at + 48 + GW_PING_DATA);
		if (network_does == TOO_BIG) {
			r = packet(net, "2001:db8::fe", OWN, IPPROTO_ICMPV6, 8 + 48);
			*icmp_of(r) = (struct gw_icmp6_hdr){.type = 2, .word = {0, RTE_BE16(1350)}};
			memcpy(icmp_of(r) + 1, ip, 48);
		} else {
			r = packet(net, network_does == LINK ? PEER : FAR,
				network_does == LINK ? LOCAL : OWN, IPPROTO_ICMPV6,
				8 + GW_PING_DATA);
			memcpy(icmp_of(r), ip + 40, 8 + GW_PING_DATA);
			icmp_of(r)->type = 129;
		}
		sum_set(r);
		gw_icmp_local_input(r);
		sent_free(m);
	}
	usleep(500);
}

static int ping(const char *line, char **text, struct gw_err *err)
{
	size_t size;
	FILE *out = open_memstream(text, &size);
	int ret = gw_cli_run(line, false, out, network, NULL, err);

	fclose(out);
	return ret;
}

static void says(const char *line, int ret, const char *want)
{
	struct gw_err err = {0};
	char *text;

	assert_int_equal(ping(line, &text, &err), ret);
	if (strstr(ret == 0 ? text : err.text, want) == NULL)
		fail_msg("%s: %s%s", line, text, err.text);
	free(text);
}

static void pings(void **state)
{
	const struct in6_addr peer = addr(PEER);
	const struct gw_mac mac = {{2, 0, 0, 0, 0, 9}};

	network_does = ANSWERS;
	says("ping 2001:db8:9::9 count 2 interval 10", 0,
		"64 octets from 2001:db8:9::9: icmp_seq=2 ttl=7 time=");
	says("ping 2001:db8:9::9 count 1", 0, "PING 2001:db8:9::9 from 2001:db8::1: 56 octets");
	network_does = TOO_BIG;
	says("ping 2001:db8:9::9 count 1", -ETIMEDOUT, "no answer from 2001:db8:9::9");
	network_does = LINK;
	assert_int_equal(gw_neigh_static_add(net, gw_ip_of6(&peer), &mac, NULL), 0);
	says("ping fe80::9%net count 1", 0, "PING fe80::9 from fe80::ff:fe00:a01:");
	says("ping fe80::9", -EINVAL, "fe80::9%INTERFACE");
	says("ping fe80::9%no", -ENOENT, "no interface \"no\"");
	says("ping 2001:db8:9::9%net", -EINVAL, "only a link-local address");
	says("ping nonsense", -EINVAL, "is no IPv4 or IPv6 address");
	says("ping 2001:db8:9::9 vrf none", -ENOENT, "none");
	says("ping 3001::1", -ENETUNREACH, "no route to 3001::1 in VRF default");
}

static int setup(void **state)
{
	struct gw_iface_addr6 own = {.p = {addr(OWN), 64}};
	struct gw_iface_addr6 gate = {.p = {addr(GATE), 64}, .gateway = true};
	struct in6_addr hop = addr("2001:db8::fe"), prefix = addr("2001:db8:9::");
	struct gw_err err = {0};

	fixture_setup(state);
	assert_int_equal(gw_iface_addrs6_set(net, &own, 1, &err), 0);
	assert_int_equal(gw_iface_addrs6_set(a1, &gate, 1, &err), 0);
	assert_int_equal(gw_rib6_set(&gw_vrfs[0].rib6, &prefix, 48, GW_FIB_ROUTE,
				 gw_neigh_get(net, gw_ip_of6(&hop))),
		0);
	return 0;
}

#define CASE(fn) cmocka_unit_test_setup_teardown(fn, setup, fixture_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(rfc4443_3_quote),
		CASE(type_code_and_mtu),
		CASE(rfc4443_2_4_e_never),
		CASE(rfc4443_2_2_source),
		CASE(rfc4443_4_2_echo),
		CASE(link_local_peers),
		CASE(group_on_link),
		CASE(malformed),
		CASE(too_big_hook),
		CASE(pings),
	};

	return FIXTURE_RUN(tests);
}
