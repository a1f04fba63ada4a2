// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// What happens to a packet by the result of its look-up: roaming "Lookup on a UP" and its no-loop
// rules.

#include <netinet/in.h>

#include <rte_udp.h>

#include "fib/multipath.h"
#include "fib/vrf.h"
#include "host/host.h"
#include "ip4/ip4.h"
#include "mlag/path.h"
#include "tunnel/tunnel.h"

static void fragment_to_host(struct gw_worker *w, struct gw_pkt *p, uint32_t host)
{
	uint64_t where = gw_host_where(&gw_host_down[host]);

	gw_iface_send(w, p->m, gw_where_iface(where), where & GW_HOST_MAC, p->m->pkt_len);
}

static void fragment_to_nexthop(struct gw_worker *w, struct gw_pkt *p, uint32_t nh)
{
	gw_nexthop_send(w, p, nh);
}

static void fragment_to_connected(struct gw_worker *w, struct gw_pkt *p, uint32_t iface)
{
	gw_punt(w, p, GW_PUNT_RESOLVE, 0, (uint16_t)iface, GW_DROP_NONE);
}

// RFC 1812 5.3.1: a TTL of 1 or 0 ends here.
static inline bool ttl_used_up(struct gw_worker *w, struct gw_pkt *p)
{
	if (likely(gw_pkt_ip(p)->time_to_live > 1))
		return false;
	if (p->origin == GW_FROM_SELF)
		gw_drop(w, p, GW_DROP_ttl_exceeded);
	else
		gw_drop_error(w, p, GW_DROP_ttl_exceeded, 0);
	return true;
}

static inline void hop(struct gw_pkt *p)
{
	if (likely(p->origin != GW_FROM_SELF))
		gw_ip4_hop(gw_pkt_ip(p));
}

static void to_tunnel(struct gw_worker *w, struct gw_pkt *p, uint16_t path)
{
	uint16_t tunnel = gw_path_tunnel(path);

	if (ttl_used_up(w, p))
		return;
	gw_tunnel_output(w, p, tunnel);
}

// The half, or the entry, is standby: by the interface's fallback, never back to where it came
// from.
static void to_fallback(struct gw_worker *w, struct gw_pkt *p, uint16_t iface)
{
	uint16_t path = gw_ifaces[iface].fallback;

	if (path == 0)
		gw_drop(w, p, GW_DROP_standby);
	else if (p->tunnel != 0 && gw_path_tunnel(path) == p->tunnel)
		gw_drop(w, p, GW_DROP_fallback_loop);
	else
		to_tunnel(w, p, path);
}

// A client with a rate limit or a standby entry. True: the packet is gone.
static bool host_special(struct gw_worker *w, struct gw_pkt *p, uint32_t host, uint16_t iface)
{
	struct gw_host_extra *e = &gw_host_down_extra[host];

	if (e->flags & GW_HOST_STANDBY) {
		to_fallback(w, p, iface);
		return true;
	}
	if (gw_host_police(e, w->now, p->len))
		return false;
	gw_host_policed_down[host].packets++;
	gw_host_policed_down[host].octets += p->len;
	gw_drop(w, p, GW_DROP_policed_egress);
	return true;
}

// 1. host route
static void to_host(struct gw_worker *w, struct gw_pkt *p, uint32_t host)
{
	struct gw_host_dir *d = &gw_host_down[host];
	uint64_t where = gw_host_where(d);
	uint16_t iface = gw_where_iface(where);
	const struct gw_iface *ifc = &gw_ifaces[iface];

	if (unlikely(ifc->half != GW_HALF_ACTIVE)) {
		to_fallback(w, p, iface);
		return;
	}
	if (ttl_used_up(w, p))
		return;
	if (unlikely(p->len > ifc->mtu && (gw_pkt_ip(p)->fragment_offset & RTE_BE16(GW_IP4_DF)))) {
		gw_drop_error(w, p, GW_DROP_frag_needed, ifc->mtu);
		return;
	}
	if (unlikely(where & GW_HOST_SPECIAL) && host_special(w, p, host, iface))
		return;
	gw_host_count_packet(d, &gw_host_down_extra[host], p->len);
	hop(p);
	if (unlikely(p->len > ifc->mtu)) {
		gw_ip4_fragment(w, p, ifc->mtu, fragment_to_host, host);
		return;
	}
	if (unlikely(w->tracing))
		gw_trace_end(w, p, "host", host);
	gw_iface_send(w, p->m, iface, where & GW_HOST_MAC, p->len);
}

