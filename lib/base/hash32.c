// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "base/hash32.h"

#include <errno.h>
#include <stdlib.h>

#include "base/reserve.h"

#define MIN_BUCKETS 16u
#define MAX_BUCKETS (1u << 26)

static uint64_t slots_size(uint32_t buckets)
{
	return (uint64_t)buckets * GW_HASH32_SLOTS * sizeof(uint64_t);
}

static struct gw_hash32_table *table_new(uint32_t buckets)
{
	struct gw_hash32_table *t = calloc(1, sizeof(*t));

	if (t == NULL)
		return NULL;
	t->mask = buckets - 1;
	t->shift = 32 - (uint32_t)__builtin_ctz(buckets);
	t->slots = gw_reserve(slots_size(buckets));
	t->spill = calloc(buckets, 1);
	if (t->slots == NULL || t->spill == NULL) {
		gw_hash32_table_free(t);
		return NULL;
	}
	return t;
}

void gw_hash32_table_free(struct gw_hash32_table *t)
{
	if (t == NULL)
		return;
	gw_unreserve(t->slots, slots_size(t->mask + 1));
	free(t->spill);
	free(t);
}

int gw_hash32_init(struct gw_hash32 *h, uint32_t expected, void (*retire)(struct gw_hash32_table *))
{
	uint32_t buckets = MIN_BUCKETS;

	while (buckets < MAX_BUCKETS && buckets * (GW_HASH32_SLOTS / 2) < expected)
		buckets *= 2;
	h->count = 0;
	h->retire = retire;
	h->table = table_new(buckets);
	return h->table == NULL ? -ENOMEM : 0;
}

void gw_hash32_fini(struct gw_hash32 *h)
{
	gw_hash32_table_free(h->table);
	h->table = NULL;
}

uint32_t gw_hash32_get_spilled(const struct gw_hash32_table *t, uint32_t key, uint32_t bucket)
{
	uint32_t b = bucket;
	uint32_t v;

	// A key stands behind buckets that all count it: the first that counts none ends the
	// search.
	do {
		b = (b + 1) & t->mask;
		v = gw_hash32_bucket_get(&t->slots[b * GW_HASH32_SLOTS], key);
	} while (v == 0 && __atomic_load_n(&t->spill[b], __ATOMIC_ACQUIRE) != 0 && b != bucket);
	return v;
}

// The writer's view of a key: its slot, or NULL.
static uint64_t *slot_find(const struct gw_hash32_table *t, uint32_t key)
{
	uint32_t home = gw_hash32_home(t, key);
	uint32_t b = home;

	for (;;) {
		uint64_t *bucket = &t->slots[b * GW_HASH32_SLOTS];

		for (uint32_t i = 0; i < GW_HASH32_SLOTS; i++) {
			if (bucket[i] >> 32 == key && (uint32_t)bucket[i] != 0)
				return &bucket[i];
		}
		if (t->spill[b] == 0)
			return NULL;
		b = (b + 1) & t->mask;
		if (b == home)
			return NULL;
	}
}

// Put a new key into the first bucket with room. The spill counts are raised before the slot is
// written: a reader may look once too often, never once too little.
static bool slot_insert(struct gw_hash32_table *t, uint32_t key, uint32_t value)
{
	uint32_t b = gw_hash32_home(t, key);

	for (uint32_t tried = 0; tried <= t->mask; tried++, b = (b + 1) & t->mask) {
		uint64_t *bucket = &t->slots[b * GW_HASH32_SLOTS];

		for (uint32_t i = 0; i < GW_HASH32_SLOTS; i++) {
			if (bucket[i] == 0) {
				__atomic_store_n(
					&bucket[i], (uint64_t)key << 32 | value, __ATOMIC_RELEASE);
				return true;
			}
		}
		if (t->spill[b] == UINT8_MAX)
			return false; // grow
		__atomic_store_n(&t->spill[b], t->spill[b] + 1, __ATOMIC_RELEASE);
	}
	return false;
}

static int grow(struct gw_hash32 *h)
{
	struct gw_hash32_table *old = h->table;
	uint32_t buckets = (old->mask + 1) * 2;

	for (; buckets <= MAX_BUCKETS; buckets *= 2) {
		struct gw_hash32_table *t = table_new(buckets);
		uint64_t n = (uint64_t)(old->mask + 1) * GW_HASH32_SLOTS;
		bool fits = true;

		if (t == NULL)
			return -ENOMEM;
		for (uint64_t i = 0; i < n && fits; i++) {
			uint64_t slot = old->slots[i];

			if (slot != 0)
				fits = slot_insert(t, (uint32_t)(slot >> 32), (uint32_t)slot);
		}
		if (fits) {
			__atomic_store_n(&h->table, t, __ATOMIC_RELEASE);
			h->retire(old);
			return 0;
		}
		gw_hash32_table_free(t);
	}
	return -ENOMEM;
}

int gw_hash32_set(struct gw_hash32 *h, uint32_t key, uint32_t value)
{
	uint64_t *slot;
	int ret;

	if (value == 0)
		return -EINVAL;
	slot = slot_find(h->table, key);
	if (slot != NULL) {
		__atomic_store_n(slot, (uint64_t)key << 32 | value, __ATOMIC_RELEASE);
		return 0;
	}
	if (h->count >= (h->table->mask + 1) * (GW_HASH32_SLOTS / 2)) {
		ret = grow(h);
		if (ret < 0)
			return ret;
	}
	while (!slot_insert(h->table, key, value)) {
		ret = grow(h);
		if (ret < 0)
			return ret;
	}
	h->count++;
	return 0;
}

bool gw_hash32_del(struct gw_hash32 *h, uint32_t key)
{
	struct gw_hash32_table *t = h->table;
	uint64_t *slot = slot_find(t, key);
	uint32_t last;

	if (slot == NULL)
		return false;
	last = (uint32_t)((uint64_t)(slot - t->slots) / GW_HASH32_SLOTS);
	__atomic_store_n(slot, 0, __ATOMIC_RELEASE);
	for (uint32_t b = gw_hash32_home(t, key); b != last; b = (b + 1) & t->mask)
		__atomic_store_n(&t->spill[b], t->spill[b] - 1, __ATOMIC_RELEASE);
	h->count--;
	return true;
}

bool gw_hash32_next(const struct gw_hash32 *h, uint64_t *cursor, uint32_t *key, uint32_t *value)
{
	const struct gw_hash32_table *t = h->table;
	uint64_t n = (uint64_t)(t->mask + 1) * GW_HASH32_SLOTS;

	while (*cursor < n) {
		uint64_t slot = t->slots[(*cursor)++];

		if (slot != 0) {
			*key = (uint32_t)(slot >> 32);
			*value = (uint32_t)slot;
			return true;
		}
	}
	return false;
}

uint64_t gw_hash32_memory(const struct gw_hash32 *h)
{
	uint32_t buckets = h->table->mask + 1;

	return slots_size(buckets) + buckets;
}
