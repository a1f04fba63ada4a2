// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// Inside of lib/icmp: ICMPv6 messages of ours (RFC 4443), as icmp/message.h for IPv4.

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>

#include <rte_mbuf.h>

#define GW_ICMP6_UNREACHABLE  1
#define GW_ICMP6_TOO_BIG      2
#define GW_ICMP6_EXCEEDED     3
#define GW_ICMP6_PARAMETER    4
#define GW_ICMP6_ECHO_REQUEST 128
#define GW_ICMP6_ECHO_REPLY   129
#define GW_ICMP6_REDIRECT     137

struct gw_icmp6_hdr {
	uint8_t type, code;
	uint16_t checksum;
	uint16_t word[2]; // identifier and sequence, or an MTU of 32 bits
} __attribute__((packed));

struct gw_icmp6_message {
	struct in6_addr src, dst;
	uint32_t class_label; // traffic class and flow label, host order
	uint8_t type, code;
	uint16_t word[2]; // the rest of the ICMPv6 header, network order
	uint32_t room;	  // octets behind the ICMPv6 header
};

// What the room of a message is at most.
uint32_t gw_icmp6_room(void);
// An IPv6 packet with the message; *data is what the caller fills. NULL: no buffer.
struct rte_mbuf *gw_icmp6_make(const struct gw_icmp6_message *msg, uint8_t **data);
// The checksum of a message that is complete.
void gw_icmp6_sum_set(struct rte_mbuf *m);
// That, and out of `iface` when an address is link-local, else by its look-up in `vrf`.
void gw_icmp6_send(uint16_t vrf, uint16_t iface, struct rte_mbuf *m);
// The checksum of the ICMPv6 message from octet `at` to the end of an IPv6 packet is right.
bool gw_icmp6_sum_ok(const struct rte_mbuf *m, uint32_t at);

// RFC 4443 2.1: errors are 0 to 127.
static inline bool gw_icmp6_is_error(uint8_t type)
{
	return type < 128;
}
