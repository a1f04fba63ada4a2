// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// ICMP errors and echo, octet for octet where it matters.

#include "icmp/icmp.h"

#include <netinet/in.h>

#include <rte_icmp.h>
#include <rte_ip.h>

#include "neigh/fixture.h"

#define HEADERS 28 // IP and ICMP

static const uint32_t client = IP(10, 1, 1, 5), far = IP(203, 0, 113, 5), own = IP(192, 0, 2, 1);

static struct rte_ipv4_hdr *ip_of(struct rte_mbuf *m)
{
	return rte_pktmbuf_mtod(m, struct rte_ipv4_hdr *);
}

static struct rte_icmp_hdr *icmp_of(struct rte_mbuf *m)
{
	return rte_pktmbuf_mtod_offset(m, struct rte_icmp_hdr *, sizeof(struct rte_ipv4_hdr));
}

static void error(struct rte_mbuf *m, enum gw_drop reason, uint16_t mtu)
{
	gw_meta(m)->what = reason;
	gw_meta(m)->mtu = mtu;
	GW_SLOW_STATS->drop[reason]++; // the worker did
	gw_icmp_error(m);
}

// The IP header's checksum and the ICMP message's are right, and so are the lengths.
static void check_whole(struct rte_mbuf *m)
{
	assert_int_equal(m->nb_segs, 1);
	assert_int_equal(m->pkt_len, rte_be_to_cpu_16(ip_of(m)->total_length));
	assert_int_equal(rte_ipv4_cksum(ip_of(m)), 0);
	assert_int_equal(
		rte_raw_cksum(icmp_of(m), m->pkt_len - sizeof(struct rte_ipv4_hdr)), 0xffff);
	assert_int_equal(ip_of(m)->next_proto_id, IPPROTO_ICMP);
	assert_int_equal(ip_of(m)->version_ihl, RTE_IPV4_VHL_DEF);
}

static void headers_of_an_error(void **state)
{
	struct rte_mbuf *m;

	error(received_ip(a1, client, far, 1, IPPROTO_UDP, 100), GW_DROP_ttl_exceeded, 0);
	m = expect_lookup(0);
	check_whole(m);
	assert_int_equal(ip_of(m)->src_addr, rte_cpu_to_be_32(IP(10, 1, 1, 1)));
	assert_int_equal(ip_of(m)->dst_addr, rte_cpu_to_be_32(client));
	assert_int_equal(ip_of(m)->type_of_service, 0xc0); // RFC 1812 4.3.2.5
	assert_int_equal(ip_of(m)->time_to_live, 64);
	assert_int_equal(ip_of(m)->fragment_offset, 0);
	assert_int_equal(icmp_of(m)->icmp_type, 11);
	assert_int_equal(icmp_of(m)->icmp_code, 0);
	assert_int_equal(icmp_of(m)->icmp_ident, 0);
	assert_int_equal(icmp_of(m)->icmp_seq_nb, 0);
	assert_int_equal(events(GW_EV_icmp_sent_ttl_exceeded), 1);
	assert_int_equal(GW_SLOW_STATS->originated, 1);
	sent_free(m);
}

// RFC 1812 4.3.2.3: as much of the packet as fits into 576 octets.
static void quote_of(uint32_t room)
{
	struct rte_mbuf *m = received_ip(a1, client, far, 1, IPPROTO_UDP, room);
	uint32_t len = RTE_MIN(m->pkt_len, 576u - HEADERS);
	uint8_t octets[1500];

	memcpy(octets, ip_of(m), m->pkt_len);
	error(m, GW_DROP_ttl_exceeded, 0);
	m = expect_lookup(0);
	check_whole(m);
	assert_int_equal(m->pkt_len, HEADERS + len);
	assert_memory_equal(rte_pktmbuf_mtod_offset(m, void *, HEADERS), octets, len);
	sent_free(m);
}

static void rfc1812_4_3_2_3_quote(void **state)
{
	quote_of(0);
	quote_of(8);
	quote_of(527);
	quote_of(528); // 576 exactly
	quote_of(529);
	quote_of(1480);
}

