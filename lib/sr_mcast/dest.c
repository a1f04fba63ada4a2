// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "sr_mcast/dest.h"

#include <errno.h>

#include "base/reserve.h"
#include "dp/rcu.h"
#include "sr_mcast/sr_mcast.h"
#include "sr_mcast/underlay.h"

#define TABLE ((GW_MAX_DESTS + 1ul) * sizeof(struct gw_mcast_dest))

struct gw_mcast_dest *gw_mcast_dests;

static struct gw_map map;	 // address -> index; no reader but the slow path
static uint32_t top, free_first; // free ones are linked by `refs`
static uint32_t count;

int gw_mcast_dest_init(void)
{
	gw_mcast_dests = gw_reserve(TABLE);
	top = free_first = count = 0;
	if (gw_mcast_dests == NULL)
		return -ENOMEM;
	return gw_map_init(&map, sizeof(struct in6_addr), 64, GW_MAX_DESTS, gw_map_record_free,
		gw_hash32_table_free);
}

void gw_mcast_dest_fini(void)
{
	gw_map_fini(&map);
	gw_unreserve(gw_mcast_dests, TABLE);
	gw_mcast_dests = NULL;
}

uint32_t gw_mcast_dest_find(const struct in6_addr *addr)
{
	return gw_map_get(&map, addr);
}

static uint32_t index_alloc(void)
{
	uint32_t i = free_first;

	if (i != 0)
		free_first = gw_mcast_dests[i].refs;
	else if (top < GW_MAX_DESTS)
		i = ++top;
	return i;
}

static void index_reclaim(void *index)
{
	uint32_t i = (uint32_t)(uintptr_t)index;

	gw_mcast_dests[i].refs = free_first;
	free_first = i;
}

uint32_t gw_mcast_dest_get(const struct in6_addr *addr)
{
	uint32_t i = gw_mcast_dest_find(addr);
	struct gw_mcast_dest *d;

	if (i != 0) {
		gw_mcast_dests[i].refs++;
		return i;
	}
	i = index_alloc();
	if (i == 0)
		return 0;
	d = &gw_mcast_dests[i];
	d->addr = *addr;
	d->refs = 1;
	__atomic_store_n(&d->res, 0, __ATOMIC_RELEASE);
	if (gw_map_set(&map, addr, i) < 0) {
		index_reclaim((void *)(uintptr_t)i);
		return 0;
	}
	count++;
	gw_mcast_dest_resolve(i);
	return i;
}

// A packet on an old list still goes where that led: `res` stays until the index is used again.
void gw_mcast_dest_put(uint32_t dest)
{
	struct gw_mcast_dest *d = &gw_mcast_dests[dest];

	if (--d->refs > 0)
		return;
	gw_map_del(&map, &d->addr);
	count--;
	gw_mcast_dest_forget(dest);
	gw_rcu_defer(index_reclaim, (void *)(uintptr_t)dest);
}

uint32_t gw_mcast_dest_next(uint32_t after)
{
	for (uint32_t i = after + 1; i <= top; i++) {
		if (gw_mcast_dest_find(&gw_mcast_dests[i].addr) == i)
			return i;
	}
	return 0;
}

uint32_t gw_mcast_dest_count(void)
{
	return count;
}
