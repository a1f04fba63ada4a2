// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "neigh/table.h"

#include <errno.h>
#include <string.h>

#include <rte_random.h>

#include "base/reserve.h"
#include "dp/rcu.h"
#include "iface/iface.h"

#define BUCKETS (1u << 16)
#define RESTING 4096 // freed indices that are not used again yet

struct gw_nexthop *gw_nexthops;
struct gw_neigh *gw_neighs;

static uint32_t buckets[BUCKETS];
static uint64_t seed; // who sends on the link cannot choose addresses of one bucket
static uint32_t top;  // highest index ever used
static uint32_t free_first, free_last, free_n;

static_assert(sizeof(struct gw_nexthop) == 16, "two words");

int gw_neigh_table_init(void)
{
	seed = rte_rand();
	gw_nexthops = gw_reserve(GW_MAX_NEXTHOPS * sizeof(*gw_nexthops));
	gw_neighs = gw_reserve(GW_MAX_NEXTHOPS * sizeof(*gw_neighs));
	return gw_nexthops == NULL || gw_neighs == NULL ? -ENOMEM : 0;
}

void gw_neigh_table_fini(void)
{
	gw_unreserve(gw_nexthops, GW_MAX_NEXTHOPS * sizeof(*gw_nexthops));
	gw_unreserve(gw_neighs, GW_MAX_NEXTHOPS * sizeof(*gw_neighs));
	gw_nexthops = NULL;
	gw_neighs = NULL;
	memset(buckets, 0, sizeof(buckets));
	top = free_first = free_last = free_n = 0;
}

static uint32_t *bucket(uint16_t iface, const struct gw_ip *ip)
{
	uint64_t hi, lo;

	memcpy(&hi, ip->a.s6_addr, sizeof(hi));
	memcpy(&lo, ip->a.s6_addr + 8, sizeof(lo));
	lo ^= seed ^ (hi ^ iface) * 0xff51afd7ed558ccdu;
	return &buckets[(lo ^ lo >> 32) * 0x9e3779b97f4a7c15u >> 48];
}

uint32_t gw_neigh_find(uint16_t iface, struct gw_ip ip)
{
	uint32_t nh = *bucket(iface, &ip);

	while (nh != 0 && (!gw_ip_eq(&gw_neighs[nh].ip, &ip) || gw_nexthops[nh].iface != iface))
		nh = gw_neighs[nh].next;
	return nh;
}

struct gw_ip gw_neigh_ip(uint32_t nh)
{
	return gw_neighs[nh].ip;
}

uint32_t gw_neigh_next(uint32_t after)
{
	for (uint32_t nh = after + 1; nh <= top; nh++) {
		if (gw_neighs[nh].state != GW_NEIGH_FREE)
			return nh;
	}
	return 0;
}

static uint32_t index_alloc(void)
{
	uint32_t nh = free_first;

	if (free_n <= RESTING && top + 1 < GW_MAX_NEXTHOPS)
		return ++top;
	if (nh != 0) {
		free_first = gw_neighs[nh].next;
		free_n--;
	}
	return nh;
}

static void index_reclaim(void *index)
{
	uint32_t nh = (uint32_t)(uintptr_t)index;

	gw_neighs[nh].next = 0;
	if (free_n++ == 0)
		free_first = nh;
	else
		gw_neighs[free_last].next = nh;
	free_last = nh;
}

uint32_t gw_neigh_new(uint16_t iface, struct gw_ip ip)
{
	uint32_t nh = index_alloc();
	uint32_t *at = bucket(iface, &ip);

	if (nh == 0)
		return 0;
	gw_nexthops[nh] = (struct gw_nexthop){
		.iface = iface,
		.out = gw_iface_infos[iface].redirect != 0 ? gw_iface_infos[iface].redirect : iface,
		.vrf = gw_ifaces[iface].vrf,
		.family = gw_ip_is4(&ip) ? AF_INET : AF_INET6,
	};
	gw_neighs[nh] = (struct gw_neigh){.ip = ip, .state = GW_NEIGH_INCOMPLETE, .next = *at};
	*at = nh;
	return nh;
}

void gw_neigh_unlink(uint32_t nh)
{
	uint32_t *at = bucket(gw_nexthops[nh].iface, &gw_neighs[nh].ip);

	while (*at != nh && *at != 0)
		at = &gw_neighs[*at].next;
	if (*at == nh)
		*at = gw_neighs[nh].next;
}

void gw_neigh_free(uint32_t nh)
{
	gw_neighs[nh].state = GW_NEIGH_FREE;
	gw_rcu_defer(index_reclaim, (void *)(uintptr_t)nh);
}