static void quote_of_a_chain(void **state)
{
	struct rte_mbuf *m = received_ip(a1, client, far, 1, IPPROTO_UDP, 200);
	struct rte_mbuf *tail = rte_pktmbuf_alloc(gw_pool);
	uint8_t octets[220];

	memcpy(octets, ip_of(m), sizeof(octets));
	memcpy(rte_pktmbuf_append(tail, 120), octets + 100, 120);
	rte_pktmbuf_trim(m, 120);
	assert_int_equal(rte_pktmbuf_chain(m, tail), 0);
	error(m, GW_DROP_ttl_exceeded, 0);
	m = expect_lookup(0);
	check_whole(m);
	assert_int_equal(m->pkt_len, HEADERS + sizeof(octets));
	assert_memory_equal(rte_pktmbuf_mtod_offset(m, void *, HEADERS), octets, sizeof(octets));
	sent_free(m);
}

static void type_code_and_mtu(void **state)
{
	static const struct {
		enum gw_drop reason;
		uint8_t type, code;
		enum gw_event event;
	} cases[] = {
		{GW_DROP_ttl_exceeded, 11, 0, GW_EV_icmp_sent_ttl_exceeded},
		{GW_DROP_no_route, 3, 0, GW_EV_icmp_sent_unreachable},
		{GW_DROP_neigh_unresolved, 3, 1, GW_EV_icmp_sent_unreachable},
		{GW_DROP_frag_needed, 3, 4, GW_EV_icmp_sent_frag_needed},
	};

	for (unsigned i = 0; i < RTE_DIM(cases); i++) {
		uint64_t before = events(cases[i].event);
		struct rte_mbuf *m;

		error(received_ip(a1, client, far, 9, IPPROTO_UDP, 8), cases[i].reason, 1464);
		m = expect_lookup(0);
		check_whole(m);
		assert_int_equal(icmp_of(m)->icmp_type, cases[i].type);
		assert_int_equal(icmp_of(m)->icmp_code, cases[i].code);
		// RFC 1191 4: the MTU stands there for fragmentation needed only
		assert_int_equal(icmp_of(m)->icmp_ident, 0);
		assert_int_equal(
			icmp_of(m)->icmp_seq_nb, cases[i].code == 4 ? rte_cpu_to_be_16(1464) : 0);
		assert_int_equal(events(cases[i].event), before + 1);
		sent_free(m);
	}
	error(received_ip(a1, client, far, 9, IPPROTO_UDP, 8), GW_DROP_segment_discard, 0);
	expect_nothing();
}

static void silent(struct rte_mbuf *m)
{
	uint64_t before = events(GW_EV_icmp_forbidden);

	error(m, GW_DROP_ttl_exceeded, 0);
	expect_nothing();
	assert_int_equal(events(GW_EV_icmp_forbidden), before + 1);
}

static void loud(struct rte_mbuf *m)
{
	error(m, GW_DROP_ttl_exceeded, 0);
	sent_free(expect_lookup(0));
}

static struct rte_mbuf *with_icmp(uint8_t type)
{
	struct rte_mbuf *m = received_ip(a1, client, far, 1, IPPROTO_ICMP, 8);

	icmp_of(m)->icmp_type = type;
	return m;
}

static struct rte_mbuf *with_offset(uint16_t offset)
{
	struct rte_mbuf *m = received_ip(a1, client, far, 1, IPPROTO_UDP, 8);

	ip_of(m)->fragment_offset = rte_cpu_to_be_16(offset);
	return m;
}

