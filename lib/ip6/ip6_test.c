// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// Checks of the IPv6 header, the classes of packets to groups, and what is behind extension
// headers.

#include "ip6/ip6.h"

#include "neigh/fixture.h"

static struct rte_ipv6_hdr header(const char *src, const char *dst, uint8_t proto, uint16_t len)
{
	struct rte_ipv6_hdr ip = {.vtc_flow = RTE_BE32(0x60000000),
		.payload_len = rte_cpu_to_be_16(len),
		.proto = proto,
		.hop_limits = 64};
	struct in6_addr a;

	assert_true(gw_ip6_parse(src, &a));
	memcpy(ip.src_addr, &a, sizeof(a));
	assert_true(gw_ip6_parse(dst, &a));
	memcpy(ip.dst_addr, &a, sizeof(a));
	return ip;
}

// RFC 8200 3
static void rfc8200_3_lengths(void **state)
{
	struct rte_ipv6_hdr ip = header("2001:db8::1", "2001:db8::2", 17, 100);

	assert_int_equal(gw_ip6_check(&ip, 140), GW_DROP_NONE);
	assert_int_equal(gw_ip6_check(&ip, 1500), GW_DROP_NONE); // padding
	assert_int_equal(gw_ip6_check(&ip, 139), GW_DROP_ip6_truncated);
	assert_int_equal(gw_ip6_check(&ip, 40), GW_DROP_ip6_truncated);
	assert_int_equal(gw_ip6_check(&ip, 39), GW_DROP_ip6_truncated);
	assert_int_equal(gw_ip6_check(&ip, 0), GW_DROP_ip6_truncated);
	ip.payload_len = 0;
	assert_int_equal(gw_ip6_check(&ip, 40), GW_DROP_NONE);
	ip.proto = 0; // RFC 2675
	assert_int_equal(gw_ip6_check(&ip, 4000), GW_DROP_ip6_truncated);
	ip.payload_len = UINT16_MAX; // more than a packet's length can say here
	assert_int_equal(gw_ip6_check(&ip, 40 + UINT16_MAX), GW_DROP_ip6_truncated);
	ip.payload_len = RTE_BE16(UINT16_MAX - 40);
	assert_int_equal(gw_ip6_check(&ip, UINT16_MAX), GW_DROP_NONE);
	assert_int_equal(gw_ip6_len(&ip), UINT16_MAX);
}

static void rfc8200_3_version(void **state)
{
	struct rte_ipv6_hdr ip = header("2001:db8::1", "2001:db8::2", 17, 0);

	for (uint32_t version = 0; version < 16; version++) {
		ip.vtc_flow = rte_cpu_to_be_32(version << 28 | 0x0fffffff);
		assert_int_equal(
			gw_ip6_check(&ip, 40), version == 6 ? GW_DROP_NONE : GW_DROP_ip6_version);
	}
}

static void rfc4291_2_addresses(void **state)
{
	static const struct {
		const char *ip;
		bool routable, source, link_local;
	} list[] = {
		{"::", false, false, false},
		{"::1", false, false, false},
		{"::2", true, true, false},
		{"::ffff:192.0.2.1", false, false, false},
		{"::fffe:192.0.2.1", true, true, false},
		{"::1:0:0", true, true, false},
		{"0:0:0:1::", true, true, false},
		{"ff02::1", true, false, false},
		{"ff00::", true, false, false},
		{"feff::1", true, true, false},
		{"fe80::1", true, true, true},
		{"febf::1", true, true, true},
		{"fec0::1", true, true, false},
		{"fe7f::1", true, true, false},
		{"2001:db8::1", true, true, false},
	};

	for (unsigned i = 0; i < RTE_DIM(list); i++) {
		struct in6_addr a;

		assert_true(gw_ip6_parse(list[i].ip, &a));
		if (gw_ip6_routable(a.s6_addr) != list[i].routable ||
			gw_ip6_source_ok(a.s6_addr) != list[i].source ||
			gw_ip6_is_link_local(a.s6_addr) != list[i].link_local)
			fail_msg("%s", list[i].ip);
	}
}

