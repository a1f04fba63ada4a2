// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// Longest-prefix match of IPv6 for prefixes of 0 to 127 bits: a trie of stride 16, then of strides
// of 8. One writer (the slow path), readers that never wait. A node that is no longer needed goes
// to `retire` and is used again when no reader can stand in it. Whole addresses are kept elsewhere
// (fib/rib6.h).
//
// A /48 takes five reads, a /64 seven. The root is 256 kB and a node 1 kB.

#include <netinet/in.h>
#include <stdint.h>

#include "fib/result.h"

#define GW_TRIE6_INDEX_MAX ((1u << 20) - 1)

// Entries.
#define GW_TRIE6_NODE (1u << 31) // | node index
// Leaf: length << 24 | kind << 20 | index; 0 none.

struct gw_trie6 {
	uint32_t *root; // 65,536 entries
	uint32_t nodes; // of this trie
	void (*retire)(uint32_t node);
};

extern uint32_t (*gw_trie6_nodes)[256]; // shared by all tries
extern uint32_t gw_trie6_nodes_used;	// those that wait to be used again count
extern uint32_t gw_trie6_nodes_max;	// a test may lower it

int gw_trie6_init(struct gw_trie6 *t);	// `retire` set before; -ENOMEM
void gw_trie6_fini(struct gw_trie6 *t); // no reader any more
// Replace every leaf inside prefix/len that came from a prefix not longer than `len`, which is
// what both adding and deleting do: a deleted prefix is covered again by `res` of `from_len`, the
// next shorter prefix (res 0: none). len <= 127, bits after it are 0. -ENOMEM changes nothing; a
// prefix that is there can always be replaced and deleted.
int gw_trie6_set(struct gw_trie6 *t, const struct in6_addr *prefix, uint8_t len, uint32_t res,
	uint8_t from_len);
uint64_t gw_trie6_memory(const struct gw_trie6 *t); // octets
void gw_trie6_node_free(uint32_t node);		    // after the grace period

static inline uint32_t gw_trie6_root_index(const struct in6_addr *ip)
{
	return (uint32_t)ip->s6_addr[0] << 8 | ip->s6_addr[1];
}

// Reader or writer: the result for an address, 0 none.
static inline uint32_t gw_trie6_lookup(const struct gw_trie6 *t, const struct in6_addr *ip)
{
	uint32_t e = __atomic_load_n(&t->root[gw_trie6_root_index(ip)], __ATOMIC_ACQUIRE);

	for (const uint8_t *b = &ip->s6_addr[2]; e & GW_TRIE6_NODE; b++)
		e = __atomic_load_n(&gw_trie6_nodes[e & INT32_MAX][*b], __ATOMIC_ACQUIRE);
	return (e & 0xfffff) | (e >> 20 & 15) << GW_FIB_INDEX_BITS;
}
