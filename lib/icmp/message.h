// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// Inside of lib/icmp: messages of ours.

#include <stdbool.h>
#include <stdint.h>

#include <rte_icmp.h>
#include <rte_mbuf.h>

#define GW_ICMP_ECHO_REPLY   0
#define GW_ICMP_UNREACHABLE  3
#define GW_ICMP_QUENCH	     4
#define GW_ICMP_REDIRECT     5
#define GW_ICMP_ECHO_REQUEST 8
#define GW_ICMP_EXCEEDED     11
#define GW_ICMP_PARAMETER    12

struct gw_icmp_message {
	uint32_t src, dst; // host order
	uint16_t id;	   // of the IP header, host order
	uint8_t tos;
	uint8_t type, code;
	uint16_t word[2]; // the rest of the ICMP header, network order
	uint32_t room;	  // octets behind the ICMP header
};

// What the room of a message is at most.
uint32_t gw_icmp_room(void);
// An IP packet with the message; *data is what the caller fills. NULL: no buffer.
struct rte_mbuf *gw_icmp_make(const struct gw_icmp_message *msg, uint8_t **data);
// One's complement sum from octet `at` to the end.
uint16_t gw_icmp_sum(const struct rte_mbuf *m, uint32_t at);
// Its checksum, and out by its look-up.
void gw_icmp_send(uint16_t vrf, struct rte_mbuf *m);
uint16_t gw_icmp_next_id(void); // for the IP header

static inline bool gw_icmp_is_error(uint8_t type)
{
	return type == GW_ICMP_UNREACHABLE || type == GW_ICMP_QUENCH || type == GW_ICMP_REDIRECT ||
		type == GW_ICMP_EXCEEDED || type == GW_ICMP_PARAMETER;
}
