// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// First addresses that branches lead to, each once for all trees: a change of the underlay is one
// store per first address.

#include <stdint.h>

#include <netinet/in.h>

#include "base/map.h"

struct gw_mcast_dest {
	struct in6_addr addr;
	// What the look-up in the VRF "default" says: a next hop (GW_FIB_ROUTE, GW_FIB_NEIGH),
	// GW_FIB_MULTIPATH, else 0, unreachable. Never GW_FIB_CONNECTED: a next hop is made and
	// asked for. One word, read whole.
	uint32_t res;
	uint32_t refs; // branches; slow path
};

extern struct gw_mcast_dest *gw_mcast_dests; // [GW_MAX_DESTS + 1], 0 none

static inline uint32_t gw_mcast_dest_res(uint32_t dest)
{
	return __atomic_load_n(&gw_mcast_dests[dest].res, __ATOMIC_ACQUIRE);
}

// Slow path.
int gw_mcast_dest_init(void);
void gw_mcast_dest_fini(void);
uint32_t gw_mcast_dest_find(const struct in6_addr *addr); // 0: none
// Found or made, with a reference; 0: no room or no memory.
uint32_t gw_mcast_dest_get(const struct in6_addr *addr);
void gw_mcast_dest_put(uint32_t dest);
uint32_t gw_mcast_dest_next(uint32_t after); // the next index in use, 0 at the end
uint32_t gw_mcast_dest_count(void);
