// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// What an ARP, ND, IGMP or MLD packet says, from its Ethernet header on. Any thread.

#include <stdbool.h>
#include <stdint.h>

#include "base/addr.h"
#include "mlag_sync/message.h"

enum gw_mlag_kind {
	GW_MLAG_REPLY,	 // ARP reply, neighbour advertisement: about its sender
	GW_MLAG_REQUEST, // ARP request, neighbour solicitation
	GW_MLAG_REPORT,	 // of a group member
};

struct gw_mlag_claim {
	uint8_t kind;	  // enum gw_mlag_kind
	uint8_t sub;	  // enum gw_mlag_sub
	bool broadcast;	  // to a group address
	bool announces;	  // itself, asked by nobody
	bool has_ip;	  // a probe (RFC 5227, RFC 4862 5.4) has no sender
	bool has_mac;	  // an advertisement may leave it out (RFC 4861 4.4)
	uint16_t vlan;	  // outermost tag, 0 none
	struct gw_mac to; // Ethernet destination
	struct gw_mac mac;
	struct gw_ip ip; // of the sender
};

// False: none of these, or malformed.
bool gw_mlag_packet_parse(const uint8_t *frame, uint32_t len, struct gw_mlag_claim *claim);

// packet_ip.c: the same behind the Ethernet header, without ARP.
bool gw_mlag_ip4_parse(const uint8_t *ip, uint32_t len, struct gw_mlag_claim *claim);
bool gw_mlag_ip6_parse(const uint8_t *ip, uint32_t len, struct gw_mlag_claim *claim);

static inline bool gw_mac_is(const struct gw_mac *a, const struct gw_mac *b)
{
	return memcmp(a, b, sizeof(*a)) == 0;
}

static inline bool gw_mac_is_group(const struct gw_mac *mac)
{
	return (mac->b[0] & 1) != 0;
}

static inline bool gw_mac_is_none(const struct gw_mac *mac)
{
	static const struct gw_mac none;

	return gw_mac_is(mac, &none);
}