// 3. segment route: never for what came by a tunnel
static void to_segment(struct gw_worker *w, struct gw_pkt *p, uint16_t path)
{
	if (p->origin == GW_FROM_TUNNEL)
		gw_drop(w, p, GW_DROP_tunnel_no_host);
	else if (path == 0)
		gw_drop(w, p, GW_DROP_segment_discard);
	else
		to_tunnel(w, p, path);
}

// A packet to a client that came by a tunnel or from the network does not go back to the network.
static inline bool client_uturn(const struct gw_pkt *p, const struct gw_iface *out)
{
	return p->origin <= GW_FROM_TUNNEL && p->origin != GW_FROM_ACCESS &&
		out->role == GW_ROLE_NETWORK && !out->transit &&
		gw_client_prefix_has(p->vrf, p->dst);
}

// 4. ordinary route by a next hop
static inline void to_nexthop(struct gw_worker *w, struct gw_pkt *p, uint32_t nh)
{
	const struct gw_iface *ifc = &gw_ifaces[gw_nexthops[nh].out];

	if (unlikely(gw_mlag_splits(ifc, p))) {
		gw_drop(w, p, GW_DROP_mlag_split_horizon);
		return;
	}
	if (unlikely(client_uturn(p, ifc))) {
		gw_drop(w, p, GW_DROP_client_uturn);
		return;
	}
	if (ttl_used_up(w, p))
		return;
	if (unlikely(p->len > ifc->mtu)) {
		if (gw_pkt_ip(p)->fragment_offset & RTE_BE16(GW_IP4_DF)) {
			gw_drop_error(w, p, GW_DROP_frag_needed, ifc->mtu);
			return;
		}
		hop(p);
		gw_ip4_fragment(w, p, ifc->mtu, fragment_to_nexthop, nh);
		return;
	}
	hop(p);
	gw_nexthop_send(w, p, nh);
}

// 4. ordinary route, on a connected subnet and no neighbour yet: the slow path asks for it
static void to_connected(struct gw_worker *w, struct gw_pkt *p, uint16_t iface)
{
	const struct gw_iface *ifc = &gw_ifaces[iface];

	if (gw_mlag_splits(ifc, p)) {
		gw_drop(w, p, GW_DROP_mlag_split_horizon);
		return;
	}
	if (client_uturn(p, ifc)) {
		gw_drop(w, p, GW_DROP_client_uturn);
		return;
	}
	if (ttl_used_up(w, p))
		return;
	if (p->len > ifc->mtu && (gw_pkt_ip(p)->fragment_offset & RTE_BE16(GW_IP4_DF))) {
		gw_drop_error(w, p, GW_DROP_frag_needed, ifc->mtu);
		return;
	}
	hop(p);
	if (p->len > ifc->mtu)
		gw_ip4_fragment(w, p, ifc->mtu, fragment_to_connected, iface);
	else
		fragment_to_connected(w, p, iface);
}

// An own address: tunnels end here, the rest is the slow path's.
static void to_local(struct gw_worker *w, struct gw_pkt *p)
{
	const struct rte_ipv4_hdr *ip = gw_pkt_ip(p);

	if (ip->next_proto_id == IPPROTO_UDP) {
		uint32_t ihl = (ip->version_ihl & 15) * 4u;
		const struct rte_udp_hdr *udp = (const void *)((const uint8_t *)ip + ihl);

		if (ip->fragment_offset &
			RTE_BE16(RTE_IPV4_HDR_MF_FLAG | RTE_IPV4_HDR_OFFSET_MASK)) {
			bool first = !(ip->fragment_offset & RTE_BE16(RTE_IPV4_HDR_OFFSET_MASK));
			bool tunnel = first && p->len >= ihl + 4 &&
				udp->dst_port == RTE_BE16(GW_GPE_PORT);

			gw_drop(w, p, tunnel ? GW_DROP_tunnel_fragment : GW_DROP_local_fragment);
			return;
		}
		if (p->len >= ihl + 4 && udp->dst_port == RTE_BE16(GW_GPE_PORT)) {
			gw_tunnel_input(w, p);
			return;
		}
		if (p->len >= ihl + 4 && udp->dst_port == RTE_BE16(67)) { // RFC 2131: renewal
			gw_drop(w, p, GW_DROP_dhcp);
			return;
		}
	}
	gw_punt(w, p, GW_PUNT_LOCAL, 0, 0, GW_DROP_NONE);
}

