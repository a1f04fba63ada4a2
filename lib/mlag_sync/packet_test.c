// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "mlag_sync/packet.h"

#include "base/wire.h"
#include "mlag_sync/sim.h"

static struct gw_mlag_claim c;

static bool parse_hex(const char *hex)
{
	uint8_t frame[256];
	uint32_t n = 0;

	for (char *end; *hex != '\0'; hex = *end == ' ' ? end + 1 : end)
		frame[n++] = (uint8_t)strtoul(hex, &end, 16);
	return gw_mlag_packet_parse(frame, n, &c);
}

#define TO_A   "02 00 00 00 aa 01 "
#define ALL    "ff ff ff ff ff ff "
#define FROM_H "02 00 00 00 05 05 "
#define ARP    "08 06 00 01 08 00 06 04 "
#define H_SAYS FROM_H "0a 01 00 05 "
#define A_IS   TO_A "0a 01 00 01"

static void arp_rfc826(void **)
{
	assert_true(parse_hex(TO_A FROM_H ARP "00 02 " H_SAYS A_IS));
	assert_int_equal(c.kind, GW_MLAG_REPLY);
	assert_int_equal(c.sub, GW_MLAG_ARP);
	assert_false(c.broadcast);
	assert_false(c.announces);
	assert_true(c.has_ip && c.has_mac);
	assert_int_equal(gw_ip_to4(&c.ip), 0x0a010005);
	assert_int_equal(c.mac.b[5], 5);
	assert_int_equal(c.to.b[5], 1);
	assert_true(parse_hex(ALL FROM_H ARP "00 01 " H_SAYS A_IS));
	assert_int_equal(c.kind, GW_MLAG_REQUEST);
	assert_true(c.broadcast);
	assert_true(parse_hex(ALL FROM_H ARP "00 01 " H_SAYS "00 00 00 00 00 00 0a 01 00 05"));
	assert_true(c.announces);
	// RFC 5227 2.1.1
	assert_true(parse_hex(ALL FROM_H ARP "00 01 " FROM_H "00 00 00 00 " A_IS));
	assert_false(c.has_ip);
	assert_false(parse_hex(ALL FROM_H ARP "00 02 " FROM_H "00 00 00 00 " A_IS));
}

static void tags(void **)
{
	assert_true(parse_hex(TO_A FROM_H "81 00 20 0a " ARP "00 02 " H_SAYS A_IS));
	assert_int_equal(c.vlan, 10);
	assert_true(parse_hex(TO_A FROM_H "88 a8 00 0b 81 00 00 0c " ARP "00 02 " H_SAYS A_IS));
	assert_int_equal(c.vlan, 11);
	assert_false(parse_hex(
		TO_A FROM_H "81 00 00 0b 81 00 00 0c 81 00 00 0d " ARP "00 02 " H_SAYS A_IS));
	assert_false(parse_hex(TO_A FROM_H "81 00 00 0b 08"));
}

static void arp_malformed(void **)
{
	assert_false(parse_hex(TO_A FROM_H));
	assert_false(parse_hex(TO_A FROM_H ARP "00 02 " H_SAYS TO_A "0a 01 00"));
	assert_false(parse_hex(TO_A FROM_H "08 06 00 02 08 00 06 04 00 02 " H_SAYS A_IS));
	assert_false(parse_hex(TO_A FROM_H "08 06 00 01 86 dd 06 04 00 02 " H_SAYS A_IS));
	assert_false(parse_hex(TO_A FROM_H "08 06 00 01 08 00 07 04 00 02 " H_SAYS A_IS));
	assert_false(parse_hex(TO_A FROM_H "08 06 00 01 08 00 06 10 00 02 " H_SAYS A_IS));
	assert_false(parse_hex(TO_A FROM_H ARP "00 03 " H_SAYS A_IS));
	// RFC 1812 3.3.2, 5.3.7
	assert_false(parse_hex(TO_A FROM_H ARP "00 02 03 00 00 00 05 05 0a 01 00 05 " A_IS));
	assert_false(parse_hex(TO_A FROM_H ARP "00 02 00 00 00 00 00 00 0a 01 00 05 " A_IS));
	assert_false(parse_hex(TO_A FROM_H ARP "00 02 " ALL "0a 01 00 05 " A_IS));
	assert_false(parse_hex(TO_A FROM_H ARP "00 02 " FROM_H "e0 00 00 05 " A_IS));
	assert_false(parse_hex(TO_A FROM_H ARP "00 02 " FROM_H "7f 00 00 01 " A_IS));
	assert_false(parse_hex(TO_A FROM_H "08 00 45"));
	assert_false(parse_hex(TO_A FROM_H "12 34 00 00"));
}

static uint8_t frame[SIM_FRAME];

static struct sim_host host6(void)
{
	struct sim_host h = {.mac = {{2, 0, 0, 0, 5, 5}}, .mlag = 1};

	gw_ip_parse("2001:db8::5", &h.ip);
	return h;
}

