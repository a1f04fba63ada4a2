// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "mlag_sync/table.h"

#include <errno.h>
#include <stdlib.h>

#include "base/reserve.h"
#include "base/wire.h"

static uint64_t entries_size(const struct gw_mlag_table *t)
{
	return ((uint64_t)t->max + 1) * sizeof(*t->entry);
}

int gw_mlag_table_init(struct gw_mlag_table *t, uint32_t max)
{
	*t = (struct gw_mlag_table){.max = max};
	t->entry = gw_reserve(entries_size(t));
	if (t->entry == NULL ||
		gw_map_init(&t->map, sizeof(struct gw_mlag_key), 16, max, gw_map_record_free,
			gw_hash32_table_free) < 0)
		return -ENOMEM;
	return 0;
}

void gw_mlag_table_fini(struct gw_mlag_table *t)
{
	gw_map_fini(&t->map);
	if (t->entry != NULL)
		gw_unreserve(t->entry, entries_size(t));
	t->entry = NULL;
}

static uint32_t index_of(const struct gw_mlag_table *t, const struct gw_mlag_entry *e)
{
	return (uint32_t)(e - t->entry);
}

// Fixed, not seeded: both members compute it.
static uint64_t mix(uint64_t h, uint64_t w)
{
	h = (h ^ w) * 0x9e3779b97f4a7c15u;
	return h ^ h >> 29;
}

static uint64_t key_digest(const struct gw_mlag_key *key)
{
	uint64_t h = mix(0x676f64776974u, gw_get64(key->ip.a.s6_addr));

	h = mix(h, gw_get64(key->ip.a.s6_addr + 8));
	return mix(h, (uint64_t)key->vrf << 16 | key->vlan);
}

static uint64_t content_digest(uint64_t h, const struct gw_mac *mac, uint16_t mlag)
{
	h = mix(h, (uint64_t)gw_get16(mac->b) << 48 | (uint64_t)gw_get32(mac->b + 2) << 16 | mlag);
	return mix(h, h >> 32);
}

uint64_t gw_mlag_digest(const struct gw_mlag_key *key, const struct gw_mac *mac, uint16_t mlag)
{
	return content_digest(key_digest(key), mac, mlag);
}

struct gw_mlag_entry *gw_mlag_find(struct gw_mlag_table *t, const struct gw_mlag_key *key)
{
	uint32_t i = gw_map_get(&t->map, key);

	return i != 0 ? &t->entry[i] : NULL;
}

struct gw_mlag_entry *gw_mlag_entry_new(struct gw_mlag_table *t, const struct gw_mlag_key *key)
{
	uint32_t i = t->free;
	struct gw_mlag_entry *e;

	if (i == 0 && t->top == t->max)
		return NULL;
	if (i == 0)
		i = t->top + 1;
	if (gw_map_set(&t->map, key, i) < 0)
		return NULL;
	e = &t->entry[i];
	if (i > t->top)
		t->top = i;
	else
		t->free = e->next;
	*e = (struct gw_mlag_entry){
		.key = *key, .bucket = key_digest(key) >> 32 & (GW_MLAG_BUCKETS - 1)};
	return e;
}

static void list_leave(struct gw_mlag_table *t, struct gw_mlag_entry *e)
{
	if (e->list == GW_MLAG_FREE)
		return;
	*(e->prev != 0 ? &t->entry[e->prev].next : &t->head[e->list]) = e->next;
	*(e->next != 0 ? &t->entry[e->next].prev : &t->tail[e->list]) = e->prev;
	t->count[e->list]--;
}

void gw_mlag_list_move(
	struct gw_mlag_table *t, struct gw_mlag_entry *e, enum gw_mlag_list list, uint64_t due_us)
{
	uint32_t i = index_of(t, e);

	list_leave(t, e);
	e->list = (uint8_t)list;
	e->due_us = due_us;
	e->next = 0;
	e->prev = t->tail[list];
	*(e->prev != 0 ? &t->entry[e->prev].next : &t->head[list]) = i;
	t->tail[list] = i;
	t->count[list]++;
}

static void bucket_enter(struct gw_mlag_table *t, struct gw_mlag_entry *e)
{
	struct gw_mlag_bucket *b = &t->bucket[e->bucket];
	uint32_t i = index_of(t, e);

	e->bucket_prev = 0;
	e->bucket_next = b->first;
	if (b->first != 0)
		t->entry[b->first].bucket_prev = i;
	b->first = i;
}

static void bucket_leave(struct gw_mlag_table *t, struct gw_mlag_entry *e)
{
	uint32_t *from = e->bucket_prev != 0 ? &t->entry[e->bucket_prev].bucket_next
					     : &t->bucket[e->bucket].first;

	*from = e->bucket_next;
	if (e->bucket_next != 0)
		t->entry[e->bucket_next].bucket_prev = e->bucket_prev;
}

// What it is, out of the counts and the digest of its bucket.
static void uncount(struct gw_mlag_table *t, struct gw_mlag_entry *e)
{
	struct gw_mlag_bucket *b = &t->bucket[e->bucket];

	if (!e->known)
		return;
	if (e->confirmed) {
		b->digest -= e->digest;
		t->confirmed--;
	} else {
		b->unconfirmed_digest -= e->digest;
		b->unconfirmed--;
		t->unconfirmed--;
	}
}

void gw_mlag_entry_set(struct gw_mlag_table *t, struct gw_mlag_entry *e, const struct gw_mac *mac,
	uint16_t mlag, bool confirmed)
{
	struct gw_mlag_bucket *b = &t->bucket[e->bucket];

	uncount(t, e);
	if (!e->known)
		bucket_enter(t, e);
	e->known = true;
	e->confirmed = confirmed;
	e->mac = *mac;
	e->mlag = mlag;
	e->digest = gw_mlag_digest(&e->key, mac, mlag);
	if (confirmed) {
		b->digest += e->digest;
		t->confirmed++;
	} else {
		b->unconfirmed_digest += e->digest;
		b->unconfirmed++;
		t->unconfirmed++;
	}
}

void gw_mlag_entry_free(struct gw_mlag_table *t, struct gw_mlag_entry *e)
{
	list_leave(t, e);
	uncount(t, e);
	if (e->known)
		bucket_leave(t, e);
	gw_map_del(&t->map, &e->key);
	*e = (struct gw_mlag_entry){.next = t->free};
	t->free = index_of(t, e);
}
