// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "group/fixture.h"

static void put16(struct packet *p, uint32_t at, uint32_t value)
{
	p->b[at] = (uint8_t)(value >> 8);
	p->b[at + 1] = (uint8_t)value;
}

static enum gw_drop parse(const struct packet *p, struct gw_group_msg *msg)
{
	return (p->b[0] >> 4 == 6 ? gw_mld_parse : gw_igmp_parse)(p->b, p->n, msg);
}

#define INVALID(p) assert_int_equal(parse(p, &(struct gw_group_msg){0}), GW_DROP_group_invalid)
#define IGNORED(p) assert_int_equal(parse(p, &(struct gw_group_msg){0}), GW_DROP_group_ignored)
#define VALID(p)   assert_int_equal(parse(p, &(struct gw_group_msg){0}), GW_DROP_NONE)

static struct gw_ip ip(const char *s)
{
	struct gw_ip v;

	assert_true(gw_ip_parse(s, &v));
	return v;
}

static void is(const struct gw_ip *a, const char *s)
{
	char text[GW_IP_LEN];

	assert_string_equal(gw_ip_str(a, text), s);
}

// RFC 3376 4.1.1, 4.1.7: (mant | 0x10) << (exp + 3); RFC 3810 5.1.3 with twelve bits.
static void codes(void **state)
{
	assert_int_equal(gw_group_code8(0), 0);
	assert_int_equal(gw_group_code8(127), 127);
	assert_int_equal(gw_group_code8(128), 0x80);
	assert_int_equal(gw_group_code8(135), 0x80);
	assert_int_equal(gw_group_code8(136), 0x81);
	assert_int_equal(gw_group_code8(31744), 0xff);
	assert_int_equal(gw_group_code8(UINT32_MAX), 0xff);
	assert_int_equal(gw_group_value8(0x7f), 127);
	assert_int_equal(gw_group_value8(0x80), 128);
	assert_int_equal(gw_group_value8(0x9c), (0xc | 0x10) << 4);
	assert_int_equal(gw_group_value8(0xff), 31744);
	assert_int_equal(gw_group_code16(32767), 32767);
	assert_int_equal(gw_group_code16(32768), 0x8000);
	assert_int_equal(gw_group_code16(8387584), 0xffff);
	assert_int_equal(gw_group_code16(UINT32_MAX), 0xffff);
	assert_int_equal(gw_group_value16(0xffff), 8387584);
	for (unsigned c = 0; c < 256; c++)
		assert_int_equal(gw_group_code8(gw_group_value8((uint8_t)c)), c);
	for (unsigned c = 0; c < 65536; c++)
		assert_int_equal(gw_group_code16(gw_group_value16((uint16_t)c)), c);
}

static void reports_of_old_hosts(void **state)
{
	static const struct {
		uint8_t type, kind, version;
		const char *group;
	} cases[] = {
		{0x12, GW_GROUP_REPORT, 1, G4},
		{0x16, GW_GROUP_REPORT, 2, G4},
		{0x17, GW_GROUP_LEAVE, 2, G4},
		{131, GW_GROUP_REPORT, 2, G6},
		{132, GW_GROUP_LEAVE, 2, G6},
	};

	for (unsigned i = 0; i < RTE_DIM(cases); i++) {
		struct gw_group_msg msg = {0};
		struct packet p = {0};

		packet_old(&p, cases[i].type, cases[i].group);
		assert_int_equal(parse(&p, &msg), GW_DROP_NONE);
		assert_int_equal(msg.kind, cases[i].kind);
		assert_int_equal(msg.version, cases[i].version);
		is(&msg.group, cases[i].group);
		is(&msg.source, cases[i].type < 100 ? "10.1.1.5" : "fe80::5");
	}
}

