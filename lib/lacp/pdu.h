// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// LACPDUs and Marker PDUs (IEEE 802.1AX-2014 6.4.2.3, 6.5.3), from the subtype on: what follows
// EtherType 0x8809. Network byte order, nothing aligned. Any thread.

#include <assert.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/addr.h"

#define GW_LACP_ETHERTYPE 0x8809
#define GW_LACP_LEN	  110

// Bits of a port's state.
#define GW_LACP_ACTIVITY     0x01
#define GW_LACP_TIMEOUT	     0x02 // short
#define GW_LACP_AGGREGATION  0x04
#define GW_LACP_SYNC	     0x08
#define GW_LACP_COLLECTING   0x10
#define GW_LACP_DISTRIBUTING 0x20
#define GW_LACP_DEFAULTED    0x40
#define GW_LACP_EXPIRED	     0x80

extern const struct gw_mac gw_lacp_group; // destination of the frames

// What is said of one end.
struct gw_lacp_info {
	uint16_t system_priority;
	struct gw_mac system;
	uint16_t key;
	uint16_t port_priority;
	uint16_t port;
	uint8_t state;
};

struct gw_lacp_pdu {
	struct gw_lacp_info actor, partner;
	uint16_t max_delay; // tens of microseconds
};

struct gw_lacp_wire_info {
	uint8_t type, length;
	uint8_t system_priority[2];
	uint8_t system[6];
	uint8_t key[2];
	uint8_t port_priority[2];
	uint8_t port[2];
	uint8_t state;
	uint8_t reserved[3];
};
static_assert(sizeof(struct gw_lacp_wire_info) == 20, "wire format");

struct gw_lacp_wire {
	uint8_t subtype, version;
	struct gw_lacp_wire_info actor, partner;
	uint8_t collector_type, collector_length;
	uint8_t max_delay[2];
	uint8_t collector_reserved[12];
	uint8_t terminator_type, terminator_length;
	uint8_t reserved[50];
};
static_assert(sizeof(struct gw_lacp_wire) == GW_LACP_LEN, "wire format");

enum gw_lacp_kind { GW_LACP_MALFORMED, GW_LACP_PDU, GW_LACP_MARKER };

enum gw_lacp_kind gw_lacp_decode(const uint8_t *data, uint32_t len, struct gw_lacp_pdu *pdu);
void gw_lacp_encode(const struct gw_lacp_pdu *pdu, uint8_t data[static GW_LACP_LEN]);
// A Marker PDU becomes its response.
void gw_lacp_marker_answer(const uint8_t *marker, uint8_t data[static GW_LACP_LEN]);
