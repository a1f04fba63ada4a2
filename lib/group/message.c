// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// What messages of both families have in common.

#include "group/message.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>

#define IP4_HEADER  24 // with router alert
#define IP6_HEADER  48
#define IGMP_QUERY  12
#define MLD_QUERY   28
#define SOURCES_MAX UINT16_MAX

// RFC 3376 4.2, RFC 3810 5.2; the group and its sources follow.
struct record_header {
	uint8_t type;
	uint8_t aux_words;
	uint8_t n[2];
};

static_assert(sizeof(struct record_header) == 4, "RFC 3376 4.2.4 to 4.2.7");

static uint32_t address_size(bool ip6)
{
	return ip6 ? sizeof(struct in6_addr) : sizeof(uint32_t);
}

struct gw_ip gw_group_address(const uint8_t *at, bool ip6)
{
	struct in6_addr a;

	if (!ip6)
		return gw_ip_of4((uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 |
			(uint32_t)at[2] << 8 | at[3]);
	memcpy(&a, at, sizeof(a));
	return gw_ip_of6(&a);
}

static uint32_t record_size(const uint8_t *at, bool ip6)
{
	const struct record_header *h = (const struct record_header *)at;
	uint32_t n = (uint32_t)h->n[0] << 8 | h->n[1];

	return (uint32_t)sizeof(*h) + (n + 1) * address_size(ip6) + h->aux_words * 4u;
}

bool gw_group_records_fit(const uint8_t *at, const uint8_t *end, uint32_t n, bool ip6)
{
	for (uint32_t size; n > 0; n--, at += size) {
		if ((size_t)(end - at) < sizeof(struct record_header))
			return false;
		size = record_size(at, ip6);
		if ((size_t)(end - at) < size)
			return false;
	}
	return true;
}

bool gw_group_record_next(struct gw_group_msg *msg, struct gw_group_record *r)
{
	const struct record_header *h = (const struct record_header *)msg->at;

	if (msg->n == 0)
		return false;
	*r = (struct gw_group_record){
		.change = h->type,
		.ip6 = msg->ip6,
		.n = (uint16_t)(h->n[0] << 8 | h->n[1]),
		.group = gw_group_address(msg->at + sizeof(*h), msg->ip6),
		.sources = msg->at + sizeof(*h) + address_size(msg->ip6),
	};
	msg->at += record_size(msg->at, msg->ip6);
	msg->n--;
	return true;
}

uint32_t gw_group_query_room(bool ip6, uint32_t mtu)
{
	uint32_t header = ip6 ? IP6_HEADER + MLD_QUERY : IP4_HEADER + IGMP_QUERY;
	uint32_t n = mtu > header ? (mtu - header) / address_size(ip6) : 0;

	return n < SOURCES_MAX ? n : SOURCES_MAX;
}

// A leading one, `mantissa` bits and three of exponent below a top bit of one.
static uint32_t float_encode(uint32_t value, unsigned mantissa)
{
	uint32_t limit = 1u << (mantissa + 3), exp = 0;

	if (value < limit)
		return value;
	while (exp < 7 && value >> (exp + 3) >= 2u << mantissa)
		exp++;
	value >>= exp + 3;
	if (value >= 2u << mantissa) // more than can be said
		value = (2u << mantissa) - 1;
	return limit | exp << mantissa | (value & ((1u << mantissa) - 1));
}

static uint32_t float_decode(uint32_t code, unsigned mantissa)
{
	uint32_t top = 1u << mantissa;

	if (code < 1u << (mantissa + 3))
		return code;
	return ((code & (top - 1)) | top) << ((code >> mantissa & 7) + 3);
}

uint8_t gw_group_code8(uint32_t value)
{
	return (uint8_t)float_encode(value, 4);
}

uint32_t gw_group_value8(uint8_t code)
{
	return float_decode(code, 4);
}

uint16_t gw_group_code16(uint32_t value)
{
	return (uint16_t)float_encode(value, 12);
}

uint32_t gw_group_value16(uint16_t code)
{
	return float_decode(code, 12);
}
