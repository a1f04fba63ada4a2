// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// Into a VXLAN-GPE tunnel.

#include <rte_ip.h>
#include <rte_udp.h>
#include <rte_vxlan.h>

#include "ip4/ip4.h"
#include "tunnel/mss.h"
#include "tunnel/tunnel.h"

// Source ports 49152 to 65535 carry the entropy of the inner flow (draft-ietf-nvo3-vxlan-gpe 6.1).
#define SPORT_BASE 0xc000
#define SPORT_MASK 0x3fff

// The outer headers before the packet, and out. The inner TTL has been decremented.
static void encap_send(struct gw_worker *w, struct gw_pkt *p, uint32_t tunnel)
{
	const struct gw_tunnel *t = &gw_tunnels[tunnel];
	uint32_t nh = __atomic_load_n(&t->nh, __ATOMIC_ACQUIRE);
	const struct rte_ipv4_hdr *inner = gw_pkt_ip(p);
	struct rte_mbuf *m = p->m;
	uint16_t len = (uint16_t)m->pkt_len;
	struct gw_io_stats *s = &w->tunnel_stats[tunnel];
	uint32_t sport = gw_ip4_flow_hash(m);
	struct rte_ipv4_hdr *ip;
	struct rte_udp_hdr *udp;
	uint32_t sum;

	if (unlikely(nh == 0)) { // gone since the size was checked
		gw_drop(w, p, GW_DROP_tunnel_down);
		return;
	}
	ip = rte_pktmbuf_mtod_offset(m, struct rte_ipv4_hdr *, -GW_GPE_OVERHEAD);
	memcpy(ip, t->hdr, GW_GPE_OVERHEAD);
	// RFC 6040 4.1: the outer ECN field is the inner one; RFC 2983: so is DSCP. RFC 768: no
	// checksum is 0.
	ip->type_of_service = inner->type_of_service;
	ip->total_length = rte_cpu_to_be_16(len + GW_GPE_OVERHEAD);
	sum = t->csum + ip->total_length + rte_cpu_to_be_16(ip->type_of_service);
	sum = (sum & UINT16_MAX) + (sum >> 16);
	sum = (sum & UINT16_MAX) + (sum >> 16);
	ip->hdr_checksum = (rte_be16_t)~sum;
	udp = (struct rte_udp_hdr *)(ip + 1);
	udp->src_port = rte_cpu_to_be_16((uint16_t)(SPORT_BASE | (sport & SPORT_MASK)));
	udp->dgram_len = rte_cpu_to_be_16((uint16_t)(len + GW_GPE_OVERHEAD - sizeof(*ip)));
	p->l2_len = 0; // overwritten
	m->data_off -= GW_GPE_OVERHEAD;
	m->data_len += GW_GPE_OVERHEAD;
	m->pkt_len += GW_GPE_OVERHEAD;
	s->tx_packets++;
	s->tx_octets += len;
	gw_nexthop_send(w, p, nh);
}

void gw_tunnel_output(struct gw_worker *w, struct gw_pkt *p, uint16_t tunnel)
{
	const struct gw_tunnel *t = &gw_tunnels[tunnel];
	uint32_t nh = __atomic_load_n(&t->nh, __ATOMIC_ACQUIRE);
	uint32_t mtu, path_mtu;

	if (unlikely(nh == 0)) {
		gw_drop(w, p, GW_DROP_tunnel_down);
		return;
	}
	if (unlikely(t->mss != 0))
		gw_mss_clamp(w, p, t->mss);
	// The size is checked before encapsulation; the outer packet is never fragmented.
	mtu = gw_ifaces[gw_nexthops[nh].out].mtu;
	path_mtu = __atomic_load_n(&t->path_mtu, __ATOMIC_RELAXED);
	if (unlikely(path_mtu != 0 && path_mtu < mtu))
		mtu = path_mtu;
	mtu = mtu > GW_GPE_OVERHEAD ? mtu - GW_GPE_OVERHEAD : 0;
	if (unlikely(p->len > mtu)) {
		if (gw_pkt_ip(p)->fragment_offset & RTE_BE16(GW_IP4_DF)) {
			gw_drop_error(w, p, GW_DROP_frag_needed, (uint16_t)mtu);
			return;
		}
		if (p->origin != GW_FROM_SELF)
			gw_ip4_hop(gw_pkt_ip(p));
		gw_ip4_fragment(w, p, (uint16_t)mtu, encap_send, tunnel);
		return;
	}
	if (likely(p->origin != GW_FROM_SELF))
		gw_ip4_hop(gw_pkt_ip(p));
	encap_send(w, p, tunnel);
}
