// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "base/map.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/random.h>

#include "base/reserve.h"

static uint64_t records_size(const struct gw_map *m)
{
	return ((uint64_t)m->max + 1) * m->size;
}

int gw_map_init(struct gw_map *m, uint32_t key_len, uint32_t expected, uint32_t max,
	void (*retire)(struct gw_map *, uint32_t), void (*retire_table)(struct gw_hash32_table *))
{
	assert(key_len % 8 == 0);
	*m = (struct gw_map){.key_len = key_len,
		.size = (uint32_t)sizeof(struct gw_map_record) + key_len,
		.max = max,
		.retire = retire};
	// Keys that strangers choose must not all fall on one hash.
	if (getrandom(&m->seed, sizeof(m->seed), 0) < 0)
		m->seed = (uintptr_t)m;
	m->records = gw_reserve(records_size(m));
	if (m->records == NULL || gw_hash32_init(&m->index, expected, retire_table) < 0)
		return -ENOMEM;
	return 0;
}

void gw_map_fini(struct gw_map *m)
{
	if (m->records != NULL)
		gw_unreserve(m->records, records_size(m));
	if (m->index.table != NULL)
		gw_hash32_fini(&m->index);
	*m = (struct gw_map){0};
}

static uint32_t record_new(struct gw_map *m)
{
	uint32_t at = m->free;

	if (at != 0)
		m->free = gw_map_record(m, at)->next;
	else if (m->top < m->max)
		at = ++m->top;
	return at;
}

void gw_map_record_free(struct gw_map *m, uint32_t record)
{
	if (m->records == NULL)
		return;
	gw_map_record(m, record)->next = m->free;
	m->free = record;
}

// The record of a key and the link that leads to it: NULL when that is the index itself.
static uint32_t record_find(
	const struct gw_map *m, const void *key, uint32_t hash, struct gw_map_record **before)
{
	uint32_t at = gw_hash32_get(m->index.table, hash);

	*before = NULL;
	while (at != 0) {
		struct gw_map_record *r = gw_map_record(m, at);

		if (memcmp(r->key, key, m->key_len) == 0)
			break;
		*before = r;
		at = r->next;
	}
	return at;
}

int gw_map_set(struct gw_map *m, const void *key, uint32_t value)
{
	uint32_t hash = gw_map_hash(m, key);
	struct gw_map_record *r, *before;
	uint32_t at = record_find(m, key, hash, &before);
	int ret;

	if (at != 0) {
		__atomic_store_n(&gw_map_record(m, at)->value, value, __ATOMIC_RELEASE);
		return 0;
	}
	at = record_new(m);
	if (at == 0)
		return -ENOSPC;
	r = gw_map_record(m, at);
	r->next = gw_hash32_get(m->index.table, hash);
	r->value = value;
	memcpy(r->key, key, m->key_len);
	ret = gw_hash32_set(&m->index, hash, at);
	if (ret < 0) {
		r->value = 0;
		gw_map_record_free(m, at);
		return ret;
	}
	m->count++;
	return 0;
}

uint32_t gw_map_del(struct gw_map *m, const void *key)
{
	uint32_t hash = gw_map_hash(m, key);
	struct gw_map_record *r, *before;
	uint32_t at = record_find(m, key, hash, &before);
	uint32_t value;

	if (at == 0)
		return 0;
	r = gw_map_record(m, at);
	if (before != NULL)
		__atomic_store_n(&before->next, r->next, __ATOMIC_RELEASE);
	else if (r->next != 0)
		gw_hash32_set(&m->index, hash, r->next); // replaces: cannot fail
	else
		gw_hash32_del(&m->index, hash);
	value = r->value;
	// A reader that stands here finds nothing, and gw_map_next() passes by.
	__atomic_store_n(&r->value, 0, __ATOMIC_RELEASE);
	m->count--;
	m->retire(m, at);
	return value;
}

const void *gw_map_next(const struct gw_map *m, uint32_t *cursor, uint32_t *value)
{
	while (++*cursor <= m->top) {
		const struct gw_map_record *r = gw_map_record(m, *cursor);

		if (r->value == 0)
			continue;
		*value = r->value;
		return r->key;
	}
	return NULL;
}
