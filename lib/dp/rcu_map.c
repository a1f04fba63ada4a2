// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "dp/rcu_map.h"

#include <stdlib.h>

#include "dp/rcu.h"

struct retired {
	struct gw_map *map;
	uint32_t record;
};

static void record_reclaim(void *arg)
{
	struct retired *r = arg;

	gw_map_record_free(r->map, r->record);
	free(r);
}

static void record_retire(struct gw_map *m, uint32_t record)
{
	struct retired *r = malloc(sizeof(*r));

	if (r == NULL)
		return; // no memory: the record is not used again
	*r = (struct retired){.map = m, .record = record};
	gw_rcu_defer(record_reclaim, r);
}

static void table_reclaim(void *table)
{
	gw_hash32_table_free(table);
}

static void table_retire(struct gw_hash32_table *old)
{
	gw_rcu_defer(table_reclaim, old);
}

int gw_rcu_map_init(struct gw_map *m, uint32_t key_len, uint32_t expected, uint32_t max)
{
	return gw_map_init(m, key_len, expected, max, record_retire, table_retire);
}
