// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// The route to a neighbour on a connected subnet: its address alone, by kind GW_FIB_NEIGH.

#include "fib/vrf.h"
#include "neigh/entry.h"

// A link-local address means nothing without its link: routes through it name the next hop.
static bool routed(const struct gw_ip *ip)
{
	return !IN6_IS_ADDR_LINKLOCAL(&ip->a);
}

static uint32_t lookup(const struct gw_vrf *vrf, const struct gw_ip *ip)
{
	return gw_ip_is4(ip) ? gw_rib_lookup(&vrf->rib, gw_ip_to4(ip))
			     : gw_rib6_lookup(&vrf->rib6, &ip->a);
}

void gw_neigh_route_add(uint32_t nh)
{
	const struct gw_nexthop *n = &gw_nexthops[nh];
	const struct gw_ip *ip = &gw_neighs[nh].ip;
	struct gw_vrf *vrf = &gw_vrfs[n->vrf];

	if (!routed(ip))
		return;
	// What was learned hides nothing better than the route to its subnet, nor an entry that the
	// administrator made on another interface.
	if (gw_neighs[nh].state != GW_NEIGH_STATIC && !gw_neigh_serves(n->iface) &&
		lookup(vrf, ip) != gw_fib_result(GW_FIB_CONNECTED, n->iface))
		return;
	// Without memory for it packets come to gw_neigh_resolve() one by one.
	if (gw_ip_is4(ip))
		gw_rib_set(&vrf->rib, gw_ip_to4(ip), 32, GW_FIB_NEIGH, nh);
	else
		gw_rib6_set(&vrf->rib6, &ip->a, 128, GW_FIB_NEIGH, nh);
}

void gw_neigh_route_del(uint32_t nh)
{
	const struct gw_ip *ip = &gw_neighs[nh].ip;
	struct gw_vrf *vrf = &gw_vrfs[gw_nexthops[nh].vrf];

	if (gw_ip_is4(ip)) {
		uint32_t ip4 = gw_ip_to4(ip);

		if (gw_fib_index(gw_rib_get(&vrf->rib, ip4, 32, GW_FIB_NEIGH)) == nh)
			gw_rib_del(&vrf->rib, ip4, 32, GW_FIB_NEIGH);
	} else if (gw_fib_index(gw_rib6_get(&vrf->rib6, &ip->a, 128, GW_FIB_NEIGH)) == nh) {
		gw_rib6_del(&vrf->rib6, &ip->a, 128, GW_FIB_NEIGH);
	}
}
