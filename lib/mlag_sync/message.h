// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// Messages between the two devices of a pair, carried on the peer link behind EtherType 0x88b5:
// hello with TLVs, sync with relayed packets. All numbers in network byte order, nothing aligned.
// Decoding walks the whole message first; what is malformed anywhere is refused whole. Any thread.

#include <assert.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/addr.h"

#define GW_MLAG_ETHERTYPE      0x88b5
#define GW_MLAG_VERSION	       1
#define GW_MLAG_BUCKETS	       64
#define GW_MLAG_OVERHEAD       64   // the peer link's MTU is at least that of the members and this
#define GW_MLAG_ETH_MIN	       46   // an Ethernet payload is padded to that
#define GW_MLAG_FLAG_RESTARTED 0x01 // until the sender's first hello was answered

enum gw_mlag_type {
	GW_MLAG_HELLO = 1,
	GW_MLAG_SYNC = 2,
	GW_MLAG_KEEPALIVE = 3, // not on the peer link: over UDP, a hello that only says the role
};

// Of a sync message; 4 (MAC) is reserved. What a message of GW_MLAG_ACK holds are no packets but
// senders (struct gw_mlag_ack) that this device has learned from the receiver's records; only a
// peer that names this sub type in its tables gets them.
enum gw_mlag_sub { GW_MLAG_ARP = 1, GW_MLAG_GROUP = 2, GW_MLAG_ND = 3, GW_MLAG_ACK = 5 };
#define GW_MLAG_SUB_MAX GW_MLAG_ACK
#define GW_MLAG_TABLES	(1u << GW_MLAG_ARP | 1u << GW_MLAG_GROUP | 1u << GW_MLAG_ND)

struct gw_mlag_head {
	uint8_t version, type, sub, flags;
	uint8_t system[6];
	uint8_t epoch[4];
	uint8_t sequence[4];
	uint8_t records[2];
};
static_assert(sizeof(struct gw_mlag_head) == 20, "wire format");

struct gw_mlag_record_head {
	uint8_t length[2]; // of what follows this field
	uint8_t mlag[2];
	uint8_t vlan[2];
	uint8_t vrf[2];
};
static_assert(sizeof(struct gw_mlag_record_head) == 8, "wire format");

// In the place of a packet, behind MLAG id, VLAN and VRF.
struct gw_mlag_ack {
	uint8_t ip[16];
	uint8_t mac[6];
};
static_assert(sizeof(struct gw_mlag_ack) == 22, "wire format");

struct gw_mlag_tlv_head {
	uint8_t kind[2];
	uint8_t length[2]; // of the value
};
static_assert(sizeof(struct gw_mlag_tlv_head) == 4, "wire format");

enum gw_mlag_tlv {
	GW_MLAG_TLV_TABLE = 1, // counts and bucket digests
	GW_MLAG_TLV_ROLE = 2,
	GW_MLAG_TLV_MEMBER = 3, // once per member; a large set is spread over several hellos
	GW_MLAG_TLV_CONFIG = 4,
	GW_MLAG_TLV_TABLES = 5,
	GW_MLAG_TLV_ADDRESSES = 6, // of members, likewise spread
};

struct gw_mlag_tlv_table {
	uint8_t confirmed[4];
	uint8_t unconfirmed[4];
	uint8_t digest[GW_MLAG_BUCKETS][8];
};
static_assert(sizeof(struct gw_mlag_tlv_table) == 520, "wire format");

struct gw_mlag_tlv_role {
	uint8_t role;  // enum gw_mlag_role
	uint8_t flags; // 0
	uint8_t priority[2];
	uint8_t hears[4]; // epoch of the peer whose hellos arrive here, 0: none do
};
static_assert(sizeof(struct gw_mlag_tlv_role) == 8, "wire format");

struct gw_mlag_tlv_address {
	uint8_t vlan[2];
	uint8_t ip[16];
};
static_assert(sizeof(struct gw_mlag_tlv_address) == 18, "wire format");

struct gw_mlag_tlv_member {
	uint8_t mlag[2];
	uint8_t port; // 0 down, 1 up
	uint8_t lacp; // enum gw_mlag_lacp bits
	uint8_t partner_priority[2];
	uint8_t partner_system[6];
	uint8_t partner_key[2];
};
static_assert(sizeof(struct gw_mlag_tlv_member) == 14, "wire format");

// The sender's own addresses on a member, or those of them from `first` on.
struct gw_mlag_tlv_addresses {
	uint8_t mlag[2];
	uint8_t total[4];
	uint8_t first[4];
	struct gw_mlag_tlv_address address[];
};
static_assert(sizeof(struct gw_mlag_tlv_addresses) == 10, "wire format");

struct gw_mlag_tlv_config {
	uint8_t must[8];
	uint8_t should[8];
};
static_assert(sizeof(struct gw_mlag_tlv_config) == 16, "wire format");

#define GW_MLAG_LACP_IN_SYNC 0x01
#define GW_MLAG_LACP_PARTNER 0x02 // the partner's fields are known
#define GW_MLAG_LACP_ALONE   0x04 // the partner does not aggregate: one link at a time

