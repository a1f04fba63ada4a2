// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// IPv6 packets before their look-up: the border of the SR domain, and packets to the first address,
// which the tree's source sends on.

#include <netinet/in.h>

#include "ip4/ip4.h"
#include "ip6/ip6.h"
#include "sr_mcast/forward.h"
#include "sr_mcast/group.h"
#include "sr_mcast/sr_mcast.h"
#include "tunnel/ecn.h"

// The inner header of a packet to a first address. Data begins at the outer one.
static enum gw_drop inner_check(const struct gw_pkt *p, uint8_t proto)
{
	const void *inner = gw_pkt_ip6(p) + 1;
	uint32_t avail = p->len - sizeof(struct rte_ipv6_hdr);
	const struct rte_ipv4_hdr *ip4 = inner;
	const struct rte_ipv6_hdr *ip6 = inner;
	struct gw_ip group;

	if (proto == IPPROTO_IPIP) {
		if (unlikely(gw_ip4_check(ip4, avail, 0) != GW_DROP_NONE ||
			    !IN_MULTICAST(rte_be_to_cpu_32(ip4->dst_addr)) ||
			    !gw_ip4_source_ok(rte_be_to_cpu_32(ip4->src_addr))))
			return GW_DROP_mcast_inner;
		group = gw_ip_of4(rte_be_to_cpu_32(ip4->dst_addr));
	} else {
		if (unlikely(gw_ip6_check(ip6, avail) != GW_DROP_NONE ||
			    !gw_ip6_is_multicast(ip6->dst_addr) ||
			    !gw_ip6_source_ok(ip6->src_addr)))
			return GW_DROP_mcast_inner;
		memcpy(&group, ip6->dst_addr, sizeof(group));
	}
	return unlikely(gw_group_is_link_local(&group)) ? GW_DROP_mcast_scope : GW_DROP_NONE;
}

// The outer header goes, the inner packet is a multicast packet of the VRF.
static void decapsulate(struct gw_worker *w, struct gw_pkt *p, uint16_t vrf)
{
	const struct rte_ipv6_hdr *outer = gw_pkt_ip6(p);
	const bool ip4 = outer->proto == IPPROTO_IPIP;
	uint8_t tc = (uint8_t)(rte_be_to_cpu_32(outer->vtc_flow) >> 20), ecn, ttl;
	struct rte_ipv4_hdr *in4;
	struct rte_ipv6_hdr *in6;

	rte_pktmbuf_adj(p->m, sizeof(*outer));
	in4 = gw_pkt_ip(p);
	in6 = gw_pkt_ip6(p);
	p->vrf = vrf;
	p->len = ip4 ? rte_be_to_cpu_16(in4->total_length) : (uint16_t)gw_ip6_len(in6);
	if (unlikely(p->m->pkt_len != p->len))
		gw_mbuf_trim(p->m, p->len);
	if (ip4) {
		p->src = rte_be_to_cpu_32(in4->src_addr);
		p->dst = rte_be_to_cpu_32(in4->dst_addr);
	}
	ttl = ip4 ? in4->time_to_live : in6->hop_limits;
	if (unlikely(ttl <= 1)) {
		gw_drop(w, p, GW_DROP_mcast_ttl);
		return;
	}
	ecn = gw_ecn_combine(
		tc, ip4 ? in4->type_of_service : (uint8_t)(rte_be_to_cpu_32(in6->vtc_flow) >> 20));
	if (unlikely(ecn == GW_ECN_DROP)) {
		gw_drop(w, p, GW_DROP_mcast_ecn);
		return;
	}
	if (ip4) {
		if (unlikely(ecn != (in4->type_of_service & 3)))
			gw_ip4_tos_set(in4, (in4->type_of_service & ~3) | ecn);
		gw_ip4_hop(in4);
	} else {
		in6->vtc_flow = (in6->vtc_flow & ~RTE_BE32(3u << 20)) |
			rte_cpu_to_be_32((uint32_t)ecn << 20);
		in6->hop_limits--;
	}
	gw_receivers_send(w, p, vrf, ip4);
}