// RFC 6438 3: source, destination and flow label, nothing else.
static void rfc6438_3_flow(void **state)
{
	struct rte_ipv6_hdr ip = header("2001:db8::1", "2001:db8::2", 17, 100), other = ip;
	uint32_t hash = gw_ip6_flow_hash(&ip), ways[16] = {0};

	other.vtc_flow = RTE_BE32(0x6ff00000); // traffic class
	other.proto = 6;
	other.payload_len = 7;
	other.hop_limits = 1;
	assert_int_equal(gw_ip6_flow_hash(&other), hash);
	for (unsigned i = 0; i < 32; i++) {
		other = ip;
		((uint8_t *)&other)[offsetof(struct rte_ipv6_hdr, src_addr) + i] ^= 1;
		assert_int_not_equal(gw_ip6_flow_hash(&other), hash);
	}
	for (uint32_t label = 0; label < 16000; label++) {
		ip.vtc_flow = rte_cpu_to_be_32(6u << 28 | label);
		ways[gw_ip6_flow_hash(&ip) % 16]++;
	}
	for (unsigned i = 0; i < 16; i++)
		assert_in_range(ways[i], 800, 1200);
}

// RFC 2464 7, and the link layer before the packet.
static void rfc2464_frames(void **state)
{
	struct rte_ipv6_hdr ip = header("2001:db8::1", "ff02::1:ff12:3456", 59, 0);
	struct rte_mbuf *m = rte_pktmbuf_alloc(gw_pool);
	static const uint8_t want[] = {0x33, 0x33, 0xff, 0x12, 0x34, 0x56, 2, 0, 0, 0, 0x0a, 1,
		0x88, 0xa8, 0, 10, 0x81, 0, 0, 20, 0x86, 0xdd, 0x60};

	memcpy(rte_pktmbuf_append(m, sizeof(ip)), &ip, sizeof(ip));
	gw_l2_write6(m, &gw_ifaces[qq], gw_ip6_group_mac(ip.dst_addr));
	assert_int_equal(m->pkt_len, 22 + 40);
	assert_memory_equal(rte_pktmbuf_mtod(m, void *), want, sizeof(want));
	rte_pktmbuf_free(m);
}

// The packet goes through a worker: class of the slow path, or a reason.
static void disposed(const char *src, const char *dst, uint8_t proto, const char *payload,
	uint32_t len, enum gw_class class, enum gw_drop reason)
{
	struct gw_worker *w = &gw_workers[1];
	struct rte_ipv6_hdr ip = header(src, dst, proto, (uint16_t)len);
	struct rte_mbuf *m = rte_pktmbuf_alloc(gw_pool), *got = NULL;
	struct gw_pkt p = {.m = m, .iface = net, .len = (uint16_t)(40 + len)};
	uint64_t before = w->stats->drop[reason];

	memcpy(rte_pktmbuf_append(m, sizeof(ip)), &ip, sizeof(ip));
	memcpy(rte_pktmbuf_append(m, (uint16_t)len), payload, len);
	w->now = rte_rdtsc();
	gw_ip6_put(&w->lane6, &p);
	gw_ip6_run(w, &w->lane6);
	assert_int_equal(w->lane6.n, 0);
	if (reason != GW_DROP_NONE) {
		assert_int_equal(w->stats->drop[reason], before + 1);
		gw_drop_flush(w);
		return;
	}
	assert_int_equal(rte_ring_dequeue(gw_punt_ring[class], (void **)&got), 0);
	assert_ptr_equal(got, m);
	rte_pktmbuf_free(m);
}

static void punted(const char *src, const char *dst, uint8_t proto, const char *payload,
	uint32_t len, enum gw_class class)
{
	disposed(src, dst, proto, payload, len, class, GW_DROP_NONE);
}

static void dropped(const char *src, const char *dst, uint8_t proto, const char *payload,
	uint32_t len, enum gw_drop reason)
{
	disposed(src, dst, proto, payload, len, 0, reason);
}

#define NEIGH "fe80::9"
#define OWN   "fe80::ff:fe00:a01" // of net

