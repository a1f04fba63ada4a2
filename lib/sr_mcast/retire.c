// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "sr_mcast/retire.h"

#include "dp/rcu.h"
#include "sr_mcast/flow.h"
#include "sr_mcast/receiver.h"
#include "sr_mcast/tree.h"

static struct gw_map *const maps[] = {&gw_mcast_tree_map, &gw_mcast_flow_map, &gw_mcast_group_map};

#define MAP_SHIFT 32 // above the record

static void record_reclaim(void *arg)
{
	uint64_t v = (uintptr_t)arg;

	gw_map_record_free(maps[v >> MAP_SHIFT], (uint32_t)v);
}

void gw_sr_record_retire(struct gw_map *m, uint32_t record)
{
	uint64_t which = 0;

	while (maps[which] != m)
		which++;
	gw_rcu_defer(record_reclaim, (void *)(uintptr_t)(which << MAP_SHIFT | record));
}

static void table_reclaim(void *table)
{
	gw_hash32_table_free(table);
}

void gw_sr_table_retire(struct gw_hash32_table *old)
{
	gw_rcu_defer(table_reclaim, old);
}
