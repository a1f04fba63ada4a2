// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "icmp/icmp6_source.h"

#include "fib/multipath.h"
#include "fib/nexthop.h"
#include "fib/vrf.h"
#include "iface/addr.h"
#include "iface/iface.h"
#include "slow/slow.h"

// Interfaces are many, errors frequent: what was found, or not, stands for a tenth of a second.
#define KEEP_US 100000

static struct {
	uint64_t until_us;
	bool found;
	struct in6_addr ip;
} own[GW_MAX_VRFS];

static bool own_find(uint16_t vrf, struct in6_addr *ip)
{
	bool found = false;

	for (uint16_t i = 0; (i = gw_iface_next(i)) != 0;) {
		const struct gw_iface_info *info = &gw_iface_infos[i];
		bool network = gw_ifaces[i].role == GW_ROLE_NETWORK;

		if (gw_ifaces[i].vrf != vrf || info->addr6_count == 0 || (found && !network))
			continue;
		*ip = info->addrs6[0].p.addr;
		if (network)
			return true;
		found = true;
	}
	return found;
}

static bool own_address(uint16_t vrf, struct in6_addr *ip)
{
	uint64_t now = gw_slow_now_us();

	if (own[vrf].until_us <= now ||
		(own[vrf].found && gw_iface_addr6_owner(vrf, &own[vrf].ip) == 0)) {
		own[vrf].found = own_find(vrf, &own[vrf].ip);
		own[vrf].until_us = now + KEEP_US;
	}
	*ip = own[vrf].ip;
	return own[vrf].found;
}

bool gw_icmp6_source_in(
	uint16_t iface, uint16_t vrf, const struct in6_addr *peer, struct in6_addr *ip)
{
	if (iface != 0 && gw_ifaces[iface].vrf == vrf && gw_iface_source6(iface, peer, ip))
		return true;
	return !IN6_IS_ADDR_LINKLOCAL(peer) && own_address(vrf, ip);
}

bool gw_icmp6_source_out(uint16_t vrf, const struct in6_addr *peer, struct in6_addr *ip)
{
	uint32_t res = gw_rib6_lookup(&gw_vrfs[vrf].rib6, peer);
	uint32_t index = gw_fib_index(res);
	uint16_t iface = 0;

	switch (gw_fib_kind(res)) {
	case GW_FIB_LOCAL:
		*ip = *peer;
		return true;
	case GW_FIB_MULTIPATH: // any of the ways: which one a flow takes depends on the source
		iface = gw_nexthops[gw_multipath_pick(index, 0)].iface;
		break;
	case GW_FIB_ROUTE:
	case GW_FIB_NEIGH:
		iface = gw_nexthops[index].iface;
		break;
	case GW_FIB_CONNECTED:
		iface = (uint16_t)index;
		break;
	default:
		break;
	}
	return gw_icmp6_source_in(iface, vrf, peer, ip);
}
