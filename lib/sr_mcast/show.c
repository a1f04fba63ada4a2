// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "sr_mcast/show.h"

#include "fib/multipath.h"
#include "fib/nexthop.h"
#include "fib/vrf.h"
#include "iface/iface.h"
#include "neigh/neigh.h"
#include "slow/slow.h"
#include "sr_mcast/dest.h"
#include "sr_mcast/flow.h"
#include "sr_mcast/receiver.h"
#include "sr_mcast/tree.h"

static json_t *ip6_json(const struct in6_addr *ip)
{
	char text[GW_IP6_LEN];

	return json_string(gw_ip6_str(ip, text));
}

static json_t *ip_json(const struct gw_ip *ip)
{
	char text[GW_IP_LEN];

	return gw_ip_is_any(ip) ? json_string("*") : json_string(gw_ip_str(ip, text));
}

// "2001:db8::2" on "core0", and its MAC when that is known.
static json_t *nexthop_json(uint32_t nh)
{
	uint64_t word = gw_nexthop_mac(nh);
	struct gw_ip ip = gw_neigh_ip(nh);
	char text[GW_MAC_LEN];
	struct gw_mac mac;

	memcpy(mac.b, &word, sizeof(mac.b));
	return json_pack("{s:o, s:s, s:s?}", "via", ip_json(&ip), "interface",
		gw_iface_infos[gw_nexthops[nh].iface].name, "mac",
		word & GW_NH_RESOLVED ? gw_mac_str(&mac, text) : NULL);
}

static const char *state_of(uint32_t n, const uint32_t nh[])
{
	uint32_t known = 0;

	for (uint32_t i = 0; i < n; i++)
		known += (gw_nexthop_mac(nh[i]) & GW_NH_RESOLVED) != 0;
	return n == 0 ? "unreachable" : known == n ? "up" : known > 0 ? "partly" : "unresolved";
}

static json_t *branch_json(const struct gw_mcast_branch *b)
{
	struct gw_branch_stats s = gw_branch_stats_sum(b->stats);
	uint32_t nh[GW_MULTIPATH_MAX], n = gw_fib_nexthops(gw_mcast_dest_res(b->dest), nh);
	json_t *paths = json_array();

	for (uint32_t i = 0; i < n; i++)
		json_array_append_new(paths, nexthop_json(nh[i]));
	return json_pack("{s:o, s:s, s:o, s:I, s:I}", "address",
		ip6_json(&gw_mcast_dests[b->dest].addr), "state", state_of(n, nh), "next_hops",
		paths, "tx_packets", (json_int_t)s.packets, "tx_octets", (json_int_t)s.octets);
}

static json_t *mtu_json(uint32_t tree)
{
	uint16_t mtu = gw_mcast_tree_mtu(tree);

	return mtu == 0 ? json_null() : json_integer(mtu);
}

static json_t *mtu_left_json(uint32_t tree)
{
	uint64_t until_us = gw_mcast_tree_infos[tree].mtu_until_us, now_us = gw_slow_now_us();

	if (gw_mcast_tree_mtu(tree) == 0 || until_us < now_us)
		return json_null();
	return json_integer((json_int_t)((until_us - now_us) / 1000000));
}

json_t *gw_mcast_tree_json(uint32_t tree)
{
	const struct gw_mcast_branches *list = gw_mcast_branches(tree);
	struct gw_io_stats s = gw_io_sum(gw_tree_stats, tree);
	json_t *branches = json_array();

	for (uint32_t i = 0; i < list->n; i++)
		json_array_append_new(branches, branch_json(&list->b[i]));
	return json_pack("{s:o, s:s?, s:b, s:i, s:i, s:o, s:o, s:I, s:I, s:I, s:I, s:o}", "source",
		ip6_json(&gw_mcast_trees[tree].source), "decap",
		list->decap != 0 ? gw_vrfs[list->decap - 1].name : NULL, "root",
		gw_mcast_tree_own(tree), "flows", (int)gw_mcast_tree_infos[tree].flows,
		"hop_limit_threshold", gw_mcast_tree_threshold(tree), "mtu", mtu_json(tree),
		"mtu_left_s", mtu_left_json(tree), "rx_packets", (json_int_t)s.rx_packets,
		"rx_octets", (json_int_t)s.rx_octets, "tx_packets", (json_int_t)s.tx_packets,
		"tx_octets", (json_int_t)s.tx_octets, "branches", branches);
}

json_t *gw_mcast_flow_json(uint32_t flow)
{
	const struct gw_flow_key *key = gw_mcast_flow_key(flow);
	const struct gw_mcast_flow *f = &gw_mcast_flows[flow];
	uint32_t tree = gw_mcast_flow_tree(flow);
	struct gw_io_stats s = gw_io_sum(gw_tree_stats, tree);
	json_t *ports = json_array();

	for (unsigned i = 0; i < f->n_ifaces; i++)
		json_array_append_new(ports, json_string(gw_iface_infos[f->iface[i]].name));
	return json_pack("{s:s, s:o, s:o, s:o, s:o, s:I, s:I}", "vrf", gw_vrfs[key->vrf].name,
		"source", ip_json(&key->source), "group", ip_json(&key->group), "tree",
		ip6_json(&gw_mcast_trees[tree].source), "ports", ports, "tree_rx_packets",
		(json_int_t)s.rx_packets, "tree_rx_octets", (json_int_t)s.rx_octets);
}

static json_t *part_json(const struct gw_receiver_part *part)
{
	json_t *sources;

	if (!part->is)
		return json_null();
	sources = json_array();
	for (uint32_t i = 0; i < part->n; i++)
		json_array_append_new(sources, ip_json(&part->sources[i]));
	return json_pack("{s:o}", part->exclude ? "all_but" : "only", sources);
}

json_t *gw_mcast_group_json(uint32_t group)
{
	const struct gw_group_key *key = gw_mcast_group_key(group);
	json_t *members = json_array();

	for (const struct gw_receiver *r = gw_receiver_first(group); r != NULL; r = r->next)
		json_array_append_new(members,
			json_pack("{s:s, s:o, s:o}", "interface", gw_iface_infos[r->iface].name,
				"static", part_json(&r->part[GW_RECEIVER_STATIC]), "learned",
				part_json(&r->part[GW_RECEIVER_LEARNED])));
	return json_pack("{s:s, s:o, s:o}", "vrf", gw_vrfs[key->vrf].name, "group",
		ip_json(&key->group), "receivers", members);
}
