// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// Exact-match table from a key of fixed length (a multiple of 8 octets, padding zeroed) to a
// 32-bit value that is not 0: IPv6 addresses, trees, flows. One writer, readers that never wait.
//
// A table of hashes (base/hash32.h) leads to records; a record holds its key, which a reader
// compares, and the next record of the same hash. A record that was deleted goes to `retire`,
// which gives it back (gw_map_record_free) when no reader can stand in it.

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/hash32.h"

struct gw_map {
	struct gw_hash32 index; // hash of the key -> record
	uint8_t *records;	// `max` + 1 of `size` octets; 0 is none
	uint64_t seed;
	uint32_t key_len, size, max;
	uint32_t top, free; // records ever used; list of free ones, 0 ends
	uint32_t count;
	void (*retire)(struct gw_map *m, uint32_t record);
};

struct gw_map_record {
	uint32_t next; // of the same hash, 0 ends
	uint32_t value;
	uint64_t key[];
};

// `retire_table` as in gw_hash32_init(). -ENOMEM: gw_map_fini() takes away what is there.
int gw_map_init(struct gw_map *m, uint32_t key_len, uint32_t expected, uint32_t max,
	void (*retire)(struct gw_map *, uint32_t), void (*retire_table)(struct gw_hash32_table *));
void gw_map_fini(struct gw_map *m); // no reader any more
// Writer. Insert or replace; -ENOMEM or -ENOSPC (`max` keys) leave the table as it was.
int gw_map_set(struct gw_map *m, const void *key, uint32_t value);
uint32_t gw_map_del(struct gw_map *m, const void *key); // the value it had, 0: was not there
void gw_map_record_free(struct gw_map *m, uint32_t record);
// Writer: the next key in use after *cursor (begin with 0), in no order; NULL at the end.
const void *gw_map_next(const struct gw_map *m, uint32_t *cursor, uint32_t *value);

static inline struct gw_map_record *gw_map_record(const struct gw_map *m, uint32_t record)
{
	return (struct gw_map_record *)(m->records + (uint64_t)record * m->size);
}

static inline uint32_t gw_map_hash(const struct gw_map *m, const void *key)
{
	uint64_t h = m->seed, w;

	for (uint32_t i = 0; i < m->key_len; i += 8) {
		memcpy(&w, (const uint8_t *)key + i, sizeof(w));
		h = (h ^ w) * 0x9e3779b97f4a7c15u;
		h ^= h >> 32;
	}
	return (uint32_t)(h ^ h >> 29);
}

// Reader, in steps so that a burst's memory accesses overlap: the hash, whose bucket is asked for;
// the first record of that hash, which is asked for; the value, 0 none.
static inline uint32_t gw_map_start(const struct gw_map *m, const void *key)
{
	uint32_t hash = gw_map_hash(m, key);

	gw_hash32_prefetch(gw_hash32_table(&m->index), hash);
	return hash;
}

static inline uint32_t gw_map_first(const struct gw_map *m, uint32_t hash)
{
	uint32_t at = gw_hash32_get(gw_hash32_table(&m->index), hash);

	__builtin_prefetch(gw_map_record(m, at));
	return at;
}

static inline uint32_t gw_map_value(const struct gw_map *m, const void *key, uint32_t at)
{
	while (at != 0) {
		const struct gw_map_record *r = gw_map_record(m, at);

		if (memcmp(r->key, key, m->key_len) == 0)
			return __atomic_load_n(&r->value, __ATOMIC_ACQUIRE);
		at = __atomic_load_n(&r->next, __ATOMIC_ACQUIRE);
	}
	return 0;
}

static inline uint32_t gw_map_finish(const struct gw_map *m, const void *key, uint32_t hash)
{
	return gw_map_value(m, key, gw_hash32_get(gw_hash32_table(&m->index), hash));
}

static inline uint32_t gw_map_get(const struct gw_map *m, const void *key)
{
	return gw_map_finish(m, key, gw_map_hash(m, key));
}
