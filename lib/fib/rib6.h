// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// The look-up table of IPv6, as fib/rib.h is that of IPv4: every prefix with its candidates by
// kind; the best kind of a prefix is what the readers' tables hold. Addresses are bytes
// in wire order. The slow path writes, workers read and never wait.

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/map.h"
#include "base/tree.h"
#include "fib/result.h"
#include "fib/trie6.h"

#define GW_RIB6_MAX_ADDRESSES (1u << 20)

struct gw_rib6 {
	struct gw_trie6 trie;	 // prefixes of 0 to 127 bits
	struct gw_map exact;	 // every address (prefix of 128 bits)
	struct gw_tree prefixes; // struct rib6_prefix; an address only when it has several kinds
	uint32_t count[GW_FIB_KINDS];
	uint32_t by_length[128]; // prefixes
};

int gw_rib6_init(struct gw_rib6 *rib, uint32_t addresses_expected);
void gw_rib6_fini(struct gw_rib6 *rib);
// Insert or replace the candidate of this kind; bits after `len` do not matter. -ENOMEM, -ENOSPC
// (index too large for the trie, too many addresses) leave everything as it was.
int gw_rib6_set(struct gw_rib6 *rib, const struct in6_addr *prefix, uint8_t len,
	enum gw_fib_kind kind, uint32_t index);
bool gw_rib6_del(
	struct gw_rib6 *rib, const struct in6_addr *prefix, uint8_t len, enum gw_fib_kind kind);
// The candidate of this kind, 0 none.
uint32_t gw_rib6_get(const struct gw_rib6 *rib, const struct in6_addr *prefix, uint8_t len,
	enum gw_fib_kind kind);
uint64_t gw_rib6_memory(const struct gw_rib6 *rib); // octets

// Reader or writer: the result for an address, 0 none. In two steps for a burst: start asks for the
// memory that finish, which is handed what start gave, reads first.
static inline uint32_t gw_rib6_start(const struct gw_rib6 *rib, const struct in6_addr *ip)
{
	__builtin_prefetch(&rib->trie.root[gw_trie6_root_index(ip)]);
	return gw_map_start(&rib->exact, ip);
}

static inline uint32_t gw_rib6_finish(
	const struct gw_rib6 *rib, const struct in6_addr *ip, uint32_t started)
{
	uint32_t res = gw_map_finish(&rib->exact, ip, started);

	return res != 0 ? res : gw_trie6_lookup(&rib->trie, ip);
}

static inline uint32_t gw_rib6_lookup(const struct gw_rib6 *rib, const struct in6_addr *ip)
{
	return gw_rib6_finish(rib, ip, gw_rib6_start(rib, ip));
}
