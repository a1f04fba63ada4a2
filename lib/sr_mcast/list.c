// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "sr_mcast/list.h"

#include <errno.h>
#include <stdlib.h>

#include <rte_common.h>

#include "dp/rcu.h"
#include "sr_mcast/dest.h"
#include "sr_mcast/ids.h"

// First address -> counters, of the one list at hand.
static uint32_t stats_of[GW_MAX_DESTS + 1];

static void stats_note(const struct gw_mcast_branches *list)
{
	for (uint32_t i = 0; list != NULL && i < list->n; i++)
		stats_of[list->b[i].dest] = list->b[i].stats;
}

static void stats_forget(const struct gw_mcast_branches *list)
{
	for (uint32_t i = 0; list != NULL && i < list->n; i++)
		stats_of[list->b[i].dest] = 0;
}

bool gw_mcast_list_is(const struct gw_mcast_branches *list, const struct gw_mcast_tree_spec *spec)
{
	bool same = list->n == spec->n && list->decap == spec->decap;

	if (!same)
		return false;
	stats_note(list);
	for (uint32_t i = 0; same && i < spec->n; i++)
		same = stats_of[gw_mcast_dest_find(&spec->branches[i])] != 0;
	stats_forget(list);
	return same;
}

static int ids_assign(struct gw_mcast_branches *list, const struct gw_mcast_branches *old)
{
	uint32_t ids[GW_MAX_BRANCHES], n = 0;

	stats_note(old);
	for (uint32_t i = 0; i < list->n; i++) {
		list->b[i].stats = stats_of[list->b[i].dest];
		n += list->b[i].stats == 0;
	}
	stats_forget(old);
	if (gw_branch_ids_get(n, ids) < 0)
		return -ENOSPC;
	for (uint32_t i = list->n; i-- > 0;) {
		if (list->b[i].stats == 0)
			list->b[i].stats = ids[--n];
	}
	return 0;
}

int gw_mcast_list_make(const struct gw_mcast_tree_spec *spec, const struct gw_mcast_branches *old,
	struct gw_mcast_branches **out, struct gw_err *err)
{
	size_t size = sizeof(struct gw_mcast_branches) + spec->n * sizeof(struct gw_mcast_branch);
	// From the start of a line: with many trees each line of it comes from memory.
	struct gw_mcast_branches *list =
		aligned_alloc(RTE_CACHE_LINE_SIZE, RTE_CACHE_LINE_ROUNDUP(size));
	char text[GW_IP6_LEN];

	if (list == NULL)
		return gw_err_set(err, ENOMEM, "no memory for a list of branches");
	list->n = 0;
	list->decap = spec->decap;
	for (; list->n < spec->n; list->n++) {
		list->b[list->n].dest = gw_mcast_dest_get(&spec->branches[list->n]);
		if (list->b[list->n].dest == 0)
			break;
	}
	if (list->n == spec->n && ids_assign(list, old) == 0) {
		*out = list;
		return 0;
	}
	for (uint32_t i = 0; i < list->n; i++)
		gw_mcast_dest_put(list->b[i].dest);
	free(list);
	return gw_err_set(err, ENOSPC,
		"tree %s: no room for its branches (%u first addresses of all trees, %u branches)",
		gw_ip6_str(&spec->source, text), GW_MAX_DESTS, GW_MAX_BRANCH_IDS);
}

void gw_mcast_list_drop(struct gw_mcast_branches *list, const struct gw_mcast_branches *next)
{
	stats_note(next);
	for (uint32_t i = 0; i < list->n; i++) {
		if (stats_of[list->b[i].dest] == 0)
			gw_branch_id_put(list->b[i].stats);
	}
	stats_forget(next);
	for (uint32_t i = 0; i < list->n; i++)
		gw_mcast_dest_put(list->b[i].dest);
	gw_rcu_defer(free, list);
}
