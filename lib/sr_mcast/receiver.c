// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "sr_mcast/receiver.h"

#include <errno.h>
#include <stdlib.h>

#include "base/reserve.h"
#include "dp/rcu.h"
#include "dp/rcu_map.h"
#include "fib/vrf.h"
#include "iface/iface.h"
#include "sr_mcast/group.h"
#include "sr_mcast/ifaces.h"
#include "sr_mcast/union.h"

struct info {
	struct gw_group_key key;
	struct gw_receiver *first;
	uint32_t next_free;
};

#define GROUPS_SIZE ((GW_MAX_GROUPS + 1ul) * sizeof(struct gw_mcast_group))
#define INFOS_SIZE  ((GW_MAX_GROUPS + 1ul) * sizeof(struct info))

struct gw_map gw_mcast_group_map;
struct gw_mcast_group *gw_mcast_groups;

static struct info *infos;
static uint32_t top, free_first;
static uint32_t mark;

int gw_receiver_init(void)
{
	gw_mcast_groups = gw_reserve(GROUPS_SIZE);
	infos = gw_reserve(INFOS_SIZE);
	top = free_first = 0;
	if (gw_mcast_groups == NULL || infos == NULL)
		return -ENOMEM;
	return gw_rcu_map_init(
		&gw_mcast_group_map, sizeof(struct gw_group_key), 64, 2 * GW_MAX_GROUPS);
}

static void receiver_free(struct gw_receiver *r)
{
	for (int o = 0; o < GW_RECEIVER_ORIGINS; o++)
		free(r->part[o].sources);
	free(r);
}

void gw_receiver_fini(void)
{
	for (uint32_t i = 1; infos != NULL && i <= top; i++) {
		while (infos[i].first != NULL) {
			struct gw_receiver *r = infos[i].first;

			infos[i].first = r->next;
			receiver_free(r);
		}
		free(gw_mcast_groups[i].members);
	}
	gw_map_fini(&gw_mcast_group_map);
	gw_unreserve(gw_mcast_groups, GROUPS_SIZE);
	gw_unreserve(infos, INFOS_SIZE);
	gw_mcast_groups = NULL;
	infos = NULL;
}

uint32_t gw_mcast_group_find(uint16_t vrf, const struct gw_ip *group)
{
	struct gw_group_key key = {.group = *group, .vrf = vrf};

	return gw_map_get(&gw_mcast_group_map, &key);
}

const struct gw_group_key *gw_mcast_group_key(uint32_t group)
{
	return &infos[group].key;
}

const struct gw_receiver *gw_receiver_first(uint32_t group)
{
	return infos[group].first;
}

uint32_t gw_mcast_group_next(uint32_t after)
{
	for (uint32_t i = after + 1; i <= top; i++) {
		if (infos[i].first != NULL)
			return i;
	}
	return 0;
}

static void index_reclaim(void *index)
{
	uint32_t i = (uint32_t)(uintptr_t)index;

	infos[i].next_free = free_first;
	free_first = i;
}

// The group of that key, made without members when missing; 0: no room.
static uint32_t group_get(uint16_t vrf, const struct gw_ip *group)
{
	struct gw_group_key key = {.group = *group, .vrf = vrf};
	uint32_t i = gw_map_get(&gw_mcast_group_map, &key);

	if (i != 0)
		return i;
	i = free_first;
	if (i != 0)
		free_first = infos[i].next_free;
	else if (top < GW_MAX_GROUPS)
		i = ++top;
	if (i == 0)
		return 0;
	gw_mcast_groups[i].members = NULL;
	infos[i] = (struct info){.key = key};
	if (gw_map_set(&gw_mcast_group_map, &key, i) < 0) {
		index_reclaim((void *)(uintptr_t)i);
		return 0;
	}
	return i;
}

// What workers see becomes what the receivers say; a group without any goes. -ENOMEM: workers see
// what they saw.
static int group_publish(uint32_t i)
{
	struct gw_mcast_members *old = gw_mcast_groups[i].members, *members = NULL;

	if (infos[i].first != NULL) {
		members = gw_receiver_union(infos[i].first);
		if (members == NULL)
			return -ENOMEM;
	} else {
		gw_map_del(&gw_mcast_group_map, &infos[i].key);
	}
	__atomic_store_n(&gw_mcast_groups[i].members, members, __ATOMIC_RELEASE);
	if (old != NULL)
		gw_rcu_defer(free, old);
	if (members == NULL)
		gw_rcu_defer(index_reclaim, (void *)(uintptr_t)i);
	return 0;
}

static struct gw_receiver **receiver_at(uint32_t group, uint16_t iface)
{
	struct gw_receiver **at = &infos[group].first;

	while (*at != NULL && (*at)->iface != iface)
		at = &(*at)->next;
	return at;
}

static void receiver_unlink_if_silent(struct gw_receiver **at)
{
	struct gw_receiver *r = *at;

	if (r->part[GW_RECEIVER_STATIC].is || r->part[GW_RECEIVER_LEARNED].is)
		return;
	*at = r->next;
	receiver_free(r);
}

