// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// Trees of which this node is the root: their source is an own address, and what routers say about
// its packets comes here.

#include <errno.h>

#include "base/log.h"
#include "fib/vrf.h"
#include "iface/iface.h"
#include "slow/slow.h"
#include "sr_mcast/tree.h"
#include "sr_mcast/underlay.h"

GW_LOG_MODULE("sr_mcast");

#define MTU_MIN	    1280 // RFC 8200 5
#define MTU_KEEP_US 600000000u

static uint64_t mtu_next_us = UINT64_MAX; // when the first MTU is forgotten

static void own_update(uint32_t tree)
{
	const struct gw_mcast_tree_info *info = &gw_mcast_tree_infos[tree];
	struct gw_mcast_tree *t = &gw_mcast_trees[tree];
	bool own = info->flows + info->users > 0;

	if (t->own == own)
		return;
	__atomic_store_n(&t->own, own, __ATOMIC_RELAXED);
	if (own)
		gw_sr_local_add(&t->source);
	else
		gw_sr_local_del(&t->source);
}

bool gw_sr_is_own(const struct in6_addr *ip)
{
	const struct gw_sr_conf *conf = gw_sr_conf_wanted();
	uint32_t tree;

	if (conf == NULL)
		return false;
	if (gw_ip6_eq(ip, &conf->first_address))
		return true;
	tree = gw_mcast_tree_find(ip);
	return tree != 0 && gw_mcast_trees[tree].own;
}

int gw_mcast_tree_flow_hold(uint32_t tree, uint16_t vrf, struct gw_err *err)
{
	struct gw_mcast_tree_info *info = &gw_mcast_tree_infos[tree];
	char text[GW_IP6_LEN];

	if (info->flows > 0 && info->vrf != vrf)
		return gw_err_set(err, EINVAL,
			"tree %s carries flows of VRF %s (show mcast flow), not of VRF %s: a tree "
			"carries one VRF",
			gw_ip6_str(&gw_mcast_trees[tree].source, text), gw_vrfs[info->vrf].name,
			gw_vrfs[vrf].name);
	info->vrf = vrf;
	info->flows++;
	info->root = true;
	own_update(tree);
	return 0;
}

void gw_mcast_tree_flow_release(uint32_t tree)
{
	gw_mcast_tree_infos[tree].flows--;
	own_update(tree);
}

void gw_mcast_tree_use(uint32_t tree)
{
	gw_mcast_tree_infos[tree].users++;
	own_update(tree);
}

void gw_mcast_tree_unuse(uint32_t tree)
{
	gw_mcast_tree_infos[tree].users--;
	own_update(tree);
}

static void mtu_set(uint32_t tree, uint16_t mtu)
{
	struct gw_mcast_tree *t = &gw_mcast_trees[tree];
	char text[GW_IP6_LEN];

	if (t->mtu == mtu)
		return;
	__atomic_store_n(&t->mtu, mtu, __ATOMIC_RELAXED);
	gw_ip6_str(&t->source, text);
	if (mtu != 0)
		LOG(NOTICE, "tree %s: MTU %u", text, mtu);
	else
		LOG(NOTICE, "tree %s: no MTU known any more", text);
}

// RFC 8201 4: not below the smallest link, and forgotten after 10 minutes (a smaller one begins
// them anew).
void gw_mcast_tree_too_big(uint32_t tree, uint32_t mtu, uint64_t now_us)
{
	struct gw_mcast_tree_info *info = &gw_mcast_tree_infos[tree];
	uint16_t now = gw_mcast_trees[tree].mtu;

	if (mtu < MTU_MIN)
		mtu = MTU_MIN;
	// RFC 8201 4: a message that would raise it is a forgery or late.
	if (mtu > UINT16_MAX || (now != 0 && mtu > now))
		return;
	info->mtu_until_us = now_us + MTU_KEEP_US;
	mtu_next_us = RTE_MIN(mtu_next_us, info->mtu_until_us);
	mtu_set(tree, (uint16_t)mtu);
	gw_slow_event(GW_EV_mcast_mtu_lowered);
}

// Copies of an own tree go to first addresses, which are inside of the domain: a message that
// quotes anything else, or comes from outside, is not about them.
bool gw_mcast_too_big_received(uint16_t iface, const struct in6_addr *dst_quoted,
	const struct in6_addr *src_quoted, uint32_t mtu)
{
	const struct gw_sr_conf *conf = gw_sr_conf_wanted();
	uint32_t tree = gw_mcast_tree_find(src_quoted);

	if (tree == 0 || !gw_mcast_tree_own(tree) || conf == NULL || !gw_ifaces[iface].sr_domain ||
		!gw_prefix6_has(&conf->first_block, dst_quoted))
		return false;
	gw_mcast_tree_too_big(tree, mtu, gw_slow_now_us());
	return true;
}

bool gw_mcast_tree_mtu_poll(uint64_t now_us)
{
	if (now_us < mtu_next_us)
		return false;
	mtu_next_us = UINT64_MAX;
	for (uint32_t i = 0; (i = gw_mcast_tree_next(i)) != 0;) {
		uint64_t until_us = gw_mcast_tree_infos[i].mtu_until_us;

		if (gw_mcast_trees[i].mtu == 0)
			continue;
		if (now_us >= until_us)
			mtu_set(i, 0);
		else
			mtu_next_us = RTE_MIN(mtu_next_us, until_us);
	}
	return true;
}
