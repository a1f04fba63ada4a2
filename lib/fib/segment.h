// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// Segment routes: a prefix owned by a pair of user planes; packets to its addresses that no host
// or host-tunnel route takes go to the other one, or are discarded. Every segment is a client
// prefix. Slow path.

#include <stdbool.h>
#include <stdint.h>

#include "base/addr.h"
#include "base/err.h"

#define GW_SEGMENT_COST 20

struct gw_segment {
	uint32_t prefix;
	uint8_t len;
	uint16_t vrf;
	uint16_t path; // tunnel or group, 0 discard
	uint32_t cost;
	bool publish;
	uint32_t mark;
};

void gw_segment_fini(void);
int gw_segment_add(const struct gw_segment *spec, struct gw_err *err);		       // or change
int gw_segment_del(uint16_t vrf, const struct gw_prefix4 *prefix, struct gw_err *err); // -ENOENT
// In the order of VRF and prefix.
void gw_segment_walk(void (*fn)(const struct gw_segment *s, void *arg), void *arg);
uint32_t gw_segment_count(void);
void gw_segment_marks_begin(void);
void gw_segment_marks_sweep(void);