// RFC 1812 4.3.2.7
static void rfc1812_4_3_2_7_never(void **state)
{
	static const uint8_t errors[] = {3, 4, 5, 11, 12};

	for (unsigned i = 0; i < RTE_DIM(errors); i++)
		silent(with_icmp(errors[i]));
	loud(with_icmp(8));
	loud(with_icmp(0));
	loud(with_icmp(13));
	silent(received_ip(a1, client, far, 1, IPPROTO_ICMP, 0)); // may be an error
	silent(with_offset(1));
	silent(with_offset(0x2001));
	loud(with_offset(0x2000)); // the first fragment
	silent(received_ip(a1, client, IP(224, 0, 0, 5), 1, IPPROTO_UDP, 8));
	silent(received_ip(a1, client, IP(255, 255, 255, 255), 1, IPPROTO_UDP, 8));
	silent(received_ip(a1, client, IP(192, 0, 2, 255), 1, IPPROTO_UDP, 8));
	silent(received_ip(net, IP(192, 0, 2, 255), far, 1, IPPROTO_UDP, 8));
	silent(received_ip(net, IP(0, 0, 0, 0), far, 1, IPPROTO_UDP, 8));
	silent(received_ip(net, IP(127, 0, 0, 1), far, 1, IPPROTO_UDP, 8));
	silent(received_ip(net, IP(239, 1, 1, 1), far, 1, IPPROTO_UDP, 8));
	silent(received_ip(net, IP(240, 0, 0, 1), far, 1, IPPROTO_UDP, 8));
	silent(received_ip(net, own, far, 1, IPPROTO_UDP, 8)); // an outer packet of ours
}

static void source_of(uint16_t iface, uint32_t want)
{
	struct rte_mbuf *m = received_ip(a1, client, far, 1, IPPROTO_UDP, 8);

	gw_meta(m)->iface = iface;
	error(m, GW_DROP_ttl_exceeded, 0);
	m = expect_lookup(0);
	assert_int_equal(rte_be_to_cpu_32(ip_of(m)->src_addr), want);
	sent_free(m);
}

// RFC 1812 4.3.2.4: an address of the interface that it came by.
static void rfc1812_4_3_2_4_source(void **state)
{
	struct rte_mbuf *m;
	uint16_t vrf;

	source_of(a1, IP(10, 1, 1, 1));
	source_of(net, own);
	source_of(bare, own); // no address: of a network interface
	source_of(0, own);    // by a tunnel
	assert_int_equal(gw_vrf_get("empty", &vrf, NULL), 0);
	m = received_ip(a1, client, far, 1, IPPROTO_UDP, 8);
	gw_meta(m)->iface = 0;
	gw_meta(m)->vrf = vrf;
	error(m, GW_DROP_ttl_exceeded, 0);
	expect_nothing();
	assert_int_equal(GW_SLOW_STATS->originated, 4);
}

static struct rte_mbuf *echo_request(uint32_t room)
{
	struct rte_mbuf *m = received_ip(a1, client, own, 64, IPPROTO_ICMP, 8 + room);

	*icmp_of(m) = (struct rte_icmp_hdr){
		.icmp_type = 8, .icmp_ident = RTE_BE16(0x1234), .icmp_seq_nb = RTE_BE16(7)};
	icmp_of(m)->icmp_cksum = (rte_be16_t)~rte_raw_cksum(icmp_of(m), 8 + room);
	ip_of(m)->type_of_service = 0xb9;
	ip_of(m)->packet_id = RTE_BE16(0x4321);
	ip_of(m)->fragment_offset = RTE_BE16(RTE_IPV4_HDR_DF_FLAG);
	return m;
}

static void check_reply(uint32_t room, const uint8_t *data)
{
	struct rte_mbuf *m = expect_lookup(0);

	check_whole(m);
	assert_int_equal(m->pkt_len, HEADERS + room);
	assert_int_equal(ip_of(m)->src_addr, rte_cpu_to_be_32(own));
	assert_int_equal(ip_of(m)->dst_addr, rte_cpu_to_be_32(client));
	assert_int_equal(ip_of(m)->type_of_service, 0xb9);
	assert_int_equal(ip_of(m)->packet_id, RTE_BE16(0x4321));
	assert_int_equal(ip_of(m)->fragment_offset, 0);
	assert_int_equal(ip_of(m)->time_to_live, 64);
	assert_int_equal(icmp_of(m)->icmp_type, 0);
	assert_int_equal(icmp_of(m)->icmp_code, 0);
	assert_int_equal(icmp_of(m)->icmp_ident, RTE_BE16(0x1234));
	assert_int_equal(icmp_of(m)->icmp_seq_nb, RTE_BE16(7));
	assert_memory_equal(icmp_of(m) + 1, data, room);
	sent_free(m);
}