// The leaf's part of a packet. A tree ping is the slow path's: only the leaf that it names finds
// its checksum right (RFC 9524 2.2.2).
static void to_leaf(struct gw_worker *w, struct gw_pkt *p, uint16_t vrf)
{
	struct rte_ipv6_hdr *ip = gw_pkt_ip6(p);

	if (ip->proto != IPPROTO_ICMPV6) {
		decapsulate(w, p, vrf);
		return;
	}
	// A root's own ping has not been to a first address yet.
	memcpy(ip->dst_addr, &gw_sr_conf.first_address, sizeof(ip->dst_addr));
	gw_punt(w, p, GW_PUNT_LOCAL, 0, 0, GW_DROP_NONE);
}

// On to the branches: the destination changes, one hop goes, nothing else (RFC 9524 2.2).
static void to_branches(struct gw_worker *w, struct gw_pkt *p, const struct gw_mcast_branches *list)
{
	struct rte_ipv6_hdr *ip = gw_pkt_ip6(p);
	struct gw_replication r = {
		.w = w, .p = p, .len = p->len - sizeof(*ip), .encap = true, .outer = *ip};

	r.outer.hop_limits--;
	rte_pktmbuf_adj(p->m, sizeof(*ip));
	gw_branches_send(&r, list, gw_ip6_flow_hash(&r.outer), GW_BRANCH_TELL_ROOT);
}

void gw_tree_forward(struct gw_worker *w, struct gw_pkt *p, uint32_t index)
{
	const struct gw_mcast_branches *list = gw_mcast_branches(index);
	struct gw_io_stats *s = &gw_tree_stats[w->id][index];
	struct gw_pkt leaf;

	if (unlikely(list == NULL)) { // being deleted
		gw_drop(w, p, GW_DROP_mcast_unknown_tree);
		return;
	}
	s->rx_packets++;
	s->rx_octets += p->len;
	s->tx_packets += list->n;
	s->tx_octets += (uint64_t)list->n * p->len;
	if (list->n == 0) {
		to_leaf(w, p, list->decap - 1);
		return;
	}
	if (list->decap != 0 && gw_leaf_copy(w, p, &leaf))
		to_leaf(w, &leaf, list->decap - 1);
	to_branches(w, p, list);
}

// A packet to the first address, of which nothing but its IPv6 header is believed yet.
static enum gw_drop first_address_check(const struct gw_pkt *p, uint32_t tree)
{
	const struct rte_ipv6_hdr *ip = gw_pkt_ip6(p);

	if (unlikely(!gw_block6_has(&gw_sr_tree_block, ip->src_addr)))
		return GW_DROP_mcast_source_block;
	if (unlikely(tree == 0))
		return GW_DROP_mcast_unknown_tree;
	if (unlikely(gw_mcast_tree_own(tree)))
		return GW_DROP_mcast_own_source;
	// RFC 9524 2.2: before replication, and no error (RFC 4443 2.4 (e.3))
	if (unlikely(ip->hop_limits <= 1))
		return GW_DROP_mcast_hop_limit;
	if (unlikely(ip->hop_limits < gw_mcast_tree_threshold(tree)))
		return GW_DROP_mcast_threshold;
	if (likely(ip->proto == IPPROTO_IPIP || ip->proto == IPPROTO_IPV6))
		return inner_check(p, ip->proto);
	return ip->proto == IPPROTO_ICMPV6 ? GW_DROP_NONE : GW_DROP_mcast_next_header;
}

// RFC 8754 5.1: addresses of the domain come from inside only; a tree's source comes from its root,
// which is behind no port of the root.
static enum gw_drop border_check(const struct gw_pkt *p, bool to_first)
{
	const struct rte_ipv6_hdr *ip = gw_pkt_ip6(p);
	bool from_tree = gw_block6_has(&gw_sr_tree_block, ip->src_addr);

	// Of a packet to the first address the tree is looked up with the burst's.
	if (unlikely(from_tree && !to_first)) {
		uint32_t tree = gw_map_get(&gw_mcast_tree_map, ip->src_addr);

		if (tree != 0 && gw_mcast_tree_own(tree))
			return GW_DROP_mcast_own_source;
	}
	// The domain is one VRF; the VLANs of its ports may be of others.
	if (likely(gw_ifaces[p->iface].sr_domain && p->vrf == GW_SR_UNDERLAY))
		return GW_DROP_NONE;
	if (from_tree || gw_block6_has(&gw_sr_first_block, ip->src_addr) ||
		gw_block6_has(&gw_sr_first_block, ip->dst_addr))
		return GW_DROP_mcast_border;
	return GW_DROP_NONE;
}

