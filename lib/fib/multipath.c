// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "fib/multipath.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/reserve.h"
#include "base/tree.h"
#include "dp/rcu.h"
#include "neigh/neigh.h"

#define TABLE_SIZE (GW_MULTIPATH_SETS * sizeof(*gw_multipaths))

struct set {
	uint32_t refs;
	uint32_t next; // free one
};

struct gw_multipath *gw_multipaths;

static struct set sets[GW_MULTIPATH_SETS]; // [0] stands for the one that is looked for,
static struct gw_multipath wanted;	   // with these next hops
static uint32_t top, free_list;		   // indices ever used; list of free ones, 0 ends

static const struct gw_multipath *paths_of(const struct set *s)
{
	return s == &sets[0] ? &wanted : &gw_multipaths[s - sets];
}

static int set_cmp(const void *a, const void *b)
{
	return memcmp(paths_of(a), paths_of(b), sizeof(struct gw_multipath));
}

static struct gw_tree by_paths = {.cmp = set_cmp};

static int nh_cmp(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

void gw_multipath_fini(void)
{
	gw_tree_fini(&by_paths, NULL);
	gw_unreserve(gw_multipaths, TABLE_SIZE);
	gw_multipaths = NULL;
	top = free_list = 0;
}

// An index whose set holds what is wanted, in no tree yet; 0: none left.
static uint32_t index_take(void)
{
	uint32_t i = free_list;

	if (i != 0)
		free_list = sets[i].next;
	else if (top + 1 < GW_MULTIPATH_SETS)
		i = ++top;
	else
		return 0;
	gw_multipaths[i] = wanted;
	return i;
}

static void index_give(uint32_t i)
{
	// Whoever still asks for it finds no next hop.
	gw_multipaths[i] = (struct gw_multipath){0};
	sets[i].next = free_list;
	free_list = i;
}

static void index_reclaim(void *index)
{
	if (gw_multipaths != NULL)
		index_give((uint32_t)(uintptr_t)index);
}

static int set_make(uint32_t *index)
{
	uint32_t i = index_take();

	if (i == 0)
		return -ENOSPC;
	if (gw_tree_add(&by_paths, &sets[i]) == NULL) {
		index_give(i);
		return -ENOMEM;
	}
	for (uint32_t k = 0; k < wanted.n; k++)
		gw_neigh_hold(wanted.nh[k]);
	sets[i].refs = 0;
	*index = i;
	return 0;
}

int gw_multipath_get(const uint32_t *nh, uint32_t n, uint32_t *index)
{
	const struct set *s;
	int ret;

	assert(n >= 2 && n <= GW_MULTIPATH_MAX);
	if (gw_multipaths == NULL)
		gw_multipaths = gw_reserve(TABLE_SIZE);
	if (gw_multipaths == NULL)
		return -ENOMEM;
	wanted = (struct gw_multipath){.n = n};
	memcpy(wanted.nh, nh, n * sizeof(*nh));
	qsort(wanted.nh, n, sizeof(*nh), nh_cmp);
	s = gw_tree_find(&by_paths, &sets[0]);
	if (s != NULL) {
		*index = (uint32_t)(s - sets);
	} else {
		ret = set_make(index);
		if (ret < 0)
			return ret;
	}
	sets[*index].refs++;
	return 0;
}

static void set_release(uint32_t i)
{
	const struct gw_multipath *m = &gw_multipaths[i];

	if (--sets[i].refs > 0)
		return;
	gw_tree_del(&by_paths, &sets[i]);
	for (uint32_t k = 0; k < m->n; k++)
		gw_neigh_release(m->nh[k]);
	gw_fib_changed();
	gw_rcu_defer(index_reclaim, (void *)(uintptr_t)i);
}

uint32_t gw_fib_nexthops(uint32_t res, uint32_t nh[static GW_MULTIPATH_MAX])
{
	const struct gw_multipath *m;

	switch (gw_fib_kind(res)) {
	case GW_FIB_ROUTE:
	case GW_FIB_NEIGH:
		nh[0] = gw_fib_index(res);
		return 1;
	case GW_FIB_MULTIPATH:
		m = &gw_multipaths[gw_fib_index(res)];
		memcpy(nh, m->nh, m->n * sizeof(*nh));
		return m->n;
	default:
		return 0;
	}
}

void gw_fib_hold(uint32_t res)
{
	switch (gw_fib_kind(res)) {
	case GW_FIB_ROUTE:
	case GW_FIB_NEIGH:
		gw_neigh_hold(gw_fib_index(res));
		break;
	case GW_FIB_MULTIPATH:
		sets[gw_fib_index(res)].refs++;
		break;
	default:
		break;
	}
}

void gw_fib_release(uint32_t res)
{
	switch (gw_fib_kind(res)) {
	case GW_FIB_ROUTE:
	case GW_FIB_NEIGH:
		gw_neigh_release(gw_fib_index(res));
		break;
	case GW_FIB_MULTIPATH:
		set_release(gw_fib_index(res));
		break;
	default:
		break;
	}
}
