// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// What a look-up gives: kind << 24 | index, one word. Kinds stand in the order of precedence among
// entries of equal length (lower wins): own address, then host, host-tunnel, segment, ordinary.

#include <stdint.h>

enum gw_fib_kind {
	GW_FIB_NONE,
	GW_FIB_LOCAL,	    // own address; index: interface
	GW_FIB_HOST,	    // host route; index: host
	GW_FIB_HOST_TUNNEL, // host-tunnel route; index: tunnel path
	GW_FIB_SEGMENT,	    // segment route; index: tunnel path, 0 discard
	GW_FIB_MULTIPATH,   // ordinary route; index: path set (fib/multipath.h)
	GW_FIB_ROUTE,	    // ordinary route; index: next hop
	GW_FIB_CONNECTED,   // subnet of an interface; index: interface
	GW_FIB_NEIGH,	    // neighbour on a connected subnet; index: next hop
	GW_FIB_KINDS
};

// Grows with every change of an IPv6 table or of a path set: what keeps results of look-ups looks
// again when it differs. The slow path writes it.
extern uint32_t gw_fib_generation;

static inline void gw_fib_changed(void)
{
	__atomic_fetch_add(&gw_fib_generation, 1, __ATOMIC_RELEASE);
}

#define GW_FIB_INDEX_BITS 24
#define GW_FIB_INDEX_MAX  ((1u << GW_FIB_INDEX_BITS) - 1)

static inline uint32_t gw_fib_result(enum gw_fib_kind kind, uint32_t index)
{
	return (uint32_t)kind << GW_FIB_INDEX_BITS | index;
}

static inline enum gw_fib_kind gw_fib_kind(uint32_t res)
{
	return (enum gw_fib_kind)(res >> GW_FIB_INDEX_BITS);
}

static inline uint32_t gw_fib_index(uint32_t res)
{
	return res & GW_FIB_INDEX_MAX;
}
