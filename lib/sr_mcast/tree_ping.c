// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "sr_mcast/tree_ping.h"

#include <errno.h>
#include <string.h>

#include <rte_byteorder.h>
#include <rte_ip.h>

#include "dp/worker.h"
#include "fib/vrf.h"
#include "icmp/icmp6_message.h"
#include "ip6/ip6.h"
#include "slow/slow.h"
#include "sr_mcast/check.h"
#include "sr_mcast/tree.h"

// The request has the leaf's address, and its checksum: branches exchange the address only.
static void request_send(const struct gw_ping *p, struct rte_mbuf *m)
{
	struct rte_ipv6_hdr *ip = rte_pktmbuf_mtod(m, struct rte_ipv6_hdr *);
	const struct gw_sr_conf *conf = gw_sr_conf_wanted();

	if (conf != NULL && !conf->hop_limit_copy)
		ip->hop_limits = conf->hop_limit;
	gw_inject_tree(p->tree, m);
}

// Whether a look-up of the tree's source leads away from here by more than the default route.
static bool leads_elsewhere(const struct gw_rib6 *rib, const struct in6_addr *source)
{
	static const struct in6_addr any;
	uint32_t res = gw_rib6_lookup(rib, source);

	if (res == 0 || gw_fib_kind(res) == GW_FIB_LOCAL)
		return false;
	return res != gw_rib6_get(rib, &any, 0, GW_FIB_ROUTE) &&
		res != gw_rib6_get(rib, &any, 0, GW_FIB_MULTIPATH);
}

// While a node takes a tree for its own, it drops what comes in from that tree: a node on the way
// must never do so. One where a flow began is the root for sure; another, when no route leads to
// somebody else and nothing of the tree has come in but pings from here.
static bool is_root(uint32_t tree)
{
	const struct gw_mcast_tree_info *info = &gw_mcast_tree_infos[tree];

	if (info->root || info->users > 0)
		return true;
	return !leads_elsewhere(&gw_vrfs[GW_SR_UNDERLAY].rib6, &gw_mcast_trees[tree].source) &&
		gw_io_sum(gw_tree_stats, tree).rx_packets <= info->pinged;
}

int gw_tree_ping_start(struct gw_ping *p, const struct in6_addr *source,
	const struct in6_addr *leaf, struct gw_err *err)
{
	uint32_t tree = gw_mcast_tree_find(source);
	const struct gw_sr_conf *conf = gw_sr_conf_wanted();
	char text[GW_IP6_LEN], prefix[GW_PREFIX6_LEN];

	if (tree == 0)
		return gw_err_set(
			err, ENOENT, "no tree %s (show mcast tree)", gw_ip6_str(source, text));
	if (gw_sr_unicast_check(leaf, "leaf", err) < 0)
		return -EINVAL;
	if (!gw_prefix6_has(&conf->first_block, leaf))
		return gw_err_set(err, EINVAL,
			"leaf %s is no first address: those are in first_block %s",
			gw_ip6_str(leaf, text),
			gw_prefix6_str(&conf->first_block.addr, conf->first_block.len, prefix));
	if (!is_root(tree))
		return gw_err_set(err, EINVAL,
			"this node is not the root of tree %s: ping it from there, where flows "
			"lead into it (add mcast flow)",
			gw_ip6_str(source, text));
	p->tree = tree;
	p->src = gw_ip_of6(source);
	p->dst = gw_ip_of6(leaf);
	p->vrf = GW_SR_UNDERLAY;
	p->send = request_send;
	gw_mcast_tree_use(tree);
	gw_ping_begin(p);
	return 0;
}

void gw_tree_ping_stop(struct gw_ping *p)
{
	if (p->tree == 0)
		return;
	gw_ping_stop(p);
	gw_mcast_tree_infos[p->tree].pinged += p->sent;
	gw_mcast_tree_unuse(p->tree);
	p->tree = 0;
}

// From the first address to the tree's source, with the data that came.
static enum gw_drop answer(struct rte_mbuf *m, const struct rte_ipv6_hdr *ip)
{
	const uint32_t at = GW_IP6_HEADER + sizeof(struct gw_icmp6_hdr);
	const struct gw_icmp6_hdr *icmp;
	struct gw_icmp6_hdr copy;
	struct gw_icmp6_message msg = {
		.class_label = rte_be_to_cpu_32(ip->vtc_flow) & 0x0ff00000,
		.type = GW_ICMP6_ECHO_REPLY,
		.room = m->pkt_len - at,
	};
	struct rte_mbuf *reply;
	const void *from;
	uint8_t *data;

	icmp = rte_pktmbuf_read(m, GW_IP6_HEADER, sizeof(copy), &copy);
	if (icmp->type != GW_ICMP6_ECHO_REQUEST || icmp->code != 0)
		return GW_DROP_local_protocol;
	if (msg.room > gw_icmp6_room())
		return GW_DROP_no_mbuf;
	memcpy(msg.word, icmp->word, sizeof(msg.word));
	memcpy(&msg.src, ip->dst_addr, sizeof(msg.src));
	memcpy(&msg.dst, ip->src_addr, sizeof(msg.dst));
	reply = gw_icmp6_make(&msg, &data);
	if (reply == NULL)
		return GW_DROP_no_mbuf;
	from = rte_pktmbuf_read(m, at, msg.room, data);
	if (from != data && from != NULL) // NULL: no data
		memcpy(data, from, msg.room);
	gw_slow_event(GW_EV_icmp_echo_replied);
	gw_icmp6_send(GW_SR_UNDERLAY, 0, reply);
	return GW_DROP_NONE;
}

void gw_tree_ping_input(struct rte_mbuf *m)
{
	struct rte_ipv6_hdr copy;
	const struct rte_ipv6_hdr *ip = rte_pktmbuf_read(m, 0, sizeof(copy), &copy);
	enum gw_drop reason = GW_DROP_NONE;

	if (ip->proto != IPPROTO_ICMPV6)
		reason = GW_DROP_local_protocol;
	else if (m->pkt_len < GW_IP6_HEADER + sizeof(struct gw_icmp6_hdr))
		reason = GW_DROP_icmp_invalid;
	// RFC 9524 2.2.2: the checksum was made with the address of the leaf that is meant
	else if (!gw_icmp6_sum_ok(m, GW_IP6_HEADER))
		reason = GW_DROP_ping_not_mine;
	else
		reason = answer(m, ip);
	if (reason == GW_DROP_NONE)
		gw_slow_consume(m);
	else
		gw_slow_drop(m, reason);
}
