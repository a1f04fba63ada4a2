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

void gw_ip6_put(struct gw_lane *lane, const struct gw_pkt *p)
{
	struct gw_pkt *to = &lane->p[lane->n++];

	*to = *p;
}

// What does not go by its look-up leaves the lane; the others keep their order.
static void taken_out(struct gw_worker *w, struct gw_lane *lane)
{
	const bool sr_mcast = gw_sr_mcast_on;
	uint32_t kept = 0;

	for (uint32_t i = 0; i < lane->n; i++) {
		struct gw_pkt *p = &lane->p[i];

		if (unlikely(gw_ip6_is_multicast(gw_pkt_ip6(p)->dst_addr)))
			gw_ip6_multicast(w, p);
		else if (unlikely(sr_mcast) && p->origin != GW_FROM_SELF && gw_sr_mcast_input(w, p))
			continue;
		else
			lane->p[kept++] = *p;
	}
	lane->n = kept;
}

void gw_ip6_run(struct gw_worker *w, struct gw_lane *lane)
{
	taken_out(w, lane);
	for (uint32_t i = 0; i < lane->n; i++)
		gw_ip6_output(w, &lane->p[i]);
	lane->n = 0;
}
