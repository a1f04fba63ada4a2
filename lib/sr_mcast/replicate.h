// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// One packet becomes many. The ways out of a packet, its legs, are collected in chunks; a leg
// gets a header of its own before
//
//   - the payload itself, shared by reference count, when it is longer than gw_copy_max;
//   - a copy of it, when it is short (a copy costs less than the shared count) or the port takes no
//     chains;
//   - the packet it came in, when it is the last leg and no other one shares the payload.
//
// Workers only.

#include <stdbool.h>
#include <stdint.h>

#include <rte_ip.h>

#include "dp/worker.h"

// Octets of payload up to which copying is cheaper: docs/performance.md, "Replication".
#define GW_COPY_MAX 192

#define GW_LEGS 64 // at a time

struct gw_leg {
	uint64_t mac;	// as gw_nexthop_mac() gives it
	uint32_t nh;	// waits for this next hop when `mac` is not resolved
	uint32_t dest;	// outer destination (gw_mcast_dests); not used without an outer header
	uint32_t stats; // gw_branch_stats, 0: none
	uint16_t iface;
};

struct gw_replication {
	struct gw_worker *w;
	struct gw_pkt *p; // data of its mbuf begins at the payload; gone after the last leg
	uint32_t len;	  // octets of payload
	bool ip4;	  // version of the payload
	bool encap;	  // `outer` stands before each copy
	bool shared;	  // some leg holds the payload
	struct rte_ipv6_hdr outer;
};

extern uint32_t gw_copy_max; // GW_COPY_MAX; the benchmark compares

extern struct rte_mempool *gw_heads;
// The pool of headers, made when missing. -ENOMEM. Slow path.
int gw_replicate_init(struct gw_err *err);
void gw_replicate_fini(void);
// Send to `n` legs, at most GW_LEGS; with `last`, which needs n > 0, the packet itself is used up.
void gw_replicate(struct gw_replication *r, const struct gw_leg *leg, uint32_t n, bool last);