static void records(void **state)
{
	// two of them, the first with auxiliary data (RFC 3376 4.2.6), and data behind the last
	static const uint8_t igmp[] = {0x22, 0, 0, 0, 0, 0, 0, 2, 4, 1, 0, 1, 239, 1, 1, 1, 10, 0,
		0, 9, 0xde, 0xad, 0xbe, 0xef, 3, 0, 0, 0, 239, 1, 1, 2, 0x55, 0x55, 0x55};
	struct gw_group_record r;
	struct gw_group_msg msg = {0};
	struct packet p = {0};
	struct gw_ip s;

	packet_igmp(&p, "0.0.0.0", "224.0.0.22", true, igmp, sizeof(igmp));
	assert_int_equal(parse(&p, &msg), GW_DROP_NONE);
	assert_int_equal(msg.kind, GW_GROUP_RECORDS);
	assert_true(gw_group_record_next(&msg, &r));
	assert_int_equal(r.change, GW_GROUP_TO_EX);
	assert_int_equal(r.n, 1);
	is(&r.group, "239.1.1.1");
	s = gw_group_address(r.sources, false);
	is(&s, "10.0.0.9");
	assert_true(gw_group_record_next(&msg, &r));
	assert_int_equal(r.change, GW_GROUP_TO_IN);
	assert_int_equal(r.n, 0);
	is(&r.group, "239.1.1.2");
	assert_false(gw_group_record_next(&msg, &r));

	packet_record(&p, GW_GROUP_ALLOW, G6, "1 2");
	assert_int_equal(parse(&p, &msg), GW_DROP_NONE);
	assert_true(gw_group_record_next(&msg, &r));
	assert_int_equal(r.n, 2);
	is(&r.group, G6);
	s = gw_group_address(r.sources + 16, true);
	is(&s, "2001:db8::2");
	assert_false(gw_group_record_next(&msg, &r));
}

// What is built is what is read, in every version.
static void queries(void **state)
{
	const struct gw_ip sources[2][2] = {
		{ip("10.0.0.1"), ip("10.0.0.2")}, {ip("2001:db8::1"), ip("2001:db8::2")}};
	struct gw_group_query q = {.robustness = 2, .interval_s = 160, .response_ms = 24000};
	struct gw_group_msg msg = {0};
	struct packet p = {0};

	for (unsigned ip6 = 0; ip6 < 2; ip6++) {
		q.source = ip(ip6 ? "fe80::1" : "10.1.1.1");
		for (unsigned v = 1 + ip6; v <= 3; v++) {
			q.version = (uint8_t)v;
			q.group = gw_group_none(ip6);
			q.n = 0;
			p.n = (ip6 ? gw_mld_query_build : gw_igmp_query_build)(&q, p.b);
			assert_int_equal(parse(&p, &msg), GW_DROP_NONE);
			assert_int_equal(msg.kind, GW_GROUP_QUERY);
			assert_int_equal(msg.version, v);
			assert_int_equal(msg.response_ms, v == 1 ? 10000 : 24000);
			assert_int_equal(msg.interval_s, v == 3 ? 160 : 0);
			assert_int_equal(msg.robustness, v == 3 ? 2 : 0);
			assert_true(gw_ip_eq(&msg.group, &q.group));
			assert_true(gw_ip_eq(&msg.source, &q.source));
		}
		q.group = ip(ip6 ? G6 : G4);
		q.sources = sources[ip6];
		q.n = 2;
		q.suppress = true;
		p.n = (ip6 ? gw_mld_query_build : gw_igmp_query_build)(&q, p.b);
		assert_int_equal(parse(&p, &msg), GW_DROP_NONE);
		assert_true(msg.suppress);
		assert_int_equal(msg.n, 2);
		assert_true(gw_ip_eq(&msg.group, &q.group));
		assert_memory_equal(msg.at + (ip6 ? 16 : 4),
			sources[ip6][1].a.s6_addr + (ip6 ? 0 : 12), ip6 ? 16 : 4);
		q.suppress = false;
	}
	q.response_ms = 40000;
	q.n = 0;
	q.version = 2; // RFC 2236 2.2 has eight bits of tenths
	q.group = gw_group_none(false);
	q.source = ip("10.1.1.1");
	p.n = gw_igmp_query_build(&q, p.b);
	assert_int_equal(parse(&p, &msg), GW_DROP_NONE);
	assert_int_equal(msg.response_ms, 25500);
	assert_int_equal(gw_group_query_room(false, 1500), 366);
	assert_int_equal(gw_group_query_room(true, 1500), 89);
	assert_int_equal(gw_group_query_room(true, 60), 0);
}

