// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// Longest-prefix match of IPv4: a trie of strides 16, 8 and 8. One writer (the slow path), readers
// that never wait. A node that is no longer needed goes to `retire` and is used again when no
// reader can stand in it.
//
// Prefixes of 0 to 31 bits are leaves. Addresses (/32) stand in the node of their /24 where there
// is one, as in a home segment full of clients: 4 octets each, no hash. Elsewhere the leaf above
// them is marked GW_TRIE4_HASHED: the reader asks the table of addresses first (fib/rib.h).
//
// The root is 256 kB and a node 1 kB, so that the upper strides stay in the second-level cache.

#include <stdbool.h>
#include <stdint.h>

#include "fib/result.h"

#define GW_TRIE4_INDEX_MAX ((1u << 20) - 1)

// Entries.
#define GW_TRIE4_NODE	(1u << 31) // | node index
#define GW_TRIE4_EXACT	(1u << 30) // | result of an address, 28 bits
#define GW_TRIE4_HASHED (1u << 29) // flag of a leaf
// Leaf: length << 24 | kind << 20 | index; 0 none.

struct gw_trie4 {
	uint32_t *root; // 65,536 entries
	void (*retire)(uint32_t node);
	// The result of an address, 0 none, for a node of a /24 that is being made.
	uint32_t (*exact)(const struct gw_trie4 *t, uint32_t ip);
};

extern uint32_t (*gw_trie4_nodes)[256]; // shared by all tries

int gw_trie4_init(struct gw_trie4 *t);
void gw_trie4_fini(struct gw_trie4 *t); // no reader any more
// Replace every leaf inside prefix/len that came from a prefix not longer than `len`, which is
// what both adding and deleting do: a deleted prefix is covered again by `res` of `from_len`, the
// next shorter prefix (res 0: none). len <= 31; -ENOMEM changes nothing.
int gw_trie4_set(struct gw_trie4 *t, uint32_t prefix, uint8_t len, uint32_t res, uint8_t from_len);
// An address was set in the table of addresses, or deleted there; then `cover` of `cover_len` is
// what its prefixes say.
void gw_trie4_exact_set(struct gw_trie4 *t, uint32_t ip, uint32_t res);
void gw_trie4_exact_del(struct gw_trie4 *t, uint32_t ip, uint32_t cover, uint8_t cover_len);
// The leaf of any address beside `ip` in the node of its /24; false: there is none.
bool gw_trie4_neighbour_leaf(const struct gw_trie4 *t, uint32_t ip, uint32_t *res, uint8_t *len);
// Give the /24 of `ip` a node; or take it away unless longer prefixes need it.
void gw_trie4_promote(struct gw_trie4 *t, uint32_t ip);
void gw_trie4_demote(struct gw_trie4 *t, uint32_t ip);
void gw_trie4_node_free(uint32_t node); // after the grace period

static inline uint32_t gw_trie4_leaf_result(uint32_t e)
{
	return (e & 0xfffff) | (e >> 20 & 15) << GW_FIB_INDEX_BITS;
}

// Reader, in two steps so that a burst's memory accesses overlap: the entry above the last one
// (gw_trie4_start), and from there the entry that is no node (gw_trie4_finish).
static inline uint32_t gw_trie4_start(const struct gw_trie4 *t, uint32_t ip)
{
	uint32_t e = __atomic_load_n(&t->root[ip >> 16], __ATOMIC_ACQUIRE);

	if (e & GW_TRIE4_NODE) {
		e = __atomic_load_n(
			&gw_trie4_nodes[e & INT32_MAX][ip >> 8 & 255], __ATOMIC_ACQUIRE);
		if (e & GW_TRIE4_NODE)
			__builtin_prefetch(&gw_trie4_nodes[e & INT32_MAX][ip & 255]);
	}
	return e;
}

static inline uint32_t gw_trie4_finish(uint32_t e, uint32_t ip)
{
	if (e & GW_TRIE4_NODE)
		e = __atomic_load_n(&gw_trie4_nodes[e & INT32_MAX][ip & 255], __ATOMIC_ACQUIRE);
	return e;
}