static int spec_check(uint16_t vrf, const struct gw_ip *group, uint16_t iface, bool exclude,
	const struct gw_ip *sources, uint32_t n, struct gw_err *err)
{
	char s[GW_IP_LEN], g[GW_IP_LEN];
	int ret = gw_group_check(group, err);

	if (ret < 0)
		return ret;
	gw_ip_str(group, g);
	if (gw_ifaces[iface].vrf != vrf)
		return gw_err_set(err, EINVAL,
			"group %s: interface %s is in VRF %s, the receiver in VRF %s", g,
			gw_iface_infos[iface].name, gw_vrfs[gw_ifaces[iface].vrf].name,
			gw_vrfs[vrf].name);
	if (!exclude && n == 0)
		return gw_err_set(err, EINVAL, "group %s: a receiver that wants no source", g);
	for (uint32_t i = 0; i < n; i++) {
		if (!gw_group_source_ok(&sources[i]) || gw_ip_is4(&sources[i]) != gw_ip_is4(group))
			return gw_err_set(err, EINVAL,
				"group %s: source %s is no unicast address of a host of its family",
				g, gw_ip_str(&sources[i], s));
	}
	return 0;
}

int gw_receiver_set(uint16_t vrf, const struct gw_ip *group, uint16_t iface,
	enum gw_receiver_origin origin, bool exclude, const struct gw_ip *sources, uint32_t n,
	struct gw_err *err)
{
	struct gw_receiver_part part = {.is = true, .exclude = exclude, .mark = mark}, was;
	struct gw_receiver **at;
	char g[GW_IP_LEN];
	uint32_t i;
	int ret = spec_check(vrf, group, iface, exclude, sources, n, err);

	if (ret < 0)
		return ret;
	gw_ip_str(group, g);
	if (gw_receiver_sources_copy(&part, sources, n) < 0)
		return gw_err_set(err, ENOMEM, "group %s: no memory for its sources", g);
	i = group_get(vrf, group);
	if (i == 0) {
		free(part.sources);
		return gw_err_set(
			err, ENOSPC, "group %s: no room for another (%u fit)", g, GW_MAX_GROUPS);
	}
	at = receiver_at(i, iface);
	if (*at == NULL)
		*at = calloc(1, sizeof(**at));
	if (*at == NULL) {
		free(part.sources);
		if (infos[i].first == NULL)
			group_publish(i);
		return gw_err_set(err, ENOMEM, "group %s: no memory for a receiver", g);
	}
	(*at)->iface = iface;
	was = (*at)->part[origin];
	if (gw_receiver_part_same(&was, &part)) {
		(*at)->part[origin].mark = mark;
		free(part.sources);
		return 0;
	}
	(*at)->part[origin] = part;
	ret = group_publish(i);
	if (ret == 0) {
		free(was.sources);
		if (!was.is)
			gw_mcast_iface_hold(iface, origin);
		return 0;
	}
	(*at)->part[origin] = was;
	free(part.sources);
	receiver_unlink_if_silent(at);
	if (infos[i].first == NULL)
		group_publish(i); // without members: cannot fail
	return gw_err_set(err, -ret, "group %s: no memory for its receivers", g);
}

// The members that workers see may be kept by want of memory: they then go with the next change.
static void part_delete(uint32_t i, struct gw_receiver **at, enum gw_receiver_origin origin)
{
	struct gw_receiver_part *part = &(*at)->part[origin];

	free(part->sources);
	*part = (struct gw_receiver_part){0};
	gw_mcast_iface_release((*at)->iface, origin);
	receiver_unlink_if_silent(at);
	group_publish(i);
}

int gw_receiver_del(
	uint16_t vrf, const struct gw_ip *group, uint16_t iface, enum gw_receiver_origin origin)
{
	uint32_t i = gw_mcast_group_find(vrf, group);
	struct gw_receiver **at;

	if (i == 0)
		return -ENOENT;
	at = receiver_at(i, iface);
	if (*at == NULL || !(*at)->part[origin].is)
		return -ENOENT;
	part_delete(i, at, origin);
	return 0;
}

void gw_receiver_iface_gone(uint16_t iface)
{
	for (uint32_t i = 0; (i = gw_mcast_group_next(i)) != 0;) {
		struct gw_receiver **at = receiver_at(i, iface);

		if (*at != NULL && (*at)->part[GW_RECEIVER_LEARNED].is)
			part_delete(i, at, GW_RECEIVER_LEARNED);
	}
}

void gw_receiver_marks_begin(void)
{
	mark++;
}

void gw_receiver_marks_sweep(void)
{
	for (uint32_t i = 0; (i = gw_mcast_group_next(i)) != 0;) {
		struct gw_receiver *r = infos[i].first, *next;

		for (; r != NULL; r = next) {
			const struct gw_receiver_part *part = &r->part[GW_RECEIVER_STATIC];

			next = r->next;
			if (part->is && part->mark != mark)
				part_delete(i, receiver_at(i, r->iface), GW_RECEIVER_STATIC);
		}
	}
}