// The plain case: a burst's packets to clients of one interface without a rate limit. What is the
// same for all of them is read once; a switch of the half takes effect with the next burst.
struct plain {
	struct gw_txbuf *tx;
	struct rte_mbuf **to; // in `tx`, room for the rest of the lane
	uint64_t iface;	      // in the upper 16 bits, as in a client's `where`; 0: none yet
	uint64_t l2_start;    // makes a `where` the frame's first octets: no interface, source MAC
	uint64_t l2_src;      // octets from the source MAC on
	uint64_t l2_end;      // the last octets
	uint32_t l2_len;
	uint32_t mtu; // 0: nothing is plain
	uint16_t port;
	const struct gw_pkt *end; // of the lane
};

// What stands in `to` and is not yet known elsewhere. Its address goes nowhere, so that it stays in
// registers: a count in memory would make each packet wait for the store of the one before.
struct sum {
	uint32_t packets;
	uint64_t octets;
};

static __rte_noinline struct sum plain_commit(
	struct gw_worker *w, const struct plain *pl, struct sum sum)
{
	struct gw_io_stats *s = &w->iface_stats[gw_where_iface(pl->iface)];

	if (sum.packets > 0) {
		s->tx_packets += sum.packets;
		s->tx_octets += sum.octets;
		pl->tx->n += sum.packets;
		pl->tx->octets += sum.octets + sum.packets * pl->l2_len;
		if (pl->tx->n == GW_BURST)
			gw_tx_flush(w, pl->port);
	}
	return (struct sum){0};
}

// For the packets from `p` on.
static __rte_noinline void plain_room(struct gw_worker *w, struct plain *pl, const struct gw_pkt *p)
{
	if (pl->iface == 0)
		return;
	if (pl->tx->n + (pl->end - p) > GW_BURST)
		gw_tx_flush(w, pl->port);
	pl->to = &pl->tx->m[pl->tx->n];
}

static __rte_noinline void plain_prepare(
	struct gw_worker *w, struct plain *pl, uint16_t iface, const struct gw_pkt *p)
{
	const struct gw_iface *ifc = &gw_ifaces[iface];
	const uint8_t *l2 = ifc->l2 + GW_L2_MAX - ifc->l2_len;

	pl->iface = (uint64_t)iface << 48;
	memcpy(&pl->l2_start, l2, sizeof(pl->l2_start));
	pl->l2_start ^= pl->iface;
	memcpy(&pl->l2_src, l2 + RTE_ETHER_ADDR_LEN, sizeof(pl->l2_src));
	memcpy(&pl->l2_end, ifc->l2 + GW_L2_MAX - sizeof(pl->l2_end), sizeof(pl->l2_end));
	pl->l2_len = ifc->l2_len;
	pl->mtu = ifc->half == GW_HALF_ACTIVE && !w->tracing ? ifc->mtu : 0;
	pl->port = ifc->port;
	pl->tx = &w->tx[ifc->port];
	gw_tx_list(w, ifc->port);
	plain_room(w, pl, p);
}

// False: nothing was done, to_host() decides.
static __rte_always_inline bool plain_to_host(
	struct gw_worker *w, struct gw_pkt *p, struct plain *pl, struct sum *sum)
{
	const uint32_t host = p->res - gw_fib_result(GW_FIB_HOST, 0);
	struct rte_mbuf *m = p->m;
	struct rte_ipv4_hdr *ip = rte_pktmbuf_mtod(m, struct rte_ipv4_hdr *);
	const uint32_t len = p->len;
	struct gw_host_dir *d;
	uint64_t where;
	uint8_t *l2;

