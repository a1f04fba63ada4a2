// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// Which addresses a neighbour may have.

#include "fib/vrf.h"
#include "iface/addr.h"
#include "ip4/ip4.h"
#include "ip6/ip6.h"
#include "neigh/entry.h"

static bool on_link4(uint16_t iface, uint32_t ip)
{
	const struct gw_iface_info *info = &gw_iface_infos[iface];
	bool serves = gw_neigh_serves(iface); // its subnets are on the links of others, too

	if (!gw_ip4_source_ok(ip))
		return false;
	for (unsigned i = 0; i < info->addr_count; i++) {
		const struct gw_iface_addr *a = &info->addrs[i];
		uint32_t host = ip & ~gw_mask4(a->p.len);

		if ((a->gateway && !serves) || a->p.len == 32 || !gw_prefix4_has(&a->p, ip))
			continue;
		// RFC 1122 3.2.1.3: a host part of all zeros or all ones is no host. RFC 3021: in
		// a /31 both are.
		if (a->p.len == 31 || (host != 0 && host != ~gw_mask4(a->p.len)))
			return true;
	}
	return false;
}

static bool on_link6(uint16_t iface, const struct in6_addr *ip)
{
	const struct gw_iface_info *info = &gw_iface_infos[iface];
	bool serves = gw_neigh_serves(iface);

	if (!gw_ip6_source_ok(ip->s6_addr))
		return false;
	// Clients of an access interface are configured, not found.
	if (IN6_IS_ADDR_LINKLOCAL(ip))
		return gw_ifaces[iface].role == GW_ROLE_NETWORK;
	for (unsigned i = 0; i < info->addr6_count; i++) {
		const struct gw_iface_addr6 *a = &info->addrs6[i];

		if ((!a->gateway || serves) && a->p.len < 128 && gw_prefix6_has(&a->p, ip))
			return true;
	}
	return false;
}

bool gw_neigh_is_own(uint16_t iface, struct gw_ip ip)
{
	uint16_t vrf = gw_ifaces[iface].vrf;

	if (gw_ip_is4(&ip))
		return gw_iface_addr_owner(vrf, gw_ip_to4(&ip)) != 0;
	return gw_iface_addr6_owner(vrf, &ip.a) != 0 ||
		gw_ip6_eq(&ip.a, gw_iface_link_local(iface));
}

bool gw_neigh_on_link(uint16_t iface, struct gw_ip ip)
{
	if (gw_neigh_is_own(iface, ip))
		return false;
	return gw_ip_is4(&ip) ? on_link4(iface, gw_ip_to4(&ip)) : on_link6(iface, &ip.a);
}
