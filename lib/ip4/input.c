// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// Frames of a port: link layer, interface, IPv4 header. IPv6 packets go into a lane of their own.

#include <netinet/in.h>

#include <rte_ether.h>
#include <rte_udp.h>

#include "fib/vrf.h"
#include "ip4/ip4.h"
#include "ip4/plain.h"
#include "ip6/ip6.h"
#include "mlag/path.h"
#include "port/port.h"
#include "sr_mcast/sr_mcast.h"

#define PREFETCH_AHEAD 4
#define PULLUP	       128 // link layer, outer and inner headers in one piece

static_assert(sizeof(struct gw_pkt) == 32, "two packets per cache line");

// What a frame holds.
enum kind {
	KIND_IP4,
	KIND_IP4_MULTICAST,
	KIND_IP6,
	KIND_IGMP,
	KIND_ARP,
	KIND_MEMBER, // ARP or ND of an MLAG member
	KIND_LACP,   // of an MLAG member
	KIND_MLAG,   // a message of the MLAG peer
};

struct frame {
	uint16_t type; // network order
	uint16_t iface;
	uint8_t l2_len;
};

static inline bool is_vlan(uint16_t type)
{
	return type == RTE_BE16(RTE_ETHER_TYPE_VLAN) || type == RTE_BE16(RTE_ETHER_TYPE_QINQ);
}

static inline uint16_t word_at(const uint8_t *data, uint32_t offset)
{
	uint16_t v;

	memcpy(&v, data + offset, sizeof(v));
	return v;
}

// Up to two tags; a tag of VLAN 0 only carries a priority (802.1Q 9.6).
static bool vlan_parse(const struct rte_mbuf *m, uint16_t port, struct frame *f)
{
	const uint8_t *data = rte_pktmbuf_mtod(m, const uint8_t *);
	uint16_t vid[2] = {0};
	unsigned n = 0;

	for (int tags = 0; tags < 2 && is_vlan(f->type); tags++) {
		uint16_t v;

		if (m->data_len < f->l2_len + 4u)
			return false;
		v = rte_be_to_cpu_16(word_at(data, f->l2_len)) & 0xfff;
		if (v != 0)
			vid[n++] = v;
		f->type = word_at(data, f->l2_len + 2u);
		f->l2_len += 4;
	}
	f->iface = (uint16_t)gw_hash32_get(
		gw_hash32_table(&gw_iface_vlans), gw_iface_vlan_key(port, vid[0], vid[1]));
	return true;
}

// RFC 3376 4.2.13: a host without an address reports from 0.0.0.0.
static enum gw_drop multicast_parse(
	const struct gw_pkt *p, const struct rte_ipv4_hdr *ip, enum kind *kind)
{
	if (ip->next_proto_id == IPPROTO_IGMP) {
		*kind = KIND_IGMP;
		return GW_DROP_NONE;
	}
	if (!gw_sr_mcast_on)
		return GW_DROP_ip4_multicast;
	if (!gw_ip4_source_ok(p->src))
		return GW_DROP_ip4_source;
	*kind = KIND_IP4_MULTICAST;
	return GW_DROP_NONE;
}

// An IPv4 packet whose frame was for us, or for everybody.
// Sets of the packet: src, dst, len, vrf; its data begins at the IP header and ends with it.
static inline enum gw_drop ip4_parse(struct gw_pkt *p, bool group_frame, enum kind *kind)
{
	struct rte_mbuf *m = p->m;
	const struct rte_ipv4_hdr *ip = rte_pktmbuf_mtod(m, const struct rte_ipv4_hdr *);
	enum gw_drop reason = gw_ip4_check(ip, m->pkt_len, m->ol_flags);

	if (unlikely(reason != GW_DROP_NONE))
		return reason;
	p->src = rte_be_to_cpu_32(ip->src_addr);
	p->dst = rte_be_to_cpu_32(ip->dst_addr);
	p->len = rte_be_to_cpu_16(ip->total_length);
	if (m->pkt_len != p->len)
		gw_mbuf_trim(m, p->len);
	if (unlikely(!gw_ip4_source_ok(p->dst))) {
		if (IN_MULTICAST(p->dst))
			return multicast_parse(p, ip, kind);
		if (p->dst != INADDR_BROADCAST)
			return GW_DROP_ip4_destination;
		// RFC 2131 4.1: a client without an address asks everybody.
		if (ip->next_proto_id == IPPROTO_UDP && p->len >= (ip->version_ihl & 15) * 4 + 8 &&
			word_at((const uint8_t *)ip, (ip->version_ihl & 15) * 4u + 2) ==
				RTE_BE16(67))
			return GW_DROP_dhcp;
		return GW_DROP_ip4_broadcast;
	}
	if (unlikely(!gw_ip4_source_ok(p->src)))
		return GW_DROP_ip4_source;
	// RFC 1812 5.3.4: what came as a link-layer broadcast is not forwarded.
	if (unlikely(group_frame))
		return GW_DROP_ip4_broadcast;
	return GW_DROP_NONE;
}

