// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "sr_mcast/ids.h"

#include <errno.h>
#include <string.h>

#include "base/reserve.h"
#include "dp/rcu.h"
#include "sr_mcast/sr_mcast.h"

#define WORDS (GW_MAX_BRANCH_IDS / 64)

static uint64_t *taken;	    // one bit per id
static uint32_t first_free; // below it all are taken
static uint32_t top;	    // from it on none was ever taken
static uint32_t count;

int gw_branch_ids_init(void)
{
	taken = gw_reserve(WORDS * sizeof(*taken));
	if (taken == NULL)
		return -ENOMEM;
	taken[0] = 1; // 0 is none
	first_free = top = 1;
	count = 1;
	return 0;
}

void gw_branch_ids_fini(void)
{
	gw_unreserve(taken, WORDS * sizeof(*taken));
	taken = NULL;
}

static bool is_taken(uint32_t id)
{
	return taken[id / 64] >> id % 64 & 1;
}

// The first free id from `id` on, GW_MAX_BRANCH_IDS at the end.
static uint32_t next_free(uint32_t id)
{
	for (; id < top; id = (id / 64 + 1) * 64) {
		uint64_t open = ~taken[id / 64] >> id % 64;

		if (open != 0)
			return id + (uint32_t)__builtin_ctzll(open);
	}
	return id < top ? id : top;
}

// The first id of `n` free ones side by side, GW_MAX_BRANCH_IDS: there is no such place.
static uint32_t run_find(uint32_t n)
{
	uint32_t at = first_free, len = 0;

	while (at + len < top && len < n) {
		if (!is_taken(at + len)) {
			len++;
			continue;
		}
		at = next_free(at + len);
		len = 0;
	}
	return n <= GW_MAX_BRANCH_IDS - at ? at : GW_MAX_BRANCH_IDS;
}

// What no lcore has counted in stays memory that was never touched.
static void counters_clear(uint32_t id)
{
	for (int i = 0; i < GW_MAX_LCORES && gw_branch_stats[i] != NULL; i++) {
		struct gw_branch_stats *s = &gw_branch_stats[i][id];

		if ((s->packets | s->octets) != 0)
			*s = (struct gw_branch_stats){0};
	}
}

static void take(uint32_t id)
{
	taken[id / 64] |= 1ull << id % 64;
	count++;
	if (id >= top)
		top = id + 1;
	if (id == first_free)
		first_free = next_free(id);
	counters_clear(id);
}

int gw_branch_ids_get(uint32_t n, uint32_t ids[])
{
	uint32_t at = run_find(n);

	if (n > GW_MAX_BRANCH_IDS - count)
		return -ENOSPC;
	for (uint32_t i = 0; i < n; i++) {
		ids[i] = at < GW_MAX_BRANCH_IDS ? at + i : first_free;
		take(ids[i]);
	}
	return 0;
}

static void id_reclaim(void *id_arg)
{
	uint32_t id = (uint32_t)(uintptr_t)id_arg;

	if (taken == NULL)
		return;
	taken[id / 64] &= ~(1ull << id % 64);
	count--;
	if (id < first_free)
		first_free = id;
}

void gw_branch_id_put(uint32_t id)
{
	gw_rcu_defer(id_reclaim, (void *)(uintptr_t)id);
}
