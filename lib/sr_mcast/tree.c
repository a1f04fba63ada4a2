// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "sr_mcast/tree.h"

#include <errno.h>
#include <stdlib.h>

#include "base/reserve.h"
#include "dp/rcu.h"
#include "dp/rcu_map.h"
#include "fib/vrf.h"
#include "sr_mcast/check.h"
#include "sr_mcast/dest.h"
#include "sr_mcast/list.h"

#define TREES_SIZE ((GW_MAX_TREES + 1ul) * sizeof(struct gw_mcast_tree))
#define INFOS_SIZE ((GW_MAX_TREES + 1ul) * sizeof(struct gw_mcast_tree_info))

struct gw_mcast_tree *gw_mcast_trees;
struct gw_mcast_tree_info *gw_mcast_tree_infos;
struct gw_map gw_mcast_tree_map;

static uint32_t top, free_first;
static uint32_t mark;

int gw_mcast_tree_init(void)
{
	gw_mcast_trees = gw_reserve(TREES_SIZE);
	gw_mcast_tree_infos = gw_reserve(INFOS_SIZE);
	top = free_first = 0;
	if (gw_mcast_trees == NULL || gw_mcast_tree_infos == NULL)
		return -ENOMEM;
	return gw_rcu_map_init(&gw_mcast_tree_map, sizeof(struct in6_addr), 64, 2 * GW_MAX_TREES);
}

void gw_mcast_tree_fini(void)
{
	for (uint32_t i = 1; gw_mcast_trees != NULL && i <= top; i++)
		free(gw_mcast_trees[i].branches);
	gw_map_fini(&gw_mcast_tree_map);
	gw_unreserve(gw_mcast_trees, TREES_SIZE);
	gw_unreserve(gw_mcast_tree_infos, INFOS_SIZE);
	gw_mcast_trees = NULL;
	gw_mcast_tree_infos = NULL;
}

uint32_t gw_mcast_tree_find(const struct in6_addr *source)
{
	return gw_map_get(&gw_mcast_tree_map, source);
}

uint32_t gw_mcast_tree_count(void)
{
	return gw_mcast_tree_map.count;
}

uint32_t gw_mcast_tree_next(uint32_t after)
{
	for (uint32_t i = after + 1; i <= top; i++) {
		if (gw_mcast_tree_infos[i].used)
			return i;
	}
	return 0;
}

static uint32_t index_alloc(void)
{
	uint32_t i = free_first;

	if (i != 0)
		free_first = gw_mcast_tree_infos[i].next_free;
	else if (top < GW_MAX_TREES)
		i = ++top;
	return i;
}

static void index_reclaim(void *index)
{
	uint32_t i = (uint32_t)(uintptr_t)index;

	gw_mcast_tree_infos[i].next_free = free_first;
	free_first = i;
}

static int spec_check(const struct gw_mcast_tree_spec *spec, struct gw_err *err)
{
	const struct gw_sr_conf *conf = gw_sr_conf_wanted();
	char text[GW_IP6_LEN];
	int ret;

	if (conf == NULL)
		return gw_err_set(err, EINVAL,
			"tree %s: this node has no first address; section \"sr_mcast\" of the "
			"configuration gives it one",
			gw_ip6_str(&spec->source, text));
	ret = gw_mcast_tree_check(conf, spec, NULL, err);
	if (ret == 0 && spec->decap > gw_vrf_count)
		ret = gw_err_set(err, ENOENT, "tree %s: decap into a VRF that is not there",
			gw_ip6_str(&spec->source, text));
	if (ret == 0 && gw_mcast_dest_find(&spec->source) != 0)
		ret = gw_err_set(err, EINVAL,
			"tree source %s is a first address: branches of other trees lead there",
			gw_ip6_str(&spec->source, text));
	for (uint32_t i = 0; ret == 0 && i < spec->n; i++) {
		if (gw_mcast_tree_find(&spec->branches[i]) != 0)
			ret = gw_err_set(err, EINVAL, "tree %s: branch %s is the source of a tree",
				gw_ip6_str(&spec->source, text),
				gw_ip6_str(&spec->branches[i], (char[GW_IP6_LEN]){0}));
	}
	return ret;
}

