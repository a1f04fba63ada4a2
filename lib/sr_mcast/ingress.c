// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// Native multicast into a tree: the root.

#include <netinet/in.h>

#include "fib/multipath.h"
#include "fib/vrf.h"
#include "host/host.h"
#include "ip6/ip6.h"
#include "sr_mcast/flow.h"
#include "sr_mcast/forward.h"
#include "sr_mcast/group.h"
#include "sr_mcast/sr_mcast.h"

#define LABEL_MASK 0xfffff

// What the packet's own header says, whatever its version.
struct native {
	struct gw_flow_key key;
	uint32_t hash;
	uint8_t ttl;
	uint8_t traffic_class;
	bool ip4;
};

// Of the addresses alone: whatever its ports and fragments, a stream takes one path.
static uint32_t stream_hash(const struct gw_flow_key *key)
{
	uint32_t hash = 0;
	uint64_t w[4];

	static_assert(sizeof(key->source) + sizeof(key->group) == sizeof(w), "both addresses");
	memcpy(w, &key->source, sizeof(key->source));
	memcpy(w + 2, &key->group, sizeof(key->group));
	for (unsigned i = 0; i < 4; i++)
		hash = rte_hash_crc_8byte(w[i], hash);
	return hash ^ hash >> 16;
}

static void native_parse(const struct gw_pkt *p, struct native *n)
{
	*n = (struct native){.key.vrf = p->vrf};
	if (gw_pkt_ip(p)->version_ihl >> 4 == 4) {
		const struct rte_ipv4_hdr *ip = gw_pkt_ip(p);

		n->key.source = gw_ip_of4(rte_be_to_cpu_32(ip->src_addr));
		n->key.group = gw_ip_of4(rte_be_to_cpu_32(ip->dst_addr));
		n->ttl = ip->time_to_live;
		n->traffic_class = ip->type_of_service;
		n->ip4 = true;
	} else {
		const struct rte_ipv6_hdr *ip = gw_pkt_ip6(p);

		memcpy(&n->key.source, ip->src_addr, sizeof(n->key.source));
		memcpy(&n->key.group, ip->dst_addr, sizeof(n->key.group));
		n->ttl = ip->hop_limits;
		n->traffic_class = (uint8_t)(rte_be_to_cpu_32(ip->vtc_flow) >> 20);
	}
	n->hash = stream_hash(&n->key);
}

static bool path_has(const struct gw_multipath *path, uint16_t iface)
{
	for (uint32_t i = 0; i < path->n; i++) {
		if (gw_nexthops[path->nh[i]].iface == iface)
			return true;
	}
	return false;
}

static bool leaves_by(uint32_t res, uint16_t iface)
{
	uint32_t i = gw_fib_index(res);

	switch (gw_fib_kind(res)) {
	case GW_FIB_HOST:
		return gw_where_iface(gw_host_where(&gw_host_down[i])) == iface;
	case GW_FIB_ROUTE:
	case GW_FIB_NEIGH:
		return gw_nexthops[i].iface == iface;
	case GW_FIB_MULTIPATH:
		return path_has(&gw_multipaths[i], iface);
	case GW_FIB_CONNECTED:
		return i == iface;
	default:
		return false;
	}
}

// Reverse path: the ports that the flow names, else those of the VRF's route to the source.
static bool came_right(
	const struct gw_mcast_flow *flow, const struct native *n, const struct gw_pkt *p)
{
	const struct gw_vrf *vrf = &gw_vrfs[p->vrf];

	for (uint32_t i = 0; i < flow->n_ifaces; i++) {
		if (flow->iface[i] == p->iface)
			return true;
	}
	if (flow->n_ifaces > 0)
		return false;
	return leaves_by(n->ip4 ? gw_rib_lookup(&vrf->rib, gw_ip_to4(&n->key.source))
				: gw_rib6_lookup(&vrf->rib6, &n->key.source.a),
		p->iface);
}

// (S, G), then (*, G).
static uint32_t flow_find(const struct native *n)
{
	struct gw_flow_key any = {.group = n->key.group, .vrf = n->key.vrf};
	uint32_t i = gw_map_get(&gw_mcast_flow_map, &n->key);

	if (i == 0)
		i = gw_map_get(&gw_mcast_flow_map, &any);
	return i;
}

static void hop(struct gw_pkt *p, bool ip4)
{
	if (ip4)
		gw_ip4_hop(gw_pkt_ip(p));
	else
		gw_pkt_ip6(p)->hop_limits--;
}

