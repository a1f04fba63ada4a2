// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// The writer's view of one look-up table: every prefix with its candidates by kind. The best kind
// of a prefix is what the readers' table holds. Slow path only.

#include <stdbool.h>
#include <stdint.h>

#include "base/hash32.h"
#include "base/tree.h"
#include "fib/result.h"
#include "fib/trie4.h"

struct gw_rib {
	struct gw_trie4 trie;	 // prefixes of 0 to 31 bits, and the addresses of full /24s
	struct gw_hash32 exact;	 // every address (prefix of 32 bits)
	struct gw_hash32 dense;	 // /24 >> 8 -> how many addresses it has
	struct gw_tree prefixes; // struct rib_prefix; a /32 only when it has several kinds
	uint32_t count[GW_FIB_KINDS];
	uint32_t long_count; // prefixes of 25 to 31 bits
};

int gw_rib_init(struct gw_rib *rib, uint32_t hosts_expected);
void gw_rib_fini(struct gw_rib *rib);
// Insert or replace the candidate of this kind; bits after `len` must be 0. -ENOMEM, -ENOSPC
// (index too large for the trie) leave everything as it was.
int gw_rib_set(
	struct gw_rib *rib, uint32_t prefix, uint8_t len, enum gw_fib_kind kind, uint32_t index);
bool gw_rib_del(struct gw_rib *rib, uint32_t prefix, uint8_t len, enum gw_fib_kind kind);
// The candidate of this kind, 0 none.
uint32_t gw_rib_get(const struct gw_rib *rib, uint32_t prefix, uint8_t len, enum gw_fib_kind kind);

// What the prefixes shorter than 32 bits say about an address, 0 none.
uint32_t gw_rib_cover(const struct gw_rib *rib, uint32_t ip);

// Reader or writer: the result for an address, 0 none. In two steps for a burst: start asks for the
// memory that finish reads.
static inline uint32_t gw_rib_start(const struct gw_rib *rib, uint32_t ip)
{
	uint32_t e = gw_trie4_start(&rib->trie, ip);

	if ((e & (GW_TRIE4_NODE | GW_TRIE4_HASHED)) == GW_TRIE4_HASHED)
		gw_hash32_prefetch(gw_hash32_table(&rib->exact), ip);
	return e;
}

static inline uint32_t gw_rib_finish(const struct gw_rib *rib, uint32_t ip, uint32_t e)
{
	e = gw_trie4_finish(e, ip);
	if (e & GW_TRIE4_EXACT)
		return e & ~GW_TRIE4_EXACT;
	if (e & GW_TRIE4_HASHED) {
		uint32_t res = gw_hash32_get(gw_hash32_table(&rib->exact), ip);

		if (res != 0)
			return res;
	}
	return gw_trie4_leaf_result(e);
}

static inline uint32_t gw_rib_lookup(const struct gw_rib *rib, uint32_t ip)
{
	return gw_rib_finish(rib, ip, gw_rib_start(rib, ip));
}