// RFC 2236 2, RFC 3376 4
static void igmp_headers(void **state)
{
	struct packet good = {0}, p;

	packet_record(&good, GW_GROUP_IS_IN, G4, "1 2");
	VALID(&good);
	for (uint32_t n = 0; n < good.n; n++) { // cut anywhere
		p = good;
		p.n = n;
		INVALID(&p);
	}
	p = good;
	p.b[8] = 2; // TTL
	INVALID(&p);
	p = good;
	p.b[9] = 17; // protocol
	INVALID(&p);
	p = good;
	p.b[0] = 0x44; // header length
	INVALID(&p);
	p = good;
	p.b[6] = 0x20; // first fragment
	INVALID(&p);
	p = good;
	p.b[7] = 1; // another one
	INVALID(&p);
	p = good;
	p.b[26] ^= 1; // checksum
	INVALID(&p);
	p = good;
	p.b[12] = 224; // source
	INVALID(&p);
	p = good;
	p.b[12] = 127;
	INVALID(&p);
	p = good;
	memset(p.b + 12, 0, 4); // RFC 3376 4.2.13
	VALID(&p);
	p = good;
	p.b[19] = 2; // RFC 3376 4.2.14: to 224.0.0.22
	INVALID(&p);
	p = good;
	p.b[20] = 0x44; // no router alert
	INVALID(&p);
	p = good;
	memcpy(p.b + 20, "\1\1\1\0", 4);
	INVALID(&p);
	p = good;
	memcpy(p.b + 20, "\x94\0\0\0", 4); // an option without length
	INVALID(&p);
	p = good;
	memcpy(p.b + 20, "\x94\5\0\0", 4); // longer than the header
	INVALID(&p);
	packet_igmp(&p, "10.1.1.5", "239.1.1.1", false,
		(const uint8_t[]){0x16, 0, 0, 0, 239, 1, 1, 1},
		8); // hosts of IGMPv2 that send none
	VALID(&p);
}

static void igmp_messages(void **state)
{
	static const struct {
		enum gw_drop what;
		uint32_t len;
		uint8_t m[16];
	} cases[] = {
		{GW_DROP_group_invalid, 7, {0x16, 0, 0, 0, 239, 1, 1}},
		{GW_DROP_group_invalid, 8, {0x16, 0, 0, 0, 10, 1, 1, 1}},
		{GW_DROP_group_invalid, 8, {0x12, 0, 0, 0, 240, 1, 1, 1}},
		{GW_DROP_group_invalid, 8, {0x17}},
		{GW_DROP_NONE, 12, {0x16, 0, 0, 0, 239, 1, 1, 1}}, // RFC 2236 2.5
		{GW_DROP_group_ignored, 8, {0x13}},		   // DVMRP
		{GW_DROP_group_ignored, 8, {0xff}},
		{GW_DROP_NONE, 8, {0x11}},		 // general query of IGMPv1
		{GW_DROP_NONE, 8, {0x11, 100}},		 // IGMPv2
		{GW_DROP_group_invalid, 9, {0x11, 100}}, // RFC 3376 7.1: neither
		{GW_DROP_group_invalid, 11, {0x11, 100}},
		{GW_DROP_NONE, 12, {0x11, 100}},
		{GW_DROP_group_invalid, 8, {0x11, 10, 0, 0, 10, 1, 1, 1}},
		{GW_DROP_group_invalid, 12, {0x11, 10, 0, 0, 239, 1, 1, 1, 0, 0, 0, 1}},
		{GW_DROP_NONE, 16, {0x11, 10, 0, 0, 239, 1, 1, 1, 0, 0, 0, 1, 10}},
		{GW_DROP_group_invalid, 16, {0x11, 10, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 10}},
		{GW_DROP_NONE, 8, {0x22}},
		{GW_DROP_group_invalid, 8, {0x22, 0, 0, 0, 0, 0, 0, 1}},
		{GW_DROP_group_invalid, 15, {0x22, 0, 0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 239, 1, 1}},
		{GW_DROP_NONE, 16, {0x22, 0, 0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 239, 1, 1, 1}},
		{GW_DROP_group_invalid, 16, {0x22, 0, 0, 0, 0, 0, 0, 1, 1, 0, 0, 1, 239, 1, 1, 1}},
		{GW_DROP_group_invalid, 16, {0x22, 0, 0, 0, 0, 0, 0, 1, 1, 1, 0, 0, 239, 1, 1, 1}},
		{GW_DROP_group_invalid, 16, {0x22, 0, 0, 0, 0, 0, 0, 2, 1, 0, 0, 0, 239, 1, 1, 1}},
		{GW_DROP_group_invalid, 16,
			{0x22, 0, 0, 0, 0, 0, 0xff, 0xff, 1, 0, 0xff, 0xff, 239, 1, 1, 1}},
	};
	struct packet p = {0};

	for (unsigned i = 0; i < RTE_DIM(cases); i++) {
		packet_igmp(&p, "10.1.1.5", "224.0.0.22", true, cases[i].m, cases[i].len);
		if (parse(&p, &(struct gw_group_msg){0}) != cases[i].what)
			fail_msg("case %u", i);
	}
}