// RFC 6040 4.1: the outer ECN field is the inner one. RFC 2983: so is DSCP, or a fixed one.
static void outer_fill(struct rte_ipv6_hdr *outer, const struct gw_pkt *p, const struct native *n,
	const struct gw_mcast_tree *tree)
{
	uint8_t tc = n->traffic_class;

	if (gw_sr_conf.pipe)
		tc = (gw_sr_conf.traffic_class & ~3) | (tc & 3);
	// RFC 6438 3: every packet of a flow has one label, and it is not 0.
	outer->vtc_flow = rte_cpu_to_be_32(
		6u << 28 | (uint32_t)tc << 20 | ((n->hash ^ n->hash >> 12) & LABEL_MASK) | 1);
	outer->payload_len = rte_cpu_to_be_16(p->len);
	outer->proto = n->ip4 ? IPPROTO_IPIP : IPPROTO_IPV6;
	outer->hop_limits = gw_sr_conf.hop_limit_copy ? n->ttl - 1 : gw_sr_conf.hop_limit;
	memcpy(outer->src_addr, &tree->source, sizeof(outer->src_addr));
}

// Does not fit what was learned of the tree's path; the packet is as it came.
static bool too_big(struct gw_worker *w, struct gw_pkt *p, const struct native *n, uint16_t mtu)
{
	const uint32_t head = sizeof(struct rte_ipv6_hdr);

	if (likely(mtu == 0 || p->len + head <= mtu))
		return false;
	if (n->ip4) // RFC 1122 3.2.2: no ICMP about multicast
		gw_drop(w, p, GW_DROP_mcast_too_big);
	else
		gw_drop_error(w, p, GW_DROP_mcast_too_big,
			(uint16_t)RTE_MAX(mtu - head, 1280u)); // RFC 8200 5
	return true;
}

static void into_tree(struct gw_worker *w, struct gw_pkt *p, const struct native *n, uint32_t index)
{
	const struct gw_mcast_tree *tree = &gw_mcast_trees[index];
	const struct gw_mcast_branches *list = gw_mcast_branches(index);
	struct gw_replication r = {.w = w, .p = p, .len = p->len, .ip4 = n->ip4, .encap = true};
	struct gw_io_stats *s = &gw_tree_stats[w->id][index];
	struct gw_pkt leaf;

	if (unlikely(list == NULL)) {
		gw_drop(w, p, GW_DROP_mcast_unknown_tree);
		return;
	}
	if (too_big(w, p, n, gw_mcast_tree_mtu(index)))
		return;
	s->rx_packets++;
	s->rx_octets += p->len;
	hop(p, n->ip4);
	if (list->n == 0) {
		gw_receivers_send(w, p, list->decap - 1, n->ip4);
		return;
	}
	if (list->decap != 0 && gw_leaf_copy(w, p, &leaf))
		gw_receivers_send(w, &leaf, list->decap - 1, n->ip4);
	outer_fill(&r.outer, p, n, tree);
	s->tx_packets += list->n;
	s->tx_octets += (uint64_t)list->n * (p->len + sizeof(r.outer));
	gw_branches_send(&r, list, n->hash, n->ip4 ? GW_BRANCH_SILENT : GW_BRANCH_TELL_SOURCE);
}

void gw_mcast_ingress(struct gw_worker *w, struct gw_pkt *p)
{
	struct native n;
	uint32_t flow;

	native_parse(p, &n);
	if (gw_group_is_link_local(&n.key.group)) {
		gw_drop(w, p, GW_DROP_mcast_scope);
		return;
	}
	// RFC 4291 2.5.6: such a source means nothing on another link
	if (unlikely(!n.ip4 && IN6_IS_ADDR_LINKLOCAL(&n.key.source.a))) {
		gw_drop(w, p, GW_DROP_ip6_link_local);
		return;
	}
	if (unlikely(gw_guard_refuses(w, p)))
		return;
	flow = flow_find(&n);
	if (unlikely(flow == 0)) {
		gw_drop(w, p, GW_DROP_mcast_no_flow);
		return;
	}
	if (unlikely(!came_right(&gw_mcast_flows[flow], &n, p))) {
		gw_drop(w, p, GW_DROP_mcast_wrong_interface);
		return;
	}
	// RFC 1122 3.2.2: no error about multicast
	if (unlikely(n.ttl <= 1)) {
		gw_drop(w, p, GW_DROP_mcast_ttl);
		return;
	}
	into_tree(w, p, &n, gw_mcast_flow_tree(flow));
}