// An octet changed and the checksum made right again.
static bool parse_changed(uint32_t len, uint32_t at, uint8_t value)
{
	uint8_t copy[SIM_FRAME];
	uint32_t sum = 0;

	memcpy(copy, frame, len);
	sum = 0xffffu - gw_get16(copy + 14 + 42) + 0xffffu - gw_get16(copy + (at & ~1u));
	copy[at] = value;
	sum += gw_get16(copy + (at & ~1u));
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	gw_put16(copy + 14 + 42, (uint16_t)~sum);
	return gw_mlag_packet_parse(copy, len, &c);
}

static void nd_rfc4861(void **)
{
	const struct sim_host h = host6();
	const struct gw_mac to = sim_mac(0);
	uint32_t len = sim_reply(&h, &to, frame);
	char text[GW_IP_LEN];

	assert_true(gw_mlag_packet_parse(frame, len, &c));
	assert_int_equal(c.kind, GW_MLAG_REPLY);
	assert_int_equal(c.sub, GW_MLAG_ND);
	assert_true(c.has_mac && c.has_ip && !c.broadcast && !c.announces);
	assert_string_equal(gw_ip_str(&c.ip, text), "2001:db8::5");
	assert_int_equal(c.mac.b[5], 5);
	assert_false(gw_mlag_packet_parse(frame, len - 1, &c));
	frame[len - 1] ^= 1; // checksum
	assert_false(gw_mlag_packet_parse(frame, len, &c));
	frame[len - 1] ^= 1;
	frame[14 + 7] = 254; // 7.1.2: hop limit; not under the checksum
	assert_false(gw_mlag_packet_parse(frame, len, &c));
	frame[14 + 7] = 255;
	assert_true(parse_changed(len, 14 + 40 + 4, 0x20));
	assert_true(c.announces);
	assert_false(parse_changed(len, 14 + 40 + 1, 1));    // code
	assert_false(parse_changed(len, 14 + 40 + 25, 0));   // option of length 0
	assert_false(parse_changed(len, 14 + 40 + 25, 2));   // longer than the packet
	assert_false(parse_changed(len, 14 + 40 + 8, 0xff)); // multicast target
	assert_false(parse_changed(len, 14 + 40 + 26, 1));   // group MAC
	assert_true(parse_changed(len, 14 + 40 + 24, 77));   // another option: no MAC
	assert_false(c.has_mac);
	len = sim_announce(&h, frame);
	assert_true(gw_mlag_packet_parse(frame, len, &c));
	assert_true(c.broadcast && c.announces);
	assert_false(parse_changed(len, 14 + 40 + 4, 0x60)); // solicited, to a group
}

static void nd_mapped_address_is_nobody(void **)
{
	struct sim_host h = host6();
	const struct gw_mac to = sim_mac(0);

	h.ip = gw_ip_of4(0x0a010005);
	h.ip.a.s6_addr[0] = 1; // so that the frame is ND
	sim_reply(&h, &to, frame);
	assert_false(parse_changed(14 + 72, 14 + 40 + 8, 0));
}

static void membership(void **)
{
	// IGMPv2 report, IGMPv3 report, query; MLDv2 report
	assert_true(parse_hex("01 00 5e 01 01 01 " FROM_H "08 00 45 00 00 1c 00 00 00 00 01 02 bf "
			      "d8 0a 01 00 05 ef 01 01 01 16 00 f9 fc ef 01 01 01"));
	assert_int_equal(c.kind, GW_MLAG_REPORT);
	assert_int_equal(c.sub, GW_MLAG_GROUP);
	assert_false(parse_hex("01 00 5e 01 01 01 " FROM_H "08 00 45 00 00 1c 00 00 00 00 01 02 bf "
			       "d8 0a 01 00 05 ef 01 01 01 11 00 fe fc ef 01 01 01"));
	assert_false(parse_hex("01 00 5e 01 01 01 " FROM_H "08 00 45 00 00 1c 00 00 00 00 01 02 bf "
			       "d8 0a 01 00 05 ef 01 01 01 16 00 f9 fd ef 01 01 01"));
	assert_true(parse_hex(
		"33 33 00 00 00 16 " FROM_H
		"86 dd 60 00 00 00 00 24 00 01 fe 80 00 00 00 00 00 00 00 00 00 00 00 00 05 05 ff "
		"02 00 00 00 00 00 00 00 00 00 00 00 00 00 16 3a 00 05 02 00 00 01 00 8f 00 69 f9 "
		"00 00 00 01 04 00 00 00 ff 0e 00 00 00 00 00 00 00 00 00 00 00 00 01 01"));
	assert_int_equal(c.sub, GW_MLAG_GROUP);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(arp_rfc826),
		cmocka_unit_test(tags),
		cmocka_unit_test(arp_malformed),
		cmocka_unit_test(nd_rfc4861),
		cmocka_unit_test(nd_mapped_address_is_nobody),
		cmocka_unit_test(membership),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
