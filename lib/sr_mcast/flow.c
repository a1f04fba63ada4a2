// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "sr_mcast/flow.h"

#include <errno.h>
#include <string.h>

#include "base/reserve.h"
#include "dp/rcu.h"
#include "dp/rcu_map.h"
#include "fib/vrf.h"
#include "iface/iface.h"
#include "sr_mcast/flow_check.h"
#include "sr_mcast/ifaces.h"
#include "sr_mcast/tree.h"

struct info {
	struct gw_flow_key key;
	uint32_t mark;
	uint32_t next_free;
	bool used;
};

#define FLOWS_SIZE ((GW_MAX_FLOWS + 1ul) * sizeof(struct gw_mcast_flow))
#define INFOS_SIZE ((GW_MAX_FLOWS + 1ul) * sizeof(struct info))

struct gw_map gw_mcast_flow_map;
struct gw_mcast_flow *gw_mcast_flows;

static struct info *infos;
static uint32_t top, free_first;
static uint32_t mark;

int gw_mcast_flow_init(void)
{
	gw_mcast_flows = gw_reserve(FLOWS_SIZE);
	infos = gw_reserve(INFOS_SIZE);
	top = free_first = 0;
	if (gw_mcast_flows == NULL || infos == NULL)
		return -ENOMEM;
	return gw_rcu_map_init(
		&gw_mcast_flow_map, sizeof(struct gw_flow_key), 64, 2 * GW_MAX_FLOWS);
}

void gw_mcast_flow_fini(void)
{
	gw_map_fini(&gw_mcast_flow_map);
	gw_unreserve(gw_mcast_flows, FLOWS_SIZE);
	gw_unreserve(infos, INFOS_SIZE);
	gw_mcast_flows = NULL;
	infos = NULL;
}

static struct gw_flow_key key_of(
	uint16_t vrf, const struct gw_ip *source, const struct gw_ip *group)
{
	return (struct gw_flow_key){.source = *source, .group = *group, .vrf = vrf};
}

uint32_t gw_mcast_flow_find(uint16_t vrf, const struct gw_ip *source, const struct gw_ip *group)
{
	struct gw_flow_key key = key_of(vrf, source, group);

	return gw_map_get(&gw_mcast_flow_map, &key);
}

const struct gw_flow_key *gw_mcast_flow_key(uint32_t flow)
{
	return &infos[flow].key;
}

uint32_t gw_mcast_flow_count(void)
{
	return gw_mcast_flow_map.count;
}

uint32_t gw_mcast_flow_next(uint32_t after)
{
	for (uint32_t i = after + 1; i <= top; i++) {
		if (infos[i].used)
			return i;
	}
	return 0;
}

static uint32_t index_alloc(void)
{
	uint32_t i = free_first;

	if (i != 0)
		free_first = infos[i].next_free;
	else if (top < GW_MAX_FLOWS)
		i = ++top;
	return i;
}

static void index_reclaim(void *index)
{
	uint32_t i = (uint32_t)(uintptr_t)index;

	infos[i].next_free = free_first;
	free_first = i;
}

static void index_retire(uint32_t i)
{
	for (unsigned k = 0; k < gw_mcast_flows[i].n_ifaces; k++)
		gw_mcast_iface_release(gw_mcast_flows[i].iface[k], GW_RECEIVER_STATIC);
	infos[i].used = false;
	gw_rcu_defer(index_reclaim, (void *)(uintptr_t)i);
}

static bool ifaces_same(const struct gw_mcast_flow *f, const struct gw_mcast_flow_spec *spec)
{
	return f->n_ifaces == spec->n_ifaces &&
		memcmp(f->iface, spec->iface, spec->n_ifaces * sizeof(spec->iface[0])) == 0;
}

// A flow with these interfaces, in place of `old` (0: none).
static int flow_publish(const struct gw_mcast_flow_spec *spec, uint32_t tree, uint32_t old)
{
	struct gw_flow_key key = key_of(spec->vrf, &spec->source, &spec->group);
	uint32_t i = index_alloc();
	struct gw_mcast_flow *f = &gw_mcast_flows[i];
	int ret;

	if (i == 0)
		return -ENOSPC;
	*f = (struct gw_mcast_flow){.tree = tree, .n_ifaces = spec->n_ifaces};
	memcpy(f->iface, spec->iface, spec->n_ifaces * sizeof(f->iface[0]));
	infos[i] = (struct info){.key = key, .mark = mark, .used = true};
	ret = gw_map_set(&gw_mcast_flow_map, &key, i);
	if (ret < 0) {
		infos[i].used = false;
		index_reclaim((void *)(uintptr_t)i);
		return ret;
	}
	for (unsigned k = 0; k < f->n_ifaces; k++)
		gw_mcast_iface_hold(f->iface[k], GW_RECEIVER_STATIC);
	if (old != 0)
		index_retire(old);
	return 0;
}

int gw_mcast_flow_set(const struct gw_mcast_flow_spec *spec, struct gw_err *err)
{
	uint32_t old = gw_mcast_flow_find(spec->vrf, &spec->source, &spec->group);
	uint32_t old_tree = old != 0 ? gw_mcast_flows[old].tree : 0, tree;
	bool stays;
	int ret = gw_mcast_flow_check(spec, &tree, err);

	if (ret < 0)
		return ret;
	stays = tree == old_tree;
	if (!stays) {
		ret = gw_mcast_tree_flow_hold(tree, spec->vrf, err);
		if (ret < 0)
			return ret;
	}
	if (old != 0 && ifaces_same(&gw_mcast_flows[old], spec)) {
		__atomic_store_n(&gw_mcast_flows[old].tree, tree, __ATOMIC_RELEASE);
		infos[old].mark = mark;
	} else {
		ret = flow_publish(spec, tree, old);
	}
	if (ret < 0) {
		if (!stays)
			gw_mcast_tree_flow_release(tree);
		return gw_err_set(err, -ret, "no room for another flow (%u are there, %u fit)",
			gw_mcast_flow_count(), GW_MAX_FLOWS);
	}
	if (old_tree != 0 && !stays)
		gw_mcast_tree_flow_release(old_tree);
	return 0;
}

static void flow_delete(uint32_t i)
{
	gw_map_del(&gw_mcast_flow_map, &infos[i].key);
	gw_mcast_tree_flow_release(gw_mcast_flows[i].tree);
	index_retire(i);
}

int gw_mcast_flow_del(
	uint16_t vrf, const struct gw_ip *source, const struct gw_ip *group, struct gw_err *err)
{
	uint32_t i = gw_mcast_flow_find(vrf, source, group);
	char s[GW_IP_LEN], g[GW_IP_LEN];

	if (i == 0)
		return gw_err_set(err, ENOENT, "no flow (%s, %s) in VRF %s (show mcast flow)",
			gw_ip_is_any(source) ? "*" : gw_ip_str(source, s), gw_ip_str(group, g),
			gw_vrfs[vrf].name);
	flow_delete(i);
	return 0;
}

void gw_mcast_flow_marks_begin(void)
{
	mark++;
}

void gw_mcast_flow_marks_sweep(void)
{
	for (uint32_t i = 0; (i = gw_mcast_flow_next(i)) != 0;) {
		if (infos[i].mark != mark)
			flow_delete(i);
	}
}
