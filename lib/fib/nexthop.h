// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// Next hops: a neighbour on a link and, once it has answered, its MAC. Routes and tunnels refer to
// one by index; the neighbour code (neigh/) owns them and knows their addresses. Index 0 is none.

#include <stdbool.h>
#include <stdint.h>

#define GW_MAX_NEXTHOPS (1u << 19)

#define GW_NH_RESOLVED (1ull << 63)
#define GW_MAC_MASK    ((1ull << 48) - 1)

// What workers read; both words are written and read whole.
struct gw_nexthop {
	uint64_t mac;	// low 48 bits as loaded from a frame (little-endian), GW_NH_RESOLVED
	uint16_t iface; // where the neighbour is; never changes in the life of the index
	uint16_t vrf;
	uint16_t out;	// by this interface: `iface`, or that of an MLAG pair's peer link
	uint8_t family; // AF_INET or AF_INET6: of the neighbour's address, and of what it is sent
};

extern struct gw_nexthop *gw_nexthops; // [GW_MAX_NEXTHOPS]

static inline uint64_t gw_nexthop_mac(uint32_t nh)
{
	return __atomic_load_n(&gw_nexthops[nh].mac, __ATOMIC_ACQUIRE);
}
