// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "capture/ring.h"

#include <assert.h>
#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#define SKIP UINT8_MAX

static_assert(sizeof(struct gw_capture_record) % 8 == 0, "a record begins at a multiple of 8");

int gw_capture_ring_init(struct gw_capture_ring *r, uint32_t room)
{
	memset(r, 0, sizeof(*r));
	r->mem = malloc(room);
	r->room = room;
	return r->mem != NULL ? 0 : -ENOMEM;
}

void gw_capture_ring_fini(struct gw_capture_ring *r)
{
	free(r->mem);
	r->mem = NULL;
}

static struct gw_capture_record *at(const struct gw_capture_ring *r, uint64_t position)
{
	return (struct gw_capture_record *)(r->mem + (position & (r->room - 1)));
}

// A record lies in one piece: where it would not before the end of the memory, that end is skipped.
struct gw_capture_record *gw_capture_ring_reserve(struct gw_capture_ring *r, uint32_t captured)
{
	uint32_t size = (uint32_t)(sizeof(struct gw_capture_record) + captured + 7) & ~7u;
	uint64_t tail = __atomic_load_n(&r->tail, __ATOMIC_ACQUIRE);
	uint32_t to_end = r->room - (uint32_t)(r->head & (r->room - 1));
	uint32_t skip = to_end < size ? to_end : 0;
	struct gw_capture_record *rec;

	if (r->head + skip + size - tail > r->room)
		return NULL;
	if (skip > 0) {
		rec = at(r, r->head);
		if (skip >= sizeof(*rec)) // else the reader sees that none fits there
			rec->what = SKIP;
		__atomic_store_n(&r->head, r->head + skip, __ATOMIC_RELEASE);
	}
	rec = at(r, r->head);
	rec->size = size;
	rec->captured = captured;
	return rec;
}

void gw_capture_ring_commit(struct gw_capture_ring *r, const struct gw_capture_record *rec)
{
	__atomic_store_n(&r->head, r->head + rec->size, __ATOMIC_RELEASE);
}

const struct gw_capture_record *gw_capture_ring_peek(struct gw_capture_ring *r)
{
	uint64_t head = __atomic_load_n(&r->head, __ATOMIC_ACQUIRE);

	while (r->tail != head) {
		const struct gw_capture_record *rec = at(r, r->tail);
		uint32_t to_end = r->room - (uint32_t)(r->tail & (r->room - 1));

		if (to_end >= sizeof(*rec) && rec->what != SKIP)
			return rec;
		__atomic_store_n(&r->tail, r->tail + to_end, __ATOMIC_RELEASE);
	}
	return NULL;
}

void gw_capture_ring_release(struct gw_capture_ring *r, const struct gw_capture_record *rec)
{
	__atomic_store_n(&r->tail, r->tail + rec->size, __ATOMIC_RELEASE);
}
