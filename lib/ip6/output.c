// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// What happens to an IPv6 packet by the result of its look-up.

#include <netinet/in.h>

#include "fib/multipath.h"
#include "ip6/ip6.h"
#include "mlag/path.h"

// A packet that is not forwarded out of an interface with this MTU, and why. True: it is gone.
static inline bool refused(struct gw_worker *w, struct gw_pkt *p, uint16_t mtu)
{
	const struct rte_ipv6_hdr *ip = gw_pkt_ip6(p);

	// RFC 8200 3: a hop limit of 1 or 0 ends here.
	if (unlikely(ip->hop_limits <= 1) && p->origin != GW_FROM_SELF) {
		gw_drop_error(w, p, GW_DROP_ttl_exceeded, 0);
		return true;
	}
	// RFC 8200 5: nothing is fragmented on its way.
	if (unlikely(p->len > mtu)) {
		gw_drop_error(w, p, GW_DROP_packet_too_big, mtu);
		return true;
	}
	return false;
}

static inline void hop(struct gw_pkt *p)
{
	if (likely(p->origin != GW_FROM_SELF))
		gw_pkt_ip6(p)->hop_limits--;
}

static inline void to_nexthop(struct gw_worker *w, struct gw_pkt *p, uint32_t nh)
{
	const struct gw_iface *ifc = &gw_ifaces[gw_nexthops[nh].out];

	if (unlikely(gw_mlag_splits(ifc, p))) {
		gw_drop(w, p, GW_DROP_mlag_split_horizon);
		return;
	}
	if (refused(w, p, ifc->mtu))
		return;
	hop(p);
	gw_nexthop_send6(w, p, nh);
}

// On a connected subnet and no neighbour yet: the slow path asks for it.
static void to_connected(struct gw_worker *w, struct gw_pkt *p, uint16_t iface)
{
	if (gw_mlag_splits(&gw_ifaces[iface], p)) {
		gw_drop(w, p, GW_DROP_mlag_split_horizon);
		return;
	}
	if (refused(w, p, gw_ifaces[iface].mtu))
		return;
	hop(p);
	gw_punt(w, p, GW_PUNT_RESOLVE, 0, iface, GW_DROP_NONE);
}

void gw_ip6_local(struct gw_worker *w, struct gw_pkt *p)
{
	bool nd = gw_ip6_is_nd(p, gw_pkt_ip6(p));

	gw_punt(w, p, nd ? GW_PUNT_ND : GW_PUNT_LOCAL, 0, 0, GW_DROP_NONE);
}

void gw_ip6_output(struct gw_worker *w, struct gw_pkt *p)
{
	uint32_t index = gw_fib_index(p->res);
	enum gw_fib_kind kind = gw_fib_kind(p->res);

	// RFC 4291 2.5.6: a link-local source is for own addresses only.
	if (unlikely(gw_ip6_is_link_local(gw_pkt_ip6(p)->src_addr) && kind != GW_FIB_LOCAL)) {
		gw_drop(w, p, GW_DROP_ip6_link_local);
		return;
	}
	if (kind != GW_FIB_LOCAL && unlikely(gw_guard_ip6(w, p)))
		return;
	switch (kind) {
	case GW_FIB_MULTIPATH:
		index = gw_multipath_pick(index, gw_ip6_flow_hash(gw_pkt_ip6(p)));
		to_nexthop(w, p, index);
		break;
	case GW_FIB_ROUTE:
	case GW_FIB_NEIGH:
		to_nexthop(w, p, index);
		break;
	case GW_FIB_CONNECTED:
		to_connected(w, p, (uint16_t)index);
		break;
	case GW_FIB_LOCAL:
		gw_ip6_local(w, p);
		break;
	default:
		gw_drop_error(w, p, GW_DROP_no_route, 0);
	}
}
