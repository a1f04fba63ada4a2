// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// Flows: which native multicast goes into which tree here, at the root. Looked up as (VRF, S, G),
// then as (VRF, *, G).

#include <stdbool.h>
#include <stdint.h>

#include "base/addr.h"
#include "base/err.h"
#include "base/map.h"
#include "sr_mcast/sr_mcast.h"

struct gw_flow_key {
	struct gw_ip source, group; // (*, G): source all zero
	uint32_t vrf;
	uint32_t zero;
};

struct gw_mcast_flow {
	uint32_t tree; // changed by one store (gw_mcast_flow_tree())
	uint16_t n_ifaces;
	// Interfaces that the flow comes in by; none: those of the VRF's route to the source. They
	// stay for the life of the index.
	uint16_t iface[GW_MAX_FLOW_PORTS];
};

extern struct gw_map gw_mcast_flow_map;	     // gw_flow_key -> index
extern struct gw_mcast_flow *gw_mcast_flows; // [GW_MAX_FLOWS + 1], 0 none

static inline uint32_t gw_mcast_flow_tree(uint32_t flow)
{
	return __atomic_load_n(&gw_mcast_flows[flow].tree, __ATOMIC_ACQUIRE);
}

// From here on: slow path.

struct gw_mcast_flow_spec {
	uint16_t vrf;
	struct gw_ip source, group; // source all zero: any
	struct in6_addr tree;
	uint16_t iface[GW_MAX_FLOW_PORTS];
	uint16_t n_ifaces;
};

int gw_mcast_flow_init(void);
void gw_mcast_flow_fini(void);
// Add, or lead a flow that is there into another tree, by one store. -EINVAL, -ENOENT (tree),
// -ENOSPC, -ENOMEM leave all as it was.
int gw_mcast_flow_set(const struct gw_mcast_flow_spec *spec, struct gw_err *err);
int gw_mcast_flow_del(uint16_t vrf, const struct gw_ip *source, const struct gw_ip *group,
	struct gw_err *err); // -ENOENT
uint32_t gw_mcast_flow_find(
	uint16_t vrf, const struct gw_ip *source, const struct gw_ip *group); // 0: none
uint32_t gw_mcast_flow_next(uint32_t after); // the next index in use, 0 at the end
const struct gw_flow_key *gw_mcast_flow_key(uint32_t flow);
uint32_t gw_mcast_flow_count(void);
void gw_mcast_flow_marks_begin(void);
void gw_mcast_flow_marks_sweep(void);

static inline bool gw_ip_is_any(const struct gw_ip *ip)
{
	return IN6_IS_ADDR_UNSPECIFIED(&ip->a);
}
