// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// Packets of ours that stay on a link.

#include "ip6/ip6.h"
#include "neigh/neigh.h"
#include "slow/slow.h"

void gw_inject_link6(uint16_t iface, struct rte_mbuf *m)
{
	const struct rte_ipv6_hdr *ip = rte_pktmbuf_mtod(m, const struct rte_ipv6_hdr *);
	const struct gw_iface *ifc = &gw_ifaces[iface];
	struct gw_io_stats *s = &gw_iface_stats[0][iface];

	if (iface == 0 || gw_iface_infos[iface].name[0] == '\0') { // deleted meanwhile
		gw_slow_drop(m, GW_DROP_no_interface);
		return;
	}
	if (!gw_ip6_is_multicast(ip->dst_addr)) {
		*gw_meta(m) =
			(struct gw_meta){.vrf = ifc->vrf, .mtu = iface, .origin = GW_FROM_SELF};
		gw_neigh_resolve(m);
		return;
	}
	if (ifc->half != GW_HALF_ACTIVE) {
		gw_slow_drop(m, GW_DROP_standby);
		return;
	}
	s->tx_packets++;
	s->tx_octets += m->pkt_len;
	gw_l2_write6(m, ifc, gw_ip6_group_mac(ip->dst_addr));
	gw_inject_tx(ifc->port, m);
}