// RFC 4861 4: to groups of the link and to own addresses.
static void rfc4861_4_neighbor_discovery(void **state)
{
	char nd[24] = {0};

	for (int type = 133; type <= 137; type++) {
		nd[0] = (char)type;
		punted(NEIGH, "ff02::1", 58, nd, sizeof(nd), GW_PUNT_ND);
		punted(NEIGH, "ff02::2", 58, nd, sizeof(nd), GW_PUNT_ND);
		punted(NEIGH, "ff02::1:ff00:a01", 58, nd, sizeof(nd), GW_PUNT_ND);
		punted("::", "ff02::1:ff00:a01", 58, nd, sizeof(nd), GW_PUNT_ND);
		punted(NEIGH, OWN, 58, nd, sizeof(nd), GW_PUNT_ND);
		dropped("::1", "ff02::1", 58, nd, sizeof(nd), GW_DROP_ip6_source);
		dropped(NEIGH, "ff02::5", 58, nd, sizeof(nd), GW_DROP_ip6_multicast);
		dropped(NEIGH, "ff05::2", 58, nd, sizeof(nd), GW_DROP_ip6_multicast);
		dropped(NEIGH, "fe80::8", 58, nd, sizeof(nd), GW_DROP_ip6_link_local);
	}
	for (int type = 132; type <= 138; type += 6) {
		nd[0] = (char)type;
		dropped(NEIGH, "ff02::1", 58, nd, sizeof(nd), GW_DROP_ip6_multicast);
		punted(NEIGH, OWN, 58, nd, sizeof(nd), GW_PUNT_LOCAL);
	}
	dropped(NEIGH, "ff02::1", 58, nd, 0, GW_DROP_ip6_multicast);
	punted(NEIGH, OWN, 58, nd, 0, GW_PUNT_LOCAL);
}

#define MLD(options, type) "\x3a\x00" options type "\0\0\0\0\0\0\0"
#define ALERT		   "\x05\x02\0\0\x01\0"

static void mld(const char *payload, uint32_t len, bool taken)
{
	if (taken) {
		punted(NEIGH, "ff02::16", 0, payload, len, GW_PUNT_GROUP);
		punted("::", "ff02::16", 0, payload, len, GW_PUNT_GROUP);
		punted(NEIGH, "ff3e::1234", 0, payload, len, GW_PUNT_GROUP); // an MLDv1 report
		return;
	}
	dropped(NEIGH, "ff02::16", 0, payload, len, GW_DROP_ip6_multicast);
	dropped("::", "ff02::16", 0, payload, len, GW_DROP_ip6_source);
}

// RFC 3810 5: behind a hop-by-hop header with a router alert.
static void rfc3810_5_listener_discovery(void **state)
{
	mld(MLD(ALERT, "\x82"), 16, true);
	mld(MLD(ALERT, "\x83"), 16, true);
	mld(MLD(ALERT, "\x84"), 16, true);
	mld(MLD(ALERT, "\x8f"), 16, true);
	mld(MLD("\0\0\x05\x02\0\0", "\x8f"), 16, true);	  // Pad1, Pad1
	mld(MLD("\x01\0\x05\x02\0\0", "\x8f"), 16, true); // PadN of two octets
	mld(MLD(ALERT, "\x8f"), 9, true);
	mld(MLD(ALERT, "\x81"), 16, false);
	mld(MLD(ALERT, "\x85"), 16, false);
	mld(MLD(ALERT, "\x8f"), 8, false);
	mld(MLD(ALERT, "\x8f"), 7, false);
	mld(MLD(ALERT, "\x8f"), 0, false);
	mld(MLD("\x01\x04\0\0\0\0", "\x8f"), 16, false);
	mld(MLD("\x01\xff\x05\x02\0\0", "\x8f"), 16, false); // goes beyond its header
	mld(MLD("\x01\x02\0\0\0\x05", "\x8f"), 16, false);   // an option without its length
	mld("\x3a\x01" ALERT "\x01\x06\0\0\0\0\0\0\x8f", 17, true);
	mld("\x3a\x01" ALERT "\x01\x06\0\0\0\0\0\0\x8f", 16, false);
	mld("\x3a\xff" ALERT "\x8f\0\0\0\0\0\0\0", 16, false);
	mld("\x11\x00" ALERT "\x8f\0\0\0\0\0\0\0", 16, false);
}

