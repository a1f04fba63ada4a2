// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// Which MAC goes with an own address.

#include <string.h>

#include "iface/iface.h"
#include "neigh/entry.h"
#include "port/port.h"

// The addresses of an MLAG member that make no connected subnet are those of the pair.
bool gw_neigh_is_virtual(uint16_t iface, struct gw_ip ip)
{
	const struct gw_iface_info *info = &gw_iface_infos[iface];

	if (gw_ifaces[iface].mlag != GW_MLAG_MEMBER)
		return false;
	if (gw_ip_is4(&ip)) {
		for (unsigned i = 0; i < info->addr_count; i++) {
			if (info->addrs[i].p.addr == gw_ip_to4(&ip))
				return info->addrs[i].gateway;
		}
		return false;
	}
	for (unsigned i = 0; i < info->addr6_count; i++) {
		if (gw_ip6_eq(&info->addrs6[i].p.addr, &ip.a))
			return info->addrs6[i].gateway;
	}
	return false;
}

struct gw_mac gw_neigh_speaks_as(uint16_t iface, struct gw_ip ip)
{
	const struct gw_port *p = &gw_ports[gw_ifaces[iface].port];

	return p->has_virtual_mac && gw_neigh_is_virtual(iface, ip) ? p->virtual_mac
								    : gw_iface_infos[iface].src;
}

void gw_neigh_source_write(struct rte_mbuf *m, const struct gw_mac *mac)
{
	memcpy(rte_pktmbuf_mtod(m, uint8_t *) + sizeof(mac->b), mac->b, sizeof(mac->b));
}