// RFC 1122 3.2.2.6: the data of the request stands in the reply.
static void rfc1122_3_2_2_6_echo(void **state)
{
	static const uint32_t rooms[] = {0, 1, 56, 57, 1472};

	for (unsigned i = 0; i < RTE_DIM(rooms); i++) {
		struct rte_mbuf *m = echo_request(rooms[i]);
		uint8_t data[1500];

		memcpy(data, icmp_of(m) + 1, rooms[i]);
		gw_icmp_local_input(m);
		check_reply(rooms[i], data);
		assert_int_equal(GW_SLOW_STATS->consumed, i + 1);
		assert_int_equal(GW_SLOW_STATS->originated, i + 1);
		assert_int_equal(events(GW_EV_icmp_echo_replied), i + 1);
	}
}

// Cut into three segments, one of them of an odd length.
static void echo_of_a_chain(void **state)
{
	struct rte_mbuf *m = echo_request(300);
	uint8_t octets[328], *data = octets + HEADERS;

	memcpy(octets, ip_of(m), sizeof(octets));
	rte_pktmbuf_trim(m, 328 - 101);
	for (unsigned at = 101; at < 328; at += 127) {
		struct rte_mbuf *part = rte_pktmbuf_alloc(gw_pool);
		uint16_t n = (uint16_t)RTE_MIN(127u, 328 - at);

		memcpy(rte_pktmbuf_append(part, n), octets + at, n);
		assert_int_equal(rte_pktmbuf_chain(m, part), 0);
	}
	assert_int_equal(m->pkt_len, 328);
	gw_icmp_local_input(m);
	check_reply(300, data);
}

// Options of the request are not those of the reply.
static void echo_with_options(void **state)
{
	struct rte_mbuf *m = echo_request(8);
	uint8_t data[8], *b;

	memcpy(data, icmp_of(m) + 1, sizeof(data));
	b = (uint8_t *)rte_pktmbuf_prepend(m, 4);
	memmove(b, b + 4, sizeof(struct rte_ipv4_hdr));
	memcpy(b + sizeof(struct rte_ipv4_hdr), "\x01\x01\x01", 4);
	ip_of(m)->version_ihl = 0x46;
	ip_of(m)->total_length = rte_cpu_to_be_16((uint16_t)m->pkt_len);
	gw_icmp_local_input(m);
	check_reply(8, data);
}

static void malformed(void **state)
{
	struct rte_mbuf *m = echo_request(56);

	icmp_of(m)->icmp_cksum ^= 1;
	gw_icmp_local_input(m);
	assert_int_equal(drops(GW_DROP_icmp_invalid), 1);
	for (uint32_t room = 0; room < 8; room++)
		gw_icmp_local_input(received_ip(a1, client, own, 64, IPPROTO_ICMP, room));
	assert_int_equal(drops(GW_DROP_icmp_invalid), 9);
	m = echo_request(2);
	rte_pktmbuf_trim(m, 1); // the checksum was over one octet more
	gw_icmp_local_input(m);
	assert_int_equal(drops(GW_DROP_icmp_invalid), 10);
	expect_nothing();
}

static void larger_than_our_buffers(void **state)
{
	struct rte_mbuf *m = echo_request(1472);

	for (unsigned i = 0; i < 6; i++) {
		struct rte_mbuf *part = rte_pktmbuf_alloc(gw_pool);

		memset(rte_pktmbuf_append(part, 1500), 0, 1500);
		assert_int_equal(rte_pktmbuf_chain(m, part), 0);
	}
	icmp_of(m)->icmp_cksum = 0;
	rte_raw_cksum_mbuf(m, 20, m->pkt_len - 20, &icmp_of(m)->icmp_cksum);
	icmp_of(m)->icmp_cksum = (rte_be16_t)~icmp_of(m)->icmp_cksum;
	gw_icmp_local_input(m);
	assert_int_equal(drops(GW_DROP_no_mbuf), 1);
	expect_nothing();
}