// Octets behind an IPv6 header, cut in two segments at `cut`.
static struct rte_mbuf *chain_of(uint8_t proto, const char *payload, uint32_t len, uint32_t cut)
{
	struct rte_ipv6_hdr ip = header("2001:db8::1", "2001:db8::2", proto, (uint16_t)len);
	struct rte_mbuf *m = rte_pktmbuf_alloc(gw_pool), *tail = rte_pktmbuf_alloc(gw_pool);

	memcpy(rte_pktmbuf_append(m, sizeof(ip)), &ip, sizeof(ip));
	memcpy(rte_pktmbuf_append(m, (uint16_t)cut), payload, cut);
	memcpy(rte_pktmbuf_append(tail, (uint16_t)(len - cut)), payload + cut, len - cut);
	assert_int_equal(rte_pktmbuf_chain(m, tail), 0);
	return m;
}

// RFC 8200 4.1
static void rfc8200_4_upper_layer(void **state)
{
	static const char headers[] =
		"\x3c\0\x01\x04\0\0\0\0"			       // hop-by-hop
		"\x2b\x01\x01\x0c\0\0\0\0\0\0\0\0\0\0\0\0"	       // destination
		"\x33\x02\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0" // routing
		"\x2c\x02\0\0\0\0\0\0\0\0\0\0\0\0\0\0"		       // authentication
		"\x3a\0\0\0\0\0\0\0"				       // fragment, atomic
		"\x80\0\0\0\0\0\0\0";
	struct gw_ip6_upper u;
	struct rte_mbuf *m;

	for (uint32_t cut = 0; cut < sizeof(headers); cut++) {
		m = chain_of(0, headers, sizeof(headers) - 1, cut == sizeof(headers) - 1 ? 0 : cut);
		assert_true(gw_ip6_upper(m, 0, &u));
		assert_int_equal(u.proto, 58);
		assert_int_equal(u.at, 40 + 72);
		assert_false(u.fragment);
		assert_true(u.first);
		rte_pktmbuf_free(m);
	}
	// cut short anywhere: malformed, as long as the last header is not whole
	for (uint32_t len = 0; len < 72; len++) {
		m = chain_of(0, headers, len, 0);
		assert_false(gw_ip6_upper(m, 0, &u));
		rte_pktmbuf_free(m);
	}
	m = chain_of(44, "\x3a\0\0\x01\0\0\0\0", 8, 0); // more fragments
	assert_true(gw_ip6_upper(m, 0, &u));
	assert_true(u.fragment && u.first);
	rte_pktmbuf_free(m);
	m = chain_of(44, "\x3a\0\0\x08\0\0\0\0", 8, 0);
	assert_true(gw_ip6_upper(m, 0, &u));
	assert_true(u.fragment && !u.first);
	rte_pktmbuf_free(m);
	m = chain_of(59, "", 0, 0);
	assert_true(gw_ip6_upper(m, 0, &u));
	assert_int_equal(u.proto, 59);
	rte_pktmbuf_free(m);
}

// Headers without end.
static void upper_layer_bounded(void **state)
{
	char headers[400];
	struct gw_ip6_upper u;
	struct rte_mbuf *m;

	for (unsigned i = 0; i < sizeof(headers); i++)
		headers[i] = i % 8 == 0 ? 60 : 0;
	m = chain_of(60, headers, sizeof(headers), 100);
	assert_false(gw_ip6_upper(m, 0, &u));
	rte_pktmbuf_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(rfc8200_3_lengths),
		TEST(rfc8200_3_version),
		TEST(rfc4291_2_addresses),
		TEST(rfc6438_3_flow),
		TEST(rfc2464_frames),
		TEST(rfc4861_4_neighbor_discovery),
		TEST(rfc3810_5_listener_discovery),
		TEST(rfc8200_4_upper_layer),
		TEST(upper_layer_bounded),
	};

	return FIXTURE_RUN(tests);
}