static enum gw_drop ip6_parse(
	struct gw_pkt *p, const struct gw_iface *ifc, bool group_frame, enum kind *kind)
{
	enum gw_drop reason = gw_ip6_receive(p, group_frame);

	*kind = KIND_IP6;
	if (reason == GW_DROP_NONE && ifc->mlag == GW_MLAG_MEMBER && gw_ip6_is_nd(p, gw_pkt_ip6(p)))
		*kind = KIND_MEMBER;
	return reason;
}

// Neither IPv4 nor IPv6.
static enum gw_drop other_parse(const struct gw_iface *ifc, uint16_t type, enum kind *kind)
{
	if (type == RTE_BE16(RTE_ETHER_TYPE_ARP)) {
		*kind = ifc->mlag == GW_MLAG_MEMBER ? KIND_MEMBER : KIND_ARP;
		return GW_DROP_NONE;
	}
	*kind = KIND_LACP;
	if (gw_mlag_is_lacp(ifc, type))
		return GW_DROP_NONE;
	*kind = KIND_MLAG;
	return gw_mlag_is_message(ifc, type) ? GW_DROP_NONE : GW_DROP_eth_type;
}

// Everything about one frame up to its network layer. Returns the reason to drop it, or
// GW_DROP_NONE with `p` filled and *kind set.
static inline enum gw_drop frame_parse(struct gw_pkt *p, uint16_t port, enum kind *kind)
{
	struct rte_mbuf *m = p->m;
	const uint8_t *data = rte_pktmbuf_mtod(m, const uint8_t *);
	const struct gw_iface *ifc;
	struct frame f;
	uint64_t dst;
	bool group;

	if (unlikely(m->data_len < RTE_ETHER_HDR_LEN))
		return GW_DROP_eth_truncated;
	f.type = word_at(data, 12);
	f.l2_len = RTE_ETHER_HDR_LEN;
	f.iface = gw_port_untagged[port];
	if (unlikely(is_vlan(f.type)) && !vlan_parse(m, port, &f))
		return GW_DROP_eth_truncated;
	if (unlikely(f.iface == 0))
		return GW_DROP_no_interface;
	ifc = &gw_ifaces[f.iface];
	if (unlikely(ifc->half == GW_HALF_STANDBY))
		return GW_DROP_standby;
	memcpy(&dst, data, sizeof(dst)); // 14 octets are there
	dst &= GW_MAC_MASK;
	group = data[0] & 1;
	if (unlikely(dst != ifc->mac[0] && dst != ifc->mac[1] && !group) &&
		!gw_mlag_takes(ifc, dst))
		return gw_mlag_not_for_us(ifc, f.type);
	p->iface = f.iface;
	p->vrf = ifc->vrf;
	p->l2_len = f.l2_len;
	m->data_off += f.l2_len;
	m->data_len -= f.l2_len;
	m->pkt_len -= f.l2_len;
	*kind = KIND_IP4;
	if (likely(f.type == RTE_BE16(RTE_ETHER_TYPE_IPV4)))
		return ip4_parse(p, group, kind);
	if (f.type == RTE_BE16(RTE_ETHER_TYPE_IPV6))
		return ip6_parse(p, ifc, group, kind);
	return other_parse(ifc, f.type, kind);
}

// Counters of one interface, added when another one's packet comes: a burst is mostly of one.
struct run {
	uint16_t iface;
	uint32_t packets;
	uint64_t octets;
};

static inline void run_flush(struct gw_worker *w, const struct run *r)
{
	w->iface_stats[r->iface].rx_packets += r->packets;
	w->iface_stats[r->iface].rx_octets += r->octets;
}

static inline void run_count(struct gw_worker *w, struct run *r, const struct gw_pkt *p)
{
	if (unlikely(r->iface != p->iface)) {
		run_flush(w, r);
		*r = (struct run){.iface = p->iface};
	}
	r->packets++;
	r->octets += p->len;
}

