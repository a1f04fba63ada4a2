// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// Inside of lib/icmp: echo requests of ours, of either family, and what comes of them. Times are
// microseconds of the monotonic clock.

#include <stdbool.h>
#include <stdint.h>

#include <rte_mbuf.h>

#include "base/addr.h"
#include "base/err.h"

#define GW_PING_DATA	56
#define GW_PING_WINDOW	256 // requests whose answers are awaited
#define GW_PING_EVENTS	64  // not yet shown
#define GW_PING_WAIT_US 1000000u

// Something came for a request.
struct gw_ping_event {
	uint16_t seq;
	bool reply;	    // else an error
	uint8_t type, code; // of the ICMP or ICMPv6 message
	uint8_t ttl;
	uint32_t mtu; // of fragmentation needed, or packet too big
	struct gw_ip from;
	uint32_t octets; // of the ICMP message
	uint32_t rtt_us;
};

struct gw_ping {
	struct gw_ping *next;
	struct gw_ip dst, src;
	// How a request leaves that is ready but for this; NULL: by its look-up. IPv6 only.
	void (*send)(const struct gw_ping *p, struct rte_mbuf *m);
	uint32_t tree;	// of one that goes by a tree
	uint16_t iface; // of a link-local destination, else 0
	uint16_t vrf, id;
	uint32_t count;
	uint64_t interval_us;
	uint32_t sent, received, errors;
	uint64_t begin_us, next_us;
	uint64_t rtt_min, rtt_max, rtt_sum;
	uint64_t sent_us[GW_PING_WINDOW]; // by sequence, 0: not awaited
	struct gw_ping_event events[GW_PING_EVENTS];
	uint32_t event_first, event_n;
};

uint64_t gw_ping_clock(void);
// With dst, iface, vrf, count and interval_us set. -ENETUNREACH, -EADDRNOTAVAIL.
int gw_ping_start(struct gw_ping *p, struct gw_err *err);
void gw_ping_begin(struct gw_ping *p);		       // with src set, too: needs no route
bool gw_ping_step(struct gw_ping *p, uint64_t now_us); // send what is due; false: it is over
bool gw_ping_take(struct gw_ping *p, struct gw_ping_event *ev);
void gw_ping_stop(struct gw_ping *p);

// An echo reply; an ICMP error to an own address, at octet `at` of the packet. False: no ping waits
// for it.
bool gw_ping_answered(struct rte_mbuf *m, uint32_t at);
bool gw_ping_error_received(struct rte_mbuf *m, uint32_t at);
// Our own packet, dropped with what would be an error for others.
void gw_ping_failed(struct rte_mbuf *m, uint8_t type, uint8_t code);
