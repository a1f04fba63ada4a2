// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// Path sets: the next hops of a route that has several. Routes with the same next hops share one.
// A set never changes while it is named; a route that changes is given another one, and the index
// is used again when no reader can hold it.
//
// A flow is sent by hash threshold (RFC 2992): the hashes are cut into `n` regions of equal size,
// one for each next hop. When one next hop of n goes or comes, about half of the flows stay where
// they are; with a modulo nearly all would move.

#include <stdint.h>

#include "fib/result.h"

#define GW_MULTIPATH_MAX  16	     // next hops of one set
#define GW_MULTIPATH_SETS (1u << 16) // index 0 is none

struct gw_multipath {
	uint32_t n;
	uint32_t nh[GW_MULTIPATH_MAX];
};

extern struct gw_multipath *gw_multipaths; // [GW_MULTIPATH_SETS]

void gw_multipath_fini(void); // after gw_rcu_fini(); the first set makes the table
// Slow path. The set of these next hops, 2 to 16 different ones in any order, made when missing;
// held. -ENOMEM, -ENOSPC. It keeps its next hops.
int gw_multipath_get(const uint32_t *nh, uint32_t n, uint32_t *index);

// The next hops of a result of any kind; their number, 0: of that kind have none.
uint32_t gw_fib_nexthops(uint32_t res, uint32_t nh[static GW_MULTIPATH_MAX]);

// Keep what the result of a look-up names (a next hop or a set) from being used again, whatever
// becomes of its route; other kinds are left alone. Slow path.
void gw_fib_hold(uint32_t res);
void gw_fib_release(uint32_t res);

// Reader. The next hop for this hash, of which every bit may matter or only some.
static inline uint32_t gw_multipath_pick(uint32_t index, uint32_t hash)
{
	const struct gw_multipath *m = &gw_multipaths[index];
	uint64_t spread = (hash ^ hash >> 16) * 0x9e3779b1u;

	return m->nh[spread * m->n >> 32];
}
