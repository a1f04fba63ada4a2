// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// Inside of lib/mlag_sync: who was learned, or asked for, behind the member ports. Found by VRF,
// VLAN and address; each entry is in one list, ordered by the time at which something is due,
// because all of a list wait equally long; confirmed ones add to the digest of their bucket.

#include <stdbool.h>
#include <stdint.h>

#include "base/map.h"
#include "mlag_sync/message.h"

enum gw_mlag_list {
	GW_MLAG_FREE,
	GW_MLAG_ASKED,	     // the ordinary input asked for it, nobody is known yet
	GW_MLAG_UNCONFIRMED, // heard, waits for the peer to say that it learned it
	GW_MLAG_HELD,	     // until its age
	GW_MLAG_VERIFY,	     // it moved: asked soon whether that is so
	GW_MLAG_DUE,	     // to be asked as the pace allows
	GW_MLAG_PROBE,	     // asked, waits for the answer
	GW_MLAG_LISTS
};

struct gw_mlag_key {
	struct gw_ip ip;
	uint16_t vrf, vlan;
	uint32_t zero;
};
static_assert(sizeof(struct gw_mlag_key) == 24, "key of a gw_map: no padding");

struct gw_mlag_entry {
	struct gw_mlag_key key;
	struct gw_mac mac;
	uint16_t mlag;
	uint64_t digest;
	uint64_t due_us;   // when its list is done with it
	uint64_t set_us;   // when it spoke last
	uint64_t new_us;   // when it was heard of first
	uint64_t asked_us; // until then an answer is one to a question that was open before
	uint32_t prev, next;
	uint32_t bucket_prev, bucket_next;
	uint8_t list; // enum gw_mlag_list
	uint8_t tries;
	uint8_t bucket;
	bool known : 1;	    // somebody's: mac and mlag are set, it is in its bucket
	bool confirmed : 1; // and counts in the digest
	bool relayed : 1;   // what it is was told by the peer
	bool broadcast : 1; // not to be asked by unicast
	bool doubtful : 1;  // nor only where it was seen last
	bool for_peer : 1;  // heard first as an answer to the peer, which may not have asked
};

struct gw_mlag_bucket {
	uint32_t first;
	uint32_t unconfirmed;
	uint64_t digest;	     // of the confirmed ones
	uint64_t unconfirmed_digest; // of the others
};

struct gw_mlag_table {
	struct gw_map map;
	struct gw_mlag_entry *entry; // [max + 1]
	uint32_t max, top, free;
	uint32_t head[GW_MLAG_LISTS], tail[GW_MLAG_LISTS], count[GW_MLAG_LISTS];
	uint32_t confirmed, unconfirmed;
	struct gw_mlag_bucket bucket[GW_MLAG_BUCKETS];
};

int gw_mlag_table_init(struct gw_mlag_table *t, uint32_t max); // -ENOMEM
void gw_mlag_table_fini(struct gw_mlag_table *t);
struct gw_mlag_entry *gw_mlag_find(struct gw_mlag_table *t, const struct gw_mlag_key *key);
// In no list yet; NULL: full.
struct gw_mlag_entry *gw_mlag_entry_new(struct gw_mlag_table *t, const struct gw_mlag_key *key);
void gw_mlag_entry_free(struct gw_mlag_table *t, struct gw_mlag_entry *e);
// To the end of `list`, due at `due_us`, which is not before that of those in it.
void gw_mlag_list_move(
	struct gw_mlag_table *t, struct gw_mlag_entry *e, enum gw_mlag_list list, uint64_t due_us);
// Who it is and whether that is confirmed; keeps digests and counts.
void gw_mlag_entry_set(struct gw_mlag_table *t, struct gw_mlag_entry *e, const struct gw_mac *mac,
	uint16_t mlag, bool confirmed);
// What both members compute alike over VRF, VLAN, address, MAC and MLAG id.
uint64_t gw_mlag_digest(const struct gw_mlag_key *key, const struct gw_mac *mac, uint16_t mlag);

static inline struct gw_mlag_entry *gw_mlag_first(
	const struct gw_mlag_table *t, enum gw_mlag_list list)
{
	return t->head[list] != 0 ? &t->entry[t->head[list]] : (struct gw_mlag_entry *)0;
}

static inline struct gw_mlag_entry *gw_mlag_bucket_first(
	const struct gw_mlag_table *t, unsigned bucket)
{
	uint32_t i = t->bucket[bucket].first;

	return i != 0 ? &t->entry[i] : (struct gw_mlag_entry *)0;
}

static inline struct gw_mlag_entry *gw_mlag_bucket_next(
	const struct gw_mlag_table *t, const struct gw_mlag_entry *e)
{
	return e->bucket_next != 0 ? &t->entry[e->bucket_next] : (struct gw_mlag_entry *)0;
}