enum gw_mlag_role { GW_MLAG_NO_ROLE, GW_MLAG_PRIMARY, GW_MLAG_SECONDARY };

// Why a message is refused; 0: it is not.
#define GW_MLAG_BAD(X)                                                                   \
	X(truncated, "shorter than its header")                                          \
	X(version, "another version")                                                    \
	X(type, "no message type of this version")                                       \
	X(sub_type, "no sub type of this message type")                                  \
	X(system_id, "system id that is no device's address")                            \
	X(empty, "sync message without a record")                                        \
	X(record_truncated, "record longer than the message")                            \
	X(record_short, "record shorter than its driver header and an Ethernet header")  \
	X(record_mlag, "record without an MLAG id")                                      \
	X(record_vlan, "record of a VLAN that cannot be, or of another than its packet") \
	X(record_packet, "record whose packet is malformed or of another sub type")      \
	X(trailing, "octets behind the last record")                                     \
	X(tlv_truncated, "TLV longer than the message")                                  \
	X(tlv_length, "TLV of a wrong length")                                           \
	X(tlv_twice, "TLV that may stand there once")                                    \
	X(tlv_missing, "hello without table or role")                                    \
	X(tlv_value, "TLV with a value that cannot be")

enum gw_mlag_bad {
	GW_MLAG_GOOD,
#define X(id, help) GW_MLAG_BAD_##id,
	GW_MLAG_BAD(X)
#undef X
		GW_MLAG_BAD_COUNT
};

const char *gw_mlag_bad_name(enum gw_mlag_bad bad);
const char *gw_mlag_bad_help(enum gw_mlag_bad bad);

// A message as received; `body` points into the caller's octets.
struct gw_mlag_message {
	uint8_t type, sub, flags;
	struct gw_mac system;
	uint32_t epoch, sequence;
	uint16_t records;
	const uint8_t *body;
	uint32_t body_len;
};

struct gw_mlag_record {
	uint16_t mlag, vlan, vrf;
	uint16_t len;
	const uint8_t *packet; // from its Ethernet header
};

struct gw_mlag_twin {
	uint16_t mlag;
	bool up;
	uint8_t lacp; // GW_MLAG_LACP_*
	uint16_t partner_priority, partner_key;
	struct gw_mac partner;
};

struct gw_mlag_addresses {
	uint16_t mlag;
	uint32_t total, first, count;
	const struct gw_mlag_tlv_address *address; // [count]
};

struct gw_mlag_hello {
	uint32_t confirmed, unconfirmed;
	uint64_t digest[GW_MLAG_BUCKETS];
	uint8_t role; // enum gw_mlag_role
	uint16_t priority;
	uint32_t hears;
	bool has_config;
	uint64_t must, should;
	uint16_t tables; // bit per sub type, GW_MLAG_ARP at bit 1; GW_MLAG_TABLES when not said
};

// Only the header: `bad` of truncated, version, type, sub_type, system_id.
enum gw_mlag_bad gw_mlag_head_decode(
	const uint8_t *data, uint32_t len, struct gw_mlag_message *msg);
// The records of a sync message: all of them hold, or why not.
enum gw_mlag_bad gw_mlag_records_check(const struct gw_mlag_message *msg);
// The next record of a message that was checked; begin with *at 0. False at the end.
bool gw_mlag_record_next(
	const struct gw_mlag_message *msg, uint32_t *at, struct gw_mlag_record *record);
enum gw_mlag_bad gw_mlag_hello_decode(
	const struct gw_mlag_message *msg, struct gw_mlag_hello *hello);
enum gw_mlag_bad gw_mlag_keepalive_decode(
	const struct gw_mlag_message *msg, struct gw_mlag_hello *hello);
// The next member of a hello that was decoded; the next addresses of one.
bool gw_mlag_twin_next(const struct gw_mlag_message *msg, uint32_t *at, struct gw_mlag_twin *twin);
bool gw_mlag_addresses_next(
	const struct gw_mlag_message *msg, uint32_t *at, struct gw_mlag_addresses *part);

// A message being written into `data`, which belongs to the caller. Those that add return false,
// with nothing changed, when there is no room.
struct gw_mlag_out {
	uint8_t *data;
	uint32_t size, len;
	uint16_t records;
};

void gw_mlag_out_begin(struct gw_mlag_out *out, uint8_t *data, uint32_t size, uint8_t type,
	uint8_t sub, const struct gw_mac *system, uint32_t epoch);
bool gw_mlag_out_record(struct gw_mlag_out *out, const struct gw_mlag_record *record);
// Table, role, configuration and tables of a hello.
bool gw_mlag_out_hello(struct gw_mlag_out *out, const struct gw_mlag_hello *hello);
bool gw_mlag_out_role(struct gw_mlag_out *out, const struct gw_mlag_hello *hello);
bool gw_mlag_out_twin(struct gw_mlag_out *out, const struct gw_mlag_twin *twin);
// As many of `part` as there is room for: its count says how many. False: for not even one.
bool gw_mlag_out_addresses(struct gw_mlag_out *out, struct gw_mlag_addresses *part);
void gw_mlag_out_end(struct gw_mlag_out *out, uint8_t flags, uint32_t sequence);