// RFC 2710 3, RFC 3810 5, 6.2, 7.4
static void mld_headers(void **state)
{
	struct packet good = {0}, p;

	packet_record(&good, GW_GROUP_IS_IN, G6, "1 2");
	VALID(&good);
	for (uint32_t n = 0; n < good.n; n++) {
		p = good;
		p.n = n;
		INVALID(&p);
	}
	p = good;
	p.b[7] = 255; // hop limit
	INVALID(&p);
	p = good;
	p.b[6] = 58; // no Hop-by-Hop header
	INVALID(&p);
	p = good;
	p.b[40] = 17; // upper layer
	INVALID(&p);
	p = good;
	p.b[41] = 20; // Hop-by-Hop header longer than the packet
	INVALID(&p);
	p = good;
	p.b[42] = 1; // padding in place of the router alert
	INVALID(&p);
	p = good;
	p.b[45] = 1; // router alert of another protocol
	INVALID(&p);
	p = good;
	p.b[43] = 6; // longer than the header
	INVALID(&p);
	p = good;
	memcpy(p.b + 42, "\0\0\5\2\0\0", 6); // behind padding
	VALID(&p);
	p = good;
	p.b[50] ^= 1; // checksum
	INVALID(&p);
	p = good;
	p.b[8] = 0x20; // source that is not link-local
	packet_checksum(&p);
	INVALID(&p);
	p = good;
	memset(p.b + 8, 0, 16); // for switches only
	packet_checksum(&p);
	IGNORED(&p);
	p = good;
	p.b[39] = 2; // RFC 3810 5.2.14: to ff02::16
	packet_checksum(&p);
	INVALID(&p);
	p = good;
	p.b[49] = 7; // the code is not looked at
	packet_checksum(&p);
	VALID(&p);
	p = good;
	put16(&p, 4, 7); // shorter than its own header
	INVALID(&p);
}