// Packets of a burst on their way to trees.
struct crowd {
	uint32_t n;
	struct gw_pkt p[GW_LANE_MAX]; // src: hash, record, then tree; its memory is asked for
};

// Takes packets to the first address, and those that the border stops, out of the lane.
static void crowd_gather(struct gw_worker *w, struct gw_lane *lane, struct crowd *c)
{
	const struct in6_addr first = gw_sr_conf.first_address;
	uint32_t kept = 0;

	c->n = 0;
	for (uint32_t i = 0; i < lane->n; i++) {
		struct gw_pkt *p = &lane->p[i];
		const struct rte_ipv6_hdr *ip = gw_pkt_ip6(p);
		bool to_first = p->vrf == GW_SR_UNDERLAY &&
			memcmp(ip->dst_addr, &first, sizeof(first)) == 0;
		enum gw_drop reason = border_check(p, to_first);

		if (unlikely(p->origin == GW_FROM_SELF)) {
			lane->p[kept++] = *p;
		} else if (unlikely(reason != GW_DROP_NONE)) {
			gw_drop(w, p, reason);
		} else if (to_first && likely(!gw_ip6_is_nd(p, ip))) { // RFC 4861 7.3.3: a probe
			p->src = gw_map_start(&gw_mcast_tree_map, ip->src_addr);
			c->p[c->n++] = *p;
		} else {
			lane->p[kept++] = *p;
		}
	}
	lane->n = kept;
}

static inline void list_prefetch(uint32_t tree)
{
	const struct gw_mcast_branches *list = gw_mcast_branches(tree);

	if (unlikely(list == NULL)) // no tree
		return;
	rte_prefetch0(list);
	rte_prefetch0((const uint8_t *)list + RTE_CACHE_LINE_SIZE);
	rte_prefetch0((const uint8_t *)list + RTE_CACHE_LINE_SIZE * 2);
}

// What the counters of a list's branches need, while the packet before is sent.
static inline void counters_prefetch(const struct gw_worker *w, uint32_t tree)
{
	const struct gw_mcast_branches *list = gw_mcast_branches(tree);
	uint32_t lines;

	if (unlikely(list == NULL || list->n == 0))
		return;
	lines = RTE_MIN(list->n, 16u) * sizeof(struct gw_branch_stats) / RTE_CACHE_LINE_SIZE;
	for (uint32_t i = 0; i <= lines; i++)
		rte_prefetch0((const uint8_t *)&gw_branch_stats[w->id][list->b[0].stats] +
			i * RTE_CACHE_LINE_SIZE);
}

void gw_sr_mcast_input(struct gw_worker *w, struct gw_lane *lane)
{
	struct crowd c;

	crowd_gather(w, lane, &c);
	for (uint32_t i = 0; i < c.n; i++)
		c.p[i].src = gw_map_first(&gw_mcast_tree_map, c.p[i].src);
	for (uint32_t i = 0; i < c.n; i++) {
		struct gw_pkt *p = &c.p[i];

		p->src = gw_map_value(&gw_mcast_tree_map, gw_pkt_ip6(p)->src_addr, p->src);
		rte_prefetch0(&gw_mcast_trees[p->src]);
		rte_prefetch0(&gw_tree_stats[w->id][p->src]);
	}
	for (uint32_t i = 0; i < c.n; i++)
		list_prefetch(c.p[i].src);
	for (uint32_t i = 0; i < c.n; i++) {
		struct gw_pkt *p = &c.p[i];
		uint32_t tree = p->src;
		enum gw_drop reason = first_address_check(p, tree);

		if (i + 1 < c.n)
			counters_prefetch(w, c.p[i + 1].src);
		p->src = 0;
		if (likely(reason == GW_DROP_NONE))
			gw_tree_forward(w, p, tree);
		else
			gw_drop(w, p, reason);
	}
}
