// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// Neighbour solicitations and advertisements on the wire (RFC 4861 4.3, 4.4, 4.6.1).

#include <netinet/in.h>
#include <stdint.h>

#include <rte_byteorder.h>
#include <rte_ip.h>

#define GW_ND_HOP_LIMIT 255 // what a router forwarded has less

enum gw_nd_type {
	GW_ND_ROUTER_SOLICIT = 133,
	GW_ND_SOLICIT = 135,
	GW_ND_ADVERT = 136,
	GW_ND_REDIRECT = 137,
};

enum gw_nd_option { GW_ND_OPT_SOURCE_LINK = 1, GW_ND_OPT_TARGET_LINK = 2 };

// Flags of an advertisement.
#define GW_ND_ROUTER	0x80
#define GW_ND_SOLICITED 0x40
#define GW_ND_OVERRIDE	0x20

struct gw_nd_message {
	uint8_t type; // enum gw_nd_type
	uint8_t code;
	rte_be16_t checksum;
	uint8_t flags; // GW_ND_*
	uint8_t reserved[3];
	struct in6_addr target;
} __attribute__((packed)); // a frame aligns nothing

// RFC 2464 6: the option of Ethernet, one unit of 8 octets.
struct gw_nd_link {
	uint8_t type; // enum gw_nd_option
	uint8_t len;
	uint8_t mac[6];
};

static_assert(sizeof(struct gw_nd_message) == 24 && sizeof(struct gw_nd_link) == 8, "RFC 4861 4");
