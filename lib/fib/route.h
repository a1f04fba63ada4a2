// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// Ordinary routes of both families: one next hop, or several that flows are spread over. Slow path.

#include <stdint.h>

#include "base/addr.h"
#include "base/err.h"
#include "fib/multipath.h"

#define GW_ROUTE_VIAS GW_MULTIPATH_MAX

// Who says so: of the same prefix the first one counts.
enum gw_route_origin { GW_ROUTE_STATIC, GW_ROUTE_LEARNED, GW_ROUTE_ORIGINS };

struct gw_route {
	struct gw_prefix prefix;
	uint16_t vrf;
	uint32_t res;		       // that counts: next hop or path set (gw_fib_nexthops())
	uint32_t by[GW_ROUTE_ORIGINS]; // 0 none; held
	uint32_t mark;
};

void gw_route_fini(void);
// Add, or change the next hops, 1 to GW_ROUTE_VIAS of them. A route that is there leads somewhere
// all the while. -EINVAL, -ENETUNREACH (via on no connected subnet), -ENOENT (interface of a
// link-local one), -ENOMEM, -ENOSPC change nothing.
int gw_route_add(uint16_t vrf, const struct gw_prefix *prefix, const struct gw_ip_zone *vias,
	uint32_t n, struct gw_err *err);
// The same of a route of the kernel's; it counts when the configuration has none to the prefix.
int gw_route_learn(uint16_t vrf, const struct gw_prefix *prefix, const struct gw_ip_zone *vias,
	uint32_t n, struct gw_err *err);
void gw_route_unlearn(uint16_t vrf, const struct gw_prefix *prefix); // also one that is not there
const struct gw_route *gw_route_find(uint16_t vrf, const struct gw_prefix *prefix); // NULL: none
// Of the configuration's: with `vias` only the route that has exactly those. -ENOENT, -EINVAL.
int gw_route_del(uint16_t vrf, const struct gw_prefix *prefix, const struct gw_ip_zone *vias,
	uint32_t n, struct gw_err *err);
void gw_route_walk(void (*fn)(const struct gw_route *r, void *arg), void *arg);
uint32_t gw_route_count(void);
void gw_route_marks_begin(void);
void gw_route_marks_sweep(void);
