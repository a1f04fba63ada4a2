// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// Ordinary routes with a next hop on a connected subnet. Slow path.

#include <stdint.h>

#include "base/addr.h"
#include "base/err.h"

struct gw_route {
	uint32_t prefix;
	uint8_t len;
	uint16_t vrf;
	uint32_t via;
	uint32_t nh; // next hop; held
	uint32_t mark;
};

void gw_route_fini(void);
// Add, or change the next hop. -EINVAL, -ENETUNREACH (via on no connected subnet), -ENOMEM.
int gw_route_add(uint16_t vrf, const struct gw_prefix4 *prefix, uint32_t via, struct gw_err *err);
int gw_route_del(uint16_t vrf, const struct gw_prefix4 *prefix, struct gw_err *err); // -ENOENT
void gw_route_walk(void (*fn)(const struct gw_route *r, void *arg), void *arg);
uint32_t gw_route_count(void);
void gw_route_marks_begin(void);
void gw_route_marks_sweep(void);