static void not_for_us(void **state)
{
	struct rte_mbuf *m = echo_request(8);

	gw_icmp_local_input(received_ip(a1, client, own, 64, IPPROTO_TCP, 20));
	gw_icmp_local_input(received_ip(a1, client, own, 64, IPPROTO_UDP, 8));
	assert_int_equal(drops(GW_DROP_local_protocol), 2);
	ip_of(m)->fragment_offset = RTE_BE16(RTE_IPV4_HDR_MF_FLAG);
	gw_icmp_local_input(m);
	m = echo_request(8);
	ip_of(m)->fragment_offset = RTE_BE16(3);
	gw_icmp_local_input(m);
	assert_int_equal(drops(GW_DROP_local_fragment), 2);
	m = echo_request(8); // RFC 1812 4.3.3.6
	ip_of(m)->src_addr = RTE_BE32(IP(192, 0, 2, 255));
	gw_icmp_local_input(m);
	m = echo_request(8);
	ip_of(m)->dst_addr = RTE_BE32(IP(224, 0, 0, 1));
	gw_icmp_local_input(m);
	assert_int_equal(drops(GW_DROP_ip4_broadcast), 2);
	m = echo_request(8); // a type that is nobody's: a timestamp request
	icmp_of(m)->icmp_type = 13;
	icmp_of(m)->icmp_cksum -= 5;
	gw_icmp_local_input(m);
	m = echo_request(8); // an echo reply that nobody waits for
	icmp_of(m)->icmp_type = 0;
	icmp_of(m)->icmp_cksum += 8;
	gw_icmp_local_input(m);
	assert_int_equal(drops(GW_DROP_local_protocol), 4);
	assert_int_equal(GW_SLOW_STATS->consumed, 0);
	expect_nothing();
}

// What a worker does with a packet that is worth an error: told to the slow path, or not.
static bool told(enum gw_drop reason, uint8_t origin)
{
	struct gw_worker *w = &gw_workers[1];
	struct gw_pkt p = {.m = rte_pktmbuf_alloc(gw_pool), .iface = a1, .origin = origin};
	struct rte_mbuf *m = NULL;

	assert_non_null(p.m);
	gw_drop_error(w, &p, reason, 0);
	gw_drop_flush(w);
	if (rte_ring_dequeue(gw_punt_ring[GW_PUNT_ERROR], (void **)&m) < 0)
		return false;
	rte_pktmbuf_free(m);
	return true;
}

static unsigned told_of(unsigned packets, enum gw_drop reason)
{
	unsigned n = 0;

	while (packets-- > 0)
		n += told(reason, GW_FROM_ACCESS);
	return n;
}

// RFC 1812 4.3.2.8: 1,000 at once and 1,000 a second, for each reason; the rest is dropped
// silently.
static void rfc1812_4_3_2_8_rate(void **state)
{
	const struct gw_lcore_stats *s = &gw_lcore_stats[1];
	struct gw_worker *w = &gw_workers[1];

	w->now = w->error_bucket[GW_DROP_ttl_exceeded].last;
	assert_int_equal(told_of(1500, GW_DROP_ttl_exceeded), 1000);
	assert_int_equal(s->event[GW_EV_icmp_rate_limited], 500);
	assert_int_equal(s->drop[GW_DROP_ttl_exceeded], 1500);
	assert_int_equal(told_of(1500, GW_DROP_mcast_too_big), 1000);
	w->now += rte_get_tsc_hz() / 10;
	assert_in_range(told_of(200, GW_DROP_ttl_exceeded), 99, 101);
	w->now += rte_get_tsc_hz() * 10; // no more than a bucket holds
	assert_int_equal(told_of(1500, GW_DROP_ttl_exceeded), 1000);
	w->now += rte_get_tsc_hz();
	assert_false(told(GW_DROP_ttl_exceeded, GW_FROM_SELF));
	assert_true(told(GW_DROP_ttl_exceeded, GW_FROM_TUNNEL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(headers_of_an_error),
		TEST(rfc1812_4_3_2_3_quote),
		TEST(quote_of_a_chain),
		TEST(type_code_and_mtu),
		TEST(rfc1812_4_3_2_7_never),
		TEST(rfc1812_4_3_2_4_source),
		TEST(rfc1122_3_2_2_6_echo),
		TEST(echo_of_a_chain),
		TEST(echo_with_options),
		TEST(malformed),
		TEST(larger_than_our_buffers),
		TEST(not_for_us),
		TEST(rfc1812_4_3_2_8_rate),
	};

	return FIXTURE_RUN(tests);
}
