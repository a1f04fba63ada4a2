// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// Inside of lib/neigh: the table of neighbours beside gw_nexthops, found by interface and address.
// An index that is freed waits for a grace period and then behind thousands of others: a packet
// that still waits in a ring finds there what it was sent to.

#include <stdbool.h>
#include <stdint.h>

#include "base/heap.h"
#include "neigh/neigh.h"

enum gw_neigh_state {
	GW_NEIGH_FREE,
	GW_NEIGH_INCOMPLETE, // without requests sent yet when `tries` is 0
	GW_NEIGH_REACHABLE,
	GW_NEIGH_STALE, // in use; what is known was not confirmed
	GW_NEIGH_PROBE, // in use, asked by unicast whether it is still there
	GW_NEIGH_FAILED,
	GW_NEIGH_STATIC,
	GW_NEIGH_GONE, // its interface was deleted, something still holds the next hop
};

struct gw_neigh_queue;

struct gw_neigh {
	struct gw_heap_node timer; // first: the heap gives this back
	struct gw_ip ip;
	uint64_t confirmed_us; // when it spoke last
	struct gw_neigh_queue *queue;
	uint32_t next; // of the same hash, or free
	uint32_t refs; // routes and tunnels
	uint8_t state; // enum gw_neigh_state
	uint8_t tries; // requests sent
};

extern struct gw_neigh *gw_neighs; // [GW_MAX_NEXTHOPS]

int gw_neigh_table_init(void);
void gw_neigh_table_fini(void);
uint32_t gw_neigh_find(uint16_t iface, struct gw_ip ip);
uint32_t gw_neigh_new(uint16_t iface, struct gw_ip ip); // incomplete; 0: no index left
void gw_neigh_unlink(uint32_t nh);			// not found any more
void gw_neigh_free(uint32_t nh);			// after a grace period; unlinked before

// 0: not known.
static inline uint64_t gw_neigh_mac(uint32_t nh)
{
	return gw_nexthops[nh].mac & GW_MAC_MASK;
}

// A MAC as the data path holds it: the low 48 bits of a little-endian load.
static inline uint64_t gw_neigh_mac_word(const uint8_t mac[static 6])
{
	uint64_t w = 0;

	__builtin_memcpy(&w, mac, 6);
	return w;
}