static inline void packet_count(struct gw_worker *w, const struct gw_pkt *p)
{
	struct gw_io_stats *s = &w->iface_stats[p->iface];

	s->rx_packets++;
	s->rx_octets += p->len;
}

// Anything but the plain case. True: the packet is in the lane.
static __rte_noinline bool other_frame(
	struct gw_worker *w, struct gw_pkt *p, struct rte_mbuf *m, uint16_t port, uint8_t origin)
{
	enum gw_drop reason;
	enum kind kind;

	*p = (struct gw_pkt){.m = m, .origin = origin};
	if (m->nb_segs > 1) {
		p->m = gw_mbuf_pullup(m, PULLUP);
		if (p->m == NULL) {
			w->stats->drop[GW_DROP_no_mbuf]++;
			return false;
		}
	}
	if (unlikely(w->tracing))
		gw_trace_begin(w, p, port);
	reason = frame_parse(p, port, &kind);
	if (reason != GW_DROP_NONE) {
		gw_drop(w, p, reason);
		return false;
	}
	switch (kind) {
	case KIND_IP4:
		return true;
	case KIND_IP4_MULTICAST:
		packet_count(w, p);
		gw_mcast_ingress(w, p);
		break;
	case KIND_IP6:
		packet_count(w, p);
		gw_ip6_put(&w->lane6, p);
		break;
	case KIND_IGMP:
		packet_count(w, p);
		gw_punt(w, p, gw_mlag_group_class(p), 0, 0, GW_DROP_NONE);
		break;
	case KIND_ARP:
		gw_punt(w, p, GW_PUNT_ARP, 0, 0, GW_DROP_NONE);
		break;
	case KIND_MEMBER:
		gw_punt(w, p, GW_PUNT_MEMBER, 0, 0, GW_DROP_NONE);
		break;
	case KIND_LACP:
		gw_punt(w, p, GW_PUNT_LACP, 0, 0, GW_DROP_NONE);
		break;
	case KIND_MLAG:
		gw_punt(w, p, GW_PUNT_MLAG, 0, 0, GW_DROP_NONE);
	}
	return false;
}

static __rte_always_inline void frames_parse(
	struct gw_worker *w, uint16_t port, struct rte_mbuf **mbufs, uint32_t n, uint8_t origin)
{
	struct gw_lane *lane = &w->lane[0];
	struct gw_io_stats *ps = &w->port_stats[port];
	struct run run = {0};
	struct gw_plain plain;
	uint64_t octets = 0, plain_octets = 0;
	uint32_t others = 0;
	struct gw_pkt *p = lane->p;

	gw_plain_prepare(&plain, port, origin);
	if (unlikely(w->tracing))
		plain.mac = UINT64_MAX;
	for (uint32_t i = 0; i < n && i < PREFETCH_AHEAD; i++)
		rte_prefetch0(rte_pktmbuf_mtod(mbufs[i], void *));
	for (uint32_t i = 0; i < n; i++) {
		struct rte_mbuf *m = mbufs[i];

		if (i + PREFETCH_AHEAD < n)
			rte_prefetch0(rte_pktmbuf_mtod(mbufs[i + PREFETCH_AHEAD], void *));
		octets += m->pkt_len;
		if (likely(gw_plain_parse(p, m, &plain, origin == GW_FROM_ACCESS))) {
			plain_octets += p->len;
			p++;
		} else if (other_frame(w, p, m, port, origin)) {
			const struct gw_rib *rib = &gw_vrfs[p->vrf].rib;

			run_count(w, &run, p);
			p->res = gw_rib_start(rib, origin == GW_FROM_ACCESS ? p->src : p->dst);
			p++;
			others++;
		}
	}
	lane->n = (uint32_t)(p - lane->p);
	run_flush(w, &run);
	run_flush(w, &(struct run){plain.iface, lane->n - others, plain_octets});
	ps->rx_packets += n;
	ps->rx_octets += octets;
	w->stats->received += n;
}

void gw_input(struct gw_worker *w, uint16_t port, struct rte_mbuf **mbufs, uint32_t n)
{
	struct gw_lane *lane = &w->lane[0];

	if (gw_ports[port].role == GW_ROLE_ACCESS) {
		frames_parse(w, port, mbufs, n, GW_FROM_ACCESS);
		gw_guard(w, lane);
	} else {
		frames_parse(w, port, mbufs, n, GW_FROM_NETWORK);
	}
	gw_lane_run(w, lane);
	if (unlikely(w->lane6.n > 0))
		gw_ip6_run(w, &w->lane6);
}