static int tree_new(const struct gw_mcast_tree_spec *spec, struct gw_mcast_branches *list)
{
	uint32_t i = index_alloc();
	struct gw_mcast_tree *t = &gw_mcast_trees[i];
	int ret;

	if (i == 0)
		return -ENOSPC;
	t->source = spec->source;
	t->mtu = 0;
	t->own = false;
	t->hop_limit_threshold = spec->hop_limit_threshold;
	gw_mcast_tree_infos[i] = (struct gw_mcast_tree_info){.used = true, .mark = mark};
	gw_io_clear(gw_tree_stats, i);
	__atomic_store_n(&t->branches, list, __ATOMIC_RELEASE);
	ret = gw_map_set(&gw_mcast_tree_map, &spec->source, i);
	if (ret < 0) {
		t->branches = NULL;
		gw_mcast_tree_infos[i].used = false;
		index_reclaim((void *)(uintptr_t)i);
	}
	return ret;
}

int gw_mcast_tree_set(const struct gw_mcast_tree_spec *spec, struct gw_err *err)
{
	uint32_t i = gw_mcast_tree_find(&spec->source);
	struct gw_mcast_tree *t = &gw_mcast_trees[i];
	struct gw_mcast_branches *old = i != 0 ? t->branches : NULL, *list = NULL;
	char text[GW_IP6_LEN];
	int ret = spec_check(spec, err);

	if (ret < 0)
		return ret;
	if (i == 0 && gw_mcast_tree_count() == GW_MAX_TREES)
		return gw_err_set(err, ENOSPC, "tree %s: there are %u already",
			gw_ip6_str(&spec->source, text), GW_MAX_TREES);
	if (old == NULL || !gw_mcast_list_is(old, spec)) {
		ret = gw_mcast_list_make(spec, old, &list, err);
		if (ret < 0)
			return ret;
	}
	if (old == NULL) {
		ret = tree_new(spec, list);
		if (ret < 0) {
			gw_mcast_list_drop(list, NULL);
			return gw_err_set(
				err, -ret, "tree %s: no memory", gw_ip6_str(&spec->source, text));
		}
		return 0;
	}
	gw_mcast_tree_infos[i].mark = mark;
	__atomic_store_n(&t->hop_limit_threshold, spec->hop_limit_threshold, __ATOMIC_RELAXED);
	if (list != NULL) {
		__atomic_store_n(&t->branches, list, __ATOMIC_RELEASE);
		gw_mcast_list_drop(old, list);
	}
	return 0;
}

static void tree_delete(uint32_t i)
{
	struct gw_mcast_tree *t = &gw_mcast_trees[i];
	struct gw_mcast_branches *old = t->branches;

	gw_map_del(&gw_mcast_tree_map, &t->source);
	__atomic_store_n(&t->branches, NULL, __ATOMIC_RELEASE);
	gw_mcast_list_drop(old, NULL);
	gw_mcast_tree_infos[i].used = false;
	gw_rcu_defer(index_reclaim, (void *)(uintptr_t)i);
}

int gw_mcast_tree_del(const struct in6_addr *source, struct gw_err *err)
{
	uint32_t i = gw_mcast_tree_find(source);
	const struct gw_mcast_tree_info *info = &gw_mcast_tree_infos[i];
	char text[GW_IP6_LEN];

	gw_ip6_str(source, text);
	if (i == 0)
		return gw_err_set(err, ENOENT, "no tree %s (show mcast tree)", text);
	if (info->flows > 0)
		return gw_err_set(err, EBUSY,
			"tree %s: %u flows lead into it (show mcast flow); delete or switch them "
			"first",
			text, info->flows);
	if (info->users > 0)
		return gw_err_set(err, EBUSY, "tree %s: a tree ping runs on it", text);
	tree_delete(i);
	return 0;
}

void gw_mcast_tree_marks_begin(void)
{
	mark++;
}

// Flows go first. A tree that a ping holds stays until the next reload.
void gw_mcast_tree_marks_sweep(void)
{
	for (uint32_t i = 0; (i = gw_mcast_tree_next(i)) != 0;) {
		if (gw_mcast_tree_infos[i].mark != mark)
			gw_mcast_tree_del(&gw_mcast_trees[i].source, NULL);
	}
}
