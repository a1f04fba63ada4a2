// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// Routing tables by VRF. Index 0 is the VRF "default". A VRF is made when it is first named and
// stays.

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "fib/rib.h"
#include "fib/rib6.h"

#define GW_MAX_VRFS 1024

struct gw_vrf {
	struct gw_rib rib;     // what workers look up
	struct gw_rib6 rib6;   // the same of IPv6
	struct gw_rib clients; // prefixes of clients, for the no-loop rules; index: times named
	char name[32];
};

extern struct gw_vrf gw_vrfs[GW_MAX_VRFS];
extern uint16_t gw_vrf_count;

int gw_vrf_init(void); // makes "default"
void gw_vrf_fini(void);
int gw_vrf_get(const char *name, uint16_t *vrf, struct gw_err *err);  // made when missing
int gw_vrf_find(const char *name, uint16_t *vrf, struct gw_err *err); // -ENOENT; NULL: default

// Prefixes whose addresses are clients'; counted, a segment and the configuration may both name
// one. Slow path.
int gw_client_prefix_add(uint16_t vrf, uint32_t prefix, uint8_t len);
void gw_client_prefix_del(uint16_t vrf, uint32_t prefix, uint8_t len);

static inline bool gw_client_prefix_has(uint16_t vrf, uint32_t ip)
{
	return gw_rib_lookup(&gw_vrfs[vrf].clients, ip) != 0;
}