static void mld_messages(void **state)
{
	static const struct {
		enum gw_drop what;
		uint8_t type, group;
		uint32_t len;
		uint8_t n; // sources of a query
	} cases[] = {
		{GW_DROP_group_invalid, 131, 0xff, 23, 0},
		{GW_DROP_NONE, 131, 0xff, 24, 0},
		{GW_DROP_NONE, 131, 0xff, 30, 0}, // RFC 2710 3.7
		{GW_DROP_group_invalid, 131, 0x20, 24, 0},
		{GW_DROP_group_invalid, 132, 0, 24, 0},
		{GW_DROP_group_invalid, 130, 0, 20, 0},
		{GW_DROP_NONE, 130, 0, 24, 0},
		{GW_DROP_group_invalid, 130, 0, 25, 0}, // RFC 3810 8.1: neither version
		{GW_DROP_group_invalid, 130, 0, 27, 0},
		{GW_DROP_NONE, 130, 0, 28, 0},
		{GW_DROP_group_invalid, 130, 0, 44, 1},
		{GW_DROP_NONE, 130, 0xff, 44, 1},
		{GW_DROP_group_invalid, 130, 0xff, 43, 1},
		{GW_DROP_group_invalid, 130, 0x20, 28, 0},
		{GW_DROP_group_ignored, 134, 0, 24, 0},
	};
	struct packet p = {0};

	for (unsigned i = 0; i < RTE_DIM(cases); i++) {
		uint8_t m[48] = {cases[i].type, [8] = cases[i].group, [27] = cases[i].n};

		packet_mld(&p, "fe80::5", "ff02::1", true, m, cases[i].len);
		if (parse(&p, &(struct gw_group_msg){0}) != cases[i].what)
			fail_msg("case %u", i);
	}
}

// What the slow path makes of them: counted, consumed or dropped.
static void dispositions(void **state)
{
	static const char *const local[] = {
		"224.0.0.251", "ff02::fb", "ff01::1", "ff12::1", "ff10::1"};
	struct packet p = {0};

	for (unsigned i = 0; i < RTE_DIM(local); i++) {
		old_report(a1, i == 0 ? 0x16 : 131, local[i]);
		report(a1, GW_GROUP_IS_EX, local[i], "");
		assert_string_equal(known(a1, local[i]), "-");
	}
	assert_int_equal(drops(GW_DROP_group_ignored), 2 * RTE_DIM(local));
	assert_int_equal(events(GW_EV_group_report_received), 2 * RTE_DIM(local));
	// RFC 3376 4.2.12: unknown types; sources that cannot be one are left out
	report(a1, 7, G4, "1");
	report(a1, 0, G4, "1");
	assert_int_equal(drops(GW_DROP_group_ignored), 2 * RTE_DIM(local) + 2);
	assert_string_equal(known(a1, G4), "-");
	packet_record(&p, GW_GROUP_IS_IN, G4, "1 2 1 2 1");
	memcpy(p.b + 24 + 16, "\xe0\1\1\1", 4); // the first of them
	packet_checksum(&p);
	packet_input(a1, &p);
	assert_string_equal(known(a1, G4), "IN 1:260 2:260");
	p.b[8] = 3;
	packet_input(a1, &p);
	packet_record(&p, GW_GROUP_IS_IN, G6, "1");
	p.b[51] ^= 1;
	packet_input(a1, &p);
	p.n = 0;
	packet_input(a1, &p);
	p.n = 1;
	packet_input(a1, &p);
	assert_int_equal(drops(GW_DROP_group_invalid), 4);
	old_report(net, 0x16, G4); // no groups are learned there
	assert_int_equal(drops(GW_DROP_group_ignored), 2 * RTE_DIM(local) + 3);
	assert_int_equal(GW_SLOW_STATS->consumed, 1);
}

// A chain of segments reads like one.
static void chained(void **state)
{
	struct rte_mbuf *m = received(a1, ""), *second = rte_pktmbuf_alloc(gw_pool);
	struct packet p = {0};

	packet_record(&p, GW_GROUP_IS_EX, G6, "1 2 3");
	memcpy(rte_pktmbuf_append(m, 61), p.b, 61);
	memcpy(rte_pktmbuf_append(second, (uint16_t)(p.n - 61)), p.b + 61, p.n - 61);
	assert_int_equal(rte_pktmbuf_chain(m, second), 0);
	gw_group_input(m);
	assert_string_equal(known(a1, G6), "EX 260 x y 1 2 3");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(codes),
		cmocka_unit_test(reports_of_old_hosts),
		cmocka_unit_test(records),
		cmocka_unit_test(queries),
		cmocka_unit_test(igmp_headers),
		cmocka_unit_test(igmp_messages),
		cmocka_unit_test(mld_headers),
		cmocka_unit_test(mld_messages),
		GTEST(dispositions),
		GTEST(chained),
	};

	return FIXTURE_RUN(tests);
}
