// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// Messages of IGMPv1 (RFC 1112), IGMPv2 (RFC 2236), IGMPv3 (RFC 3376), MLDv1 (RFC 2710) and MLDv2
// (RFC 3810) in one shape. Versions are those of IGMP: MLDv1 is as IGMPv2, MLDv2 as IGMPv3. Pure
// functions over bytes; any thread.

#include <stdbool.h>
#include <stdint.h>

#include "base/addr.h"
#include "dp/reason.h"

enum gw_group_kind {
	GW_GROUP_QUERY,
	GW_GROUP_REPORT, // of one group, without sources
	GW_GROUP_LEAVE,
	GW_GROUP_RECORDS, // report of IGMPv3 or MLDv2
};

// What a record says (RFC 3376 4.2.12, RFC 3810 5.2.12); numbers as on the wire.
enum gw_group_change {
	GW_GROUP_IS_IN = 1,
	GW_GROUP_IS_EX,
	GW_GROUP_TO_IN,
	GW_GROUP_TO_EX,
	GW_GROUP_ALLOW,
	GW_GROUP_BLOCK,
};

struct gw_group_msg {
	uint8_t kind;	     // enum gw_group_kind
	uint8_t version;     // 1 to 3, of IGMP
	bool ip6;	     // MLD
	bool suppress;	     // query: routers keep their timers (S flag)
	uint8_t robustness;  // query, 0: not said
	uint32_t interval_s; // query, 0: not said
	uint32_t response_ms;
	struct gw_ip source; // of the packet
	struct gw_ip group;  // of a query (gw_group_none(): general), report, leave
	uint32_t n;	     // sources of a query, or records
	const uint8_t *at;   // they follow here, into the packet
};

struct gw_group_record {
	uint8_t change; // as received: others than enum gw_group_change are to be ignored
	bool ip6;
	uint16_t n;
	struct gw_ip group;
	const uint8_t *sources; // n addresses of the family, wire order
};

// A packet of `len` octets that begins at its IPv4 or IPv6 header, aligned to 4. What is found in
// it lasts as long as the packet. GW_DROP_group_invalid, GW_DROP_group_ignored: `msg` says nothing.
enum gw_drop gw_igmp_parse(const uint8_t *packet, uint32_t len, struct gw_group_msg *msg);
enum gw_drop gw_mld_parse(const uint8_t *packet, uint32_t len, struct gw_group_msg *msg);
// Take the next record off `msg`; false: that was the last.
bool gw_group_record_next(struct gw_group_msg *msg, struct gw_group_record *r);
// Between the parsers: `n` records of `end - at` octets are as long as they say.
bool gw_group_records_fit(const uint8_t *at, const uint8_t *end, uint32_t n, bool ip6);

struct gw_group_query {
	uint8_t version; // 1 to 3, of IGMP; MLD: 2 and 3
	bool suppress;
	uint8_t robustness;
	uint32_t interval_s;
	uint32_t response_ms;
	struct gw_ip source; // own address
	struct gw_ip group;  // gw_group_none(): general query
	const struct gw_ip *sources;
	uint32_t n;
};

// The whole packet from its IP header; returns its length. `to` has room for the header and
// gw_group_query_room() sources.
uint32_t gw_igmp_query_build(const struct gw_group_query *q, uint8_t *to);
uint32_t gw_mld_query_build(const struct gw_group_query *q, uint8_t *to);
uint32_t gw_group_query_room(bool ip6, uint32_t mtu); // sources that fit

// RFC 3376 4.1.1 and 4.1.7, RFC 3810 5.1.3: numbers of 8 bits, or 16, with an exponent when large.
// What cannot be said exactly is rounded down.
uint8_t gw_group_code8(uint32_t value);
uint32_t gw_group_value8(uint8_t code);
uint16_t gw_group_code16(uint32_t value);
uint32_t gw_group_value16(uint16_t code);

// An address as it stands in a packet.
struct gw_ip gw_group_address(const uint8_t *at, bool ip6);

// The unspecified address of a family.
static inline struct gw_ip gw_group_none(bool ip6)
{
	struct gw_ip none = {0};

	return ip6 ? none : gw_ip_of4(0);
}
