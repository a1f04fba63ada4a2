// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "dp/mbuf_json.h"

#include <string.h>

#include <rte_mempool.h>

#define OURS "gw_"

static void pool_add(struct rte_mempool *pool, void *pools)
{
	unsigned n = rte_mempool_avail_count(pool);

	if (strncmp(pool->name, OURS, strlen(OURS)) != 0)
		return;
	json_object_set_new(pools, pool->name + strlen(OURS),
		json_pack("{s:i, s:i, s:i}", "size", (int)pool->size, "free", (int)n, "in_use",
			(int)(pool->size - n)));
}

json_t *gw_mbuf_json(void)
{
	json_t *pools = json_object();

	rte_mempool_walk(pool_add, pools);
	return pools;
}
