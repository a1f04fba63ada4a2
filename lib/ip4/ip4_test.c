// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ip4/ip4.h"
#include "ip4/plain.h"

static uint32_t draw(uint32_t *seed)
{
	*seed = *seed * 1664525 + 1013904223;
	return *seed >> 8;
}

static struct rte_ipv4_hdr header(uint32_t *seed)
{
	struct rte_ipv4_hdr ip = {
		.version_ihl = 0x45,
		.type_of_service = (uint8_t)draw(seed),
		.total_length = (rte_be16_t)draw(seed),
		.packet_id = (rte_be16_t)draw(seed),
		.fragment_offset = (rte_be16_t)draw(seed),
		.time_to_live = (uint8_t)(2 + draw(seed) % 254),
		.next_proto_id = (uint8_t)draw(seed),
		.src_addr = draw(seed) << 8 | (draw(seed) & 255),
		.dst_addr = draw(seed) << 8 | (draw(seed) & 255),
	};

	ip.hdr_checksum = (rte_be16_t)~gw_ip4_sum(&ip, 5);
	return ip;
}

// RFC 1071: right with this checksum and with no other but the second zero.
static void sum_is_right_for_one_checksum(void **state)
{
	uint32_t seed = 1;

	for (int i = 0; i < 100; i++) {
		struct rte_ipv4_hdr ip = header(&seed);
		uint16_t right = ip.hdr_checksum;

		assert_true(gw_ip4_sum_ok(&ip));
		for (uint32_t sum = 0; sum <= UINT16_MAX; sum++) {
			ip.hdr_checksum = (rte_be16_t)sum;
			assert_int_equal(gw_ip4_sum_ok(&ip), gw_ip4_sum(&ip, 5) == UINT16_MAX);
			assert_int_equal(
				gw_ip4_sum_ok(&ip), sum % UINT16_MAX == right % UINT16_MAX);
		}
	}
}

static void sum_holds_at_the_ends(void **state)
{
	struct rte_ipv4_hdr ip;

	memset(&ip, 0xff, sizeof(ip)); // ten times 0xffff
	assert_true(gw_ip4_sum_ok(&ip));
	ip.type_of_service = 0xfe;
	assert_false(gw_ip4_sum_ok(&ip));
}

// RFC 1624 3: as if computed anew.
static void hop_keeps_the_checksum(void **state)
{
	uint32_t seed = 2;

	for (uint32_t i = 0; i < 1 << 20; i++) {
		struct rte_ipv4_hdr ip = header(&seed), was = ip;
		uint16_t sum;

		if (i <= UINT16_MAX) { // every checksum once, with the identification to it
			ip.packet_id = 0;
			ip.hdr_checksum = (rte_be16_t)i;
			ip.packet_id = (rte_be16_t)~gw_ip4_sum(&ip, 5);
			was = ip;
		}
		gw_ip4_hop(&ip);
		assert_int_equal(ip.time_to_live, was.time_to_live - 1);
		sum = ip.hdr_checksum;
		ip.hdr_checksum = 0;
		assert_int_equal(sum, (uint16_t)~gw_ip4_sum(&ip, 5)); // and never 0xffff
		ip.time_to_live = was.time_to_live;
		ip.hdr_checksum = was.hdr_checksum;
		assert_memory_equal(&ip, &was, sizeof(ip));
	}
}

// RFC 1812 5.3.7: the table says what the arithmetic says.
static void martians_are_no_sources(void **state)
{
	for (uint32_t net = 0; net < 256; net++)
		assert_int_equal(gw_plain_martian[net], !gw_ip4_source_ok(net << 24 | 1));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sum_is_right_for_one_checksum),
		cmocka_unit_test(sum_holds_at_the_ends),
		cmocka_unit_test(hop_keeps_the_checksum),
		cmocka_unit_test(martians_are_no_sources),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
