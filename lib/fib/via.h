// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// Next hops of routes as the user writes them. Slow path.

#include <stdbool.h>
#include <stdint.h>

#include "base/addr.h"
#include "base/err.h"
#include "fib/multipath.h"

// The next hop `via` of a route to `prefix`: a neighbour on a connected subnet of the VRF, or a
// link-local one on the interface that is named. Held, not asked for yet. -EINVAL,
// -ENETUNREACH, -ENOENT (interface), -ENOSPC.
int gw_via_resolve(uint16_t vrf, const struct gw_prefix *prefix, const struct gw_ip_zone *via,
	uint32_t *nh, struct gw_err *err);
// What the user writes for the next hops of a result (gw_fib_nexthops()); their number.
uint32_t gw_vias_of(uint32_t res, struct gw_ip_zone vias[static GW_MULTIPATH_MAX]);
// The same ones, each once, in any order.
bool gw_vias_same(
	const struct gw_ip_zone *a, uint32_t n_a, const struct gw_ip_zone *b, uint32_t n_b);

// "192.0.2.1,192.0.2.2", cut short where the room ends; returns `buf`.
#define GW_VIAS_LEN 200
char *gw_vias_str(const struct gw_ip_zone *vias, uint32_t n, char buf[static GW_VIAS_LEN]);
// The reverse; false: that is no list of next hops.
bool gw_vias_parse(const char *s, struct gw_ip_zone vias[static GW_MULTIPATH_MAX], uint32_t *n);
