// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// Out of a VXLAN-GPE tunnel.

#include <rte_ip.h>
#include <rte_udp.h>

#include "fib/vrf.h"
#include "ip4/ip4.h"
#include "tunnel/ecn.h"
#include "tunnel/tunnel.h"

#define GPE_FLAGS      0x0c // version 0, I, P
#define GPE_FLAGS_MASK 0x3d // version, I, P, O; B says how the packet was addressed, not what it is
#define GPE_NEXT_IPV4  1
#define HEADERS	       (sizeof(struct rte_udp_hdr) + sizeof(struct gpe_hdr))
#define PULLUP	       128

struct gpe_hdr {
	uint8_t flags;
	uint8_t reserved[2];
	uint8_t next;
	rte_be32_t vni; // << 8
} __attribute__((packed));

static_assert(HEADERS + sizeof(struct rte_ipv4_hdr) == GW_GPE_OVERHEAD, "outer headers");

// A checksum that is there is right (RFC 768); 0 says that there is none.
static bool udp_checksum_ok(const struct gw_pkt *p, const struct rte_ipv4_hdr *ip,
	const struct rte_udp_hdr *udp, uint32_t ihl)
{
	if (udp->dgram_cksum == 0 ||
		(p->m->ol_flags & RTE_MBUF_F_RX_L4_CKSUM_MASK) == RTE_MBUF_F_RX_L4_CKSUM_GOOD)
		return true;
	if (p->m->nb_segs > 1) {
		// DPDK 22.11 sums a chain wrongly behind a segment of odd length.
		struct rte_mbuf *flat = gw_mbuf_linear_copy(p->m);
		bool ok;

		if (flat == NULL)
			return true; // no buffer to look closer: as if there were no checksum
		ok = rte_ipv4_udptcp_cksum_mbuf_verify(flat, ip, (uint16_t)ihl) == 0;
		rte_pktmbuf_free(flat);
		return ok;
	}
	return rte_ipv4_udptcp_cksum_mbuf_verify(p->m, ip, (uint16_t)ihl) == 0;
}

// Upstream tunnel: the client's home is here and the client is at the tunnel's far end.
static bool upstream_source_ok(const struct gw_pkt *p, const struct gw_tunnel *t)
{
	uint32_t res = gw_rib_lookup(&gw_vrfs[t->vrf].rib, p->src);
	uint16_t away;

	if (gw_fib_kind(res) != GW_FIB_HOST_TUNNEL)
		return false;
	away = gw_path_tunnel((uint16_t)gw_fib_index(res));
	return gw_tunnels[away].remote == t->remote;
}

// The inner packet's part: cuts the outer headers off. Returns the reason to drop it.
static enum gw_drop inner_parse(struct gw_pkt *p, const struct gw_tunnel *t, uint32_t outer_len,
	uint32_t payload, uint8_t outer_tos)
{
	struct rte_mbuf *m = p->m;
	struct rte_ipv4_hdr *ip;
	enum gw_drop reason;
	uint8_t ecn;

	gw_mbuf_trim(m, outer_len + payload);
	rte_pktmbuf_adj(m, (uint16_t)outer_len); // these octets are in the first segment
	ip = rte_pktmbuf_mtod(m, struct rte_ipv4_hdr *);
	reason = gw_ip4_check(ip, m->pkt_len, 0);
	if (unlikely(reason != GW_DROP_NONE))
		return reason;
	p->src = rte_be_to_cpu_32(ip->src_addr);
	p->dst = rte_be_to_cpu_32(ip->dst_addr);
	p->len = rte_be_to_cpu_16(ip->total_length);
	if (m->pkt_len != p->len)
		gw_mbuf_trim(m, p->len);
	if (unlikely(!gw_ip4_source_ok(p->dst)))
		return IN_MULTICAST(p->dst) ? GW_DROP_ip4_multicast : GW_DROP_ip4_destination;
	if (unlikely(!gw_ip4_source_ok(p->src)))
		return GW_DROP_ip4_source;
	ecn = gw_ecn_combine(outer_tos, ip->type_of_service);
	if (unlikely(ecn == GW_ECN_DROP))
		return GW_DROP_tunnel_ecn;
	if (unlikely(ecn != (ip->type_of_service & 3)))
		gw_ip4_tos_set(ip, (ip->type_of_service & ~3) | ecn);
	p->vrf = t->vrf;
	p->l2_len = 0;
	p->iface = 0;
	p->origin = GW_FROM_TUNNEL;
	if (t->symmetric) {
		if (!upstream_source_ok(p, t))
			return GW_DROP_tunnel_source;
		p->origin = GW_FROM_UPSTREAM;
	}
	return GW_DROP_NONE;
}

// Uses of the packet: an IPv4/UDP packet to port 4790 of an own address, no fragment, UDP ports
// within the IP packet. Sets: everything for the look-up of the inner packet.
static enum gw_drop decap(struct gw_pkt *p, uint16_t *tunnel)
{
	const struct rte_ipv4_hdr *ip = gw_pkt_ip(p);
	uint32_t ihl = (ip->version_ihl & 15) * 4u;
	const struct rte_udp_hdr *udp = (const void *)((const uint8_t *)ip + ihl);
	const struct gpe_hdr *gpe = (const void *)(udp + 1);
	uint32_t udp_len;

	if (unlikely(p->len < ihl + HEADERS || p->m->data_len < ihl + HEADERS))
		return GW_DROP_tunnel_truncated;
	udp_len = rte_be_to_cpu_16(udp->dgram_len);
	if (unlikely(udp_len < HEADERS || udp_len > p->len - ihl))
		return GW_DROP_tunnel_truncated;
	if (unlikely((gpe->flags & GPE_FLAGS_MASK) != GPE_FLAGS))
		return GW_DROP_tunnel_flags;
	if (unlikely(!udp_checksum_ok(p, ip, udp, ihl)))
		return GW_DROP_tunnel_checksum;
	*tunnel = gw_tunnel_lookup(p->dst, p->src, rte_be_to_cpu_32(gpe->vni) >> 8);
	if (unlikely(*tunnel == 0 || gw_tunnel_infos[*tunnel].outer_vrf != p->vrf))
		return GW_DROP_tunnel_unknown;
	if (unlikely(gpe->next != GPE_NEXT_IPV4))
		return GW_DROP_tunnel_protocol;
	return inner_parse(
		p, &gw_tunnels[*tunnel], ihl + HEADERS, udp_len - HEADERS, ip->type_of_service);
}

void gw_tunnel_input(struct gw_worker *w, struct gw_pkt *p)
{
	struct gw_io_stats *s;
	uint16_t tunnel = 0;
	enum gw_drop reason;

	if (unlikely(p->m->nb_segs > 1)) {
		p->m = gw_mbuf_pullup(p->m, PULLUP);
		if (p->m == NULL) {
			w->stats->drop[GW_DROP_no_mbuf]++;
			return;
		}
	}
	reason = decap(p, &tunnel);
	if (unlikely(reason != GW_DROP_NONE)) {
		gw_drop(w, p, reason);
		return;
	}
	p->tunnel = tunnel;
	s = &w->tunnel_stats[tunnel];
	s->rx_packets++;
	s->rx_octets += p->len;
	p->res = gw_rib_start(&gw_vrfs[p->vrf].rib, p->dst);
	w->next->p[w->next->n++] = *p;
}