	if (unlikely(host > GW_FIB_INDEX_MAX))
		return false;
	d = &gw_host_down[host];
	where = gw_host_where(d);
	if (unlikely((where & ~GW_HOST_MAC) != pl->iface)) {
		if (where & GW_HOST_SPECIAL)
			return false;
		*sum = plain_commit(w, pl, *sum);
		plain_prepare(w, pl, gw_where_iface(where), p);
	}
	if (unlikely(len > pl->mtu) || unlikely(ip->time_to_live <= 1) ||
		unlikely(p->origin == GW_FROM_SELF))
		return false;
	if (gw_host_count_add(d, len))
		gw_host_carry(d, &gw_host_down_extra[host]);
	gw_ip4_hop(ip);
	sum->octets += len;
	// As gw_l2_write(), 14 to 22 octets in three stores.
	l2 = (uint8_t *)ip - pl->l2_len;
	where ^= pl->l2_start;
	memcpy(l2, &where, sizeof(where));
	memcpy(l2 + RTE_ETHER_ADDR_LEN, &pl->l2_src, sizeof(pl->l2_src));
	memcpy((uint8_t *)ip - sizeof(pl->l2_end), &pl->l2_end, sizeof(pl->l2_end));
	m->data_off -= (uint16_t)pl->l2_len;
	m->data_len += (uint16_t)pl->l2_len; // of the first segment
	m->pkt_len = len + pl->l2_len;
	pl->to[sum->packets++] = m;
	return true;
}

static __rte_always_inline void other_output(struct gw_worker *w, struct gw_pkt *p)
{
	uint32_t index = gw_fib_index(p->res);

	switch (gw_fib_kind(p->res)) {
	case GW_FIB_HOST:
		to_host(w, p, index);
		break;
	case GW_FIB_HOST_TUNNEL:
		to_tunnel(w, p, (uint16_t)index);
		break;
	case GW_FIB_SEGMENT:
		to_segment(w, p, (uint16_t)index);
		break;
	case GW_FIB_MULTIPATH:
		index = gw_multipath_pick(index, gw_ip4_flow_hash(p->m));
		__attribute__((fallthrough));
	case GW_FIB_ROUTE:
	case GW_FIB_NEIGH:
		to_nexthop(w, p, index);
		break;
	case GW_FIB_CONNECTED:
		to_connected(w, p, (uint16_t)index);
		break;
	case GW_FIB_LOCAL:
		to_local(w, p);
		break;
	default:
		gw_drop_error(w, p, GW_DROP_no_route, 0);
	}
}

// A packet, and those behind it that are to no client. Returns the next one.
static __rte_noinline struct gw_pkt *others_output(
	struct gw_worker *w, struct gw_pkt *p, const struct gw_pkt *end)
{
	do
		other_output(w, p++);
	while (p < end && gw_fib_kind(p->res) != GW_FIB_HOST);
	return p;
}

// Meters and flags of the clients from `p` on that have any are on their way: where there is one,
// there are more.
static __rte_noinline void specials_prefetch(const struct gw_pkt *p, const struct gw_pkt *end)
{
	for (; p < end; p++) {
		uint32_t host = gw_fib_index(p->res);

		if (gw_fib_kind(p->res) == GW_FIB_HOST &&
			(gw_host_where(&gw_host_down[host]) & GW_HOST_SPECIAL))
			__builtin_prefetch(&gw_host_down_extra[host], 1);
	}
}

void gw_output(struct gw_worker *w, struct gw_lane *lane)
{
	const struct gw_pkt *end = &lane->p[lane->n];
	struct gw_pkt *p = lane->p;
	struct plain plain = {.end = end};
	struct sum sum = {0};
	bool specials = false;

	while (p < end) {
		if (likely(plain_to_host(w, p, &plain, &sum))) {
			p++;
			continue;
		}
		sum = plain_commit(w, &plain, sum);
		if (!specials && gw_fib_kind(p->res) == GW_FIB_HOST) {
			specials_prefetch(p, end);
			specials = true;
		}
		p = others_output(w, p, end);
		plain_room(w, &plain, p);
	}
	plain_commit(w, &plain, sum);
}
