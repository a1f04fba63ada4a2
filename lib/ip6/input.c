// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// The IPv6 header of a received packet, and the way of a burst through look-up and output.

#include "fib/vrf.h"
#include "ip6/ip6.h"
#include "sr_mcast/sr_mcast.h"

enum gw_drop gw_ip6_receive(struct gw_pkt *p, bool group_frame)
{
	struct rte_mbuf *m = p->m;
	const struct rte_ipv6_hdr *ip = rte_pktmbuf_mtod(m, const struct rte_ipv6_hdr *);
	enum gw_drop reason = gw_ip6_check(ip, m->pkt_len);

	if (unlikely(reason != GW_DROP_NONE))
		return reason;
	p->len = (uint16_t)gw_ip6_len(ip);
	if (m->pkt_len != p->len)
		gw_mbuf_trim(m, p->len);
	if (unlikely(gw_ip6_is_multicast(ip->dst_addr)))
		return GW_DROP_NONE; // whose source may be "::"
	if (unlikely(!gw_ip6_routable(ip->dst_addr)))
		return GW_DROP_ip6_destination;
	if (unlikely(!gw_ip6_source_ok(ip->src_addr)))
		return GW_DROP_ip6_source;
	// As RFC 1812 5.3.4: what came to a group of the link is not forwarded.
	if (unlikely(group_frame))
		return GW_DROP_ip6_multicast;
	return GW_DROP_NONE;
}

// A header is not aligned in its frame.
static inline struct in6_addr destination(const struct gw_pkt *p)
{
	struct in6_addr ip;

	memcpy(&ip, gw_pkt_ip6(p)->dst_addr, sizeof(ip));
	return ip;
}

// What the look-up has begun with stands in `src`, which nothing else of IPv6 uses.
void gw_ip6_put(struct gw_lane *lane, const struct gw_pkt *p)
{
	struct gw_pkt *to = &lane->p[lane->n++];
	struct in6_addr dst = destination(p);

	*to = *p;
	to->src = gw_rib6_start(&gw_vrfs[p->vrf].rib6, &dst);
}

// RFC 4291 2.5.6: a link-local address is one of this interface, or of no concern.
static void to_link_local(struct gw_worker *w, struct gw_pkt *p)
{
	const struct in6_addr *own = gw_iface_link_local(p->iface);

	if (p->iface != 0 && memcmp(own, gw_pkt_ip6(p)->dst_addr, sizeof(*own)) == 0)
		gw_ip6_local(w, p);
	else
		gw_drop(w, p, GW_DROP_ip6_link_local);
}

// True: the packet does not go by its look-up, and is gone.
static inline bool taken(struct gw_worker *w, struct gw_pkt *p)
{
	const uint8_t *dst = gw_pkt_ip6(p)->dst_addr;

	if (unlikely(gw_ip6_is_multicast(dst))) {
		gw_ip6_multicast(w, p);
		return true;
	}
	if (unlikely(gw_ip6_is_link_local(dst))) {
		to_link_local(w, p);
		return true;
	}
	return false;
}

static inline void result_prefetch(uint32_t res)
{
	enum gw_fib_kind kind = gw_fib_kind(res);

	if (likely(kind == GW_FIB_ROUTE || kind == GW_FIB_NEIGH))
		rte_prefetch0(&gw_nexthops[gw_fib_index(res)]);
}

// Packets that stay keep their order. What look-ups read was asked for in gw_ip6_put(), what output
// reads is asked for here.
void gw_ip6_run(struct gw_worker *w, struct gw_lane *lane)
{
	uint32_t kept = 0;

	if (gw_sr_mcast_on)
		gw_sr_mcast_input(w, lane);
	for (uint32_t i = 0; i < lane->n; i++) {
		if (likely(!taken(w, &lane->p[i])))
			lane->p[kept++] = lane->p[i];
	}
	for (uint32_t i = 0; i < kept; i++) {
		struct gw_pkt *p = &lane->p[i];
		struct in6_addr dst = destination(p);

		p->res = gw_rib6_finish(&gw_vrfs[p->vrf].rib6, &dst, p->src);
		result_prefetch(p->res);
	}
	for (uint32_t i = 0; i < kept; i++)
		gw_ip6_output(w, &lane->p[i]);
	lane->n = 0;
}
