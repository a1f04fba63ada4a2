// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "icmp/source.h"

#include "fib/multipath.h"
#include "fib/nexthop.h"
#include "fib/vrf.h"
#include "host/host.h"
#include "iface/iface.h"
#include "slow/slow.h"

// Interfaces are many, errors frequent: what was found, or not, stands for a tenth of a second.
#define KEEP_US 100000

static struct {
	uint64_t until_us;
	uint32_t ip; // 0: none
} own[GW_MAX_VRFS];

static uint32_t own_find(uint16_t vrf)
{
	uint32_t any = 0;

	for (uint16_t i = 0; (i = gw_iface_next(i)) != 0;) {
		const struct gw_iface_info *info = &gw_iface_infos[i];

		if (gw_ifaces[i].vrf != vrf || info->addr_count == 0)
			continue;
		if (gw_ifaces[i].role == GW_ROLE_NETWORK)
			return info->addrs[0].p.addr;
		if (any == 0)
			any = info->addrs[0].p.addr;
	}
	return any;
}

bool gw_icmp_own_address(uint16_t vrf, uint32_t *ip)
{
	uint64_t now = gw_slow_now_us();

	if (own[vrf].until_us <= now || (own[vrf].ip != 0 && !gw_icmp_is_own(vrf, own[vrf].ip))) {
		own[vrf].ip = own_find(vrf);
		own[vrf].until_us = now + KEEP_US;
	}
	*ip = own[vrf].ip;
	return *ip != 0;
}

bool gw_icmp_source_in(uint16_t iface, uint16_t vrf, uint32_t peer, uint32_t *ip)
{
	if (iface != 0 && gw_ifaces[iface].vrf == vrf && gw_iface_source(iface, peer, ip))
		return true;
	return gw_icmp_own_address(vrf, ip);
}

bool gw_icmp_source_out(uint16_t vrf, uint32_t peer, uint32_t *ip)
{
	uint32_t res = gw_rib_lookup(&gw_vrfs[vrf].rib, peer);
	uint32_t index = gw_fib_index(res);
	uint16_t iface = 0;

	switch (gw_fib_kind(res)) {
	case GW_FIB_LOCAL:
		*ip = peer;
		return true;
	case GW_FIB_HOST:
		iface = gw_where_iface(gw_host_where(&gw_host_down[index]));
		break;
	case GW_FIB_MULTIPATH: // any of its interfaces will do
		iface = gw_nexthops[gw_multipath_pick(index, 0)].iface;
		break;
	case GW_FIB_ROUTE:
	case GW_FIB_NEIGH:
		iface = gw_nexthops[index].iface;
		break;
	case GW_FIB_CONNECTED:
		iface = (uint16_t)index;
		break;
	default: // by a tunnel: a gateway address would be answered at its far end
		break;
	}
	return gw_icmp_source_in(iface, vrf, peer, ip);
}

bool gw_icmp_is_own(uint16_t vrf, uint32_t ip)
{
	return gw_rib_get(&gw_vrfs[vrf].rib, ip, 32, GW_FIB_LOCAL) != 0;
}

bool gw_icmp_is_broadcast(uint16_t vrf, uint32_t ip)
{
	uint32_t res = gw_rib_lookup(&gw_vrfs[vrf].rib, ip);
	const struct gw_iface_info *info;

	if (gw_fib_kind(res) != GW_FIB_CONNECTED)
		return false;
	info = &gw_iface_infos[gw_fib_index(res)];
	for (unsigned i = 0; i < info->addr_count; i++) {
		const struct gw_prefix4 *p = &info->addrs[i].p;

		if (p->len < 31 && gw_prefix4_has(p, ip) && (ip | gw_mask4(p->len)) == UINT32_MAX)
			return true;
	}
	return false;
}
