// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "sr_mcast/sr_mcast.h"

#include <errno.h>
#include <string.h>

#include "base/reserve.h"
#include "dp/rcu.h"
#include "icmp/icmp.h"
#include "slow/slow.h"
#include "sr_mcast/check.h"
#include "sr_mcast/dest.h"
#include "sr_mcast/flow.h"
#include "sr_mcast/ids.h"
#include "sr_mcast/ifaces.h"
#include "sr_mcast/receiver.h"
#include "sr_mcast/replicate.h"
#include "sr_mcast/tree.h"
#include "sr_mcast/underlay.h"

#define MTU_POLL_US 1000000

bool gw_sr_mcast_on;
struct gw_sr_conf gw_sr_conf;
struct gw_block6 gw_sr_first_block, gw_sr_tree_block;
struct gw_io_stats *gw_tree_stats[GW_MAX_LCORES];
struct gw_branch_stats *gw_branch_stats[GW_MAX_LCORES];

static struct gw_sr_conf wanted;
static bool is_wanted;
static bool quiet = true;   // no worker can be reading gw_sr_conf
static uint32_t publishing; // changes that wait for a grace period

static int stats_init(unsigned workers)
{
	for (unsigned i = 0; i <= workers; i++) {
		gw_tree_stats[i] = gw_reserve((GW_MAX_TREES + 1ul) * sizeof(struct gw_io_stats));
		gw_branch_stats[i] = gw_reserve(GW_MAX_BRANCH_IDS * sizeof(struct gw_branch_stats));
		if (gw_tree_stats[i] == NULL || gw_branch_stats[i] == NULL)
			return -ENOMEM;
	}
	return 0;
}

struct gw_branch_stats gw_branch_stats_sum(uint32_t stats)
{
	struct gw_branch_stats sum = {0};

	for (int i = 0; i < GW_MAX_LCORES && gw_branch_stats[i] != NULL; i++) {
		sum.packets += gw_branch_stats[i][stats].packets;
		sum.octets += gw_branch_stats[i][stats].octets;
	}
	return sum;
}

int gw_sr_mcast_init(unsigned workers)
{
	gw_slow_every(MTU_POLL_US, gw_mcast_tree_mtu_poll);
	gw_slow_every(0, gw_mcast_underlay_poll);
	gw_icmp6_too_big_hook = gw_mcast_too_big_received;
	gw_mcast_underlay_init();
	gw_mcast_ifaces_init();
	if (stats_init(workers) < 0 || gw_branch_ids_init() < 0 || gw_mcast_dest_init() < 0 ||
		gw_mcast_tree_init() < 0 || gw_mcast_flow_init() < 0 || gw_receiver_init() < 0)
		return -ENOMEM;
	return 0;
}

void gw_sr_mcast_fini(void)
{
	gw_receiver_fini();
	gw_mcast_flow_fini();
	gw_mcast_tree_fini();
	gw_mcast_dest_fini();
	gw_branch_ids_fini();
	gw_replicate_fini();
	for (int i = 0; i < GW_MAX_LCORES; i++) {
		gw_unreserve(gw_tree_stats[i], (GW_MAX_TREES + 1ul) * sizeof(struct gw_io_stats));
		gw_unreserve(
			gw_branch_stats[i], GW_MAX_BRANCH_IDS * sizeof(struct gw_branch_stats));
		gw_tree_stats[i] = NULL;
		gw_branch_stats[i] = NULL;
	}
	gw_sr_mcast_on = is_wanted = false;
	quiet = true;
	publishing = 0;
}

const struct gw_sr_conf *gw_sr_conf_wanted(void)
{
	return is_wanted ? &wanted : NULL;
}

static struct gw_block6 block_of(const struct gw_prefix6 *p)
{
	struct in6_addr ones, mask, net = gw_ip6_masked(&p->addr, p->len);
	struct gw_block6 b;

	memset(&ones, 0xff, sizeof(ones));
	mask = gw_ip6_masked(&ones, p->len);
	memcpy(b.net, &net, sizeof(b.net));
	memcpy(b.mask, &mask, sizeof(b.mask));
	return b;
}

bool gw_sr_is_first_address(const uint8_t ip[16])
{
	return is_wanted && memcmp(ip, &wanted.first_address, sizeof(wanted.first_address)) == 0;
}

static void conf_publish(void)
{
	if (!is_wanted)
		return;
	gw_sr_conf = wanted;
	gw_sr_first_block = block_of(&wanted.first_block);
	gw_sr_tree_block = block_of(&wanted.tree_block);
	quiet = false;
	__atomic_store_n(&gw_sr_mcast_on, true, __ATOMIC_RELEASE);
}

static void conf_republish(void *unused)
{
	if (--publishing > 0)
		return; // a later change is on its way
	quiet = true;
	conf_publish();
}

// Workers may be reading the addresses that were: they stop, then the new ones are written.
static void conf_exchange(const struct gw_sr_conf *conf)
{
	__atomic_store_n(&gw_sr_mcast_on, false, __ATOMIC_RELEASE);
	if (is_wanted)
		gw_sr_local_del(&wanted.first_address);
	is_wanted = conf != NULL;
	if (is_wanted) {
		wanted = *conf;
		gw_sr_local_add(&wanted.first_address);
	}
	if (quiet) {
		conf_publish();
		return;
	}
	publishing++;
	gw_rcu_defer(conf_republish, NULL);
}

static bool addresses_same(const struct gw_sr_conf *a, const struct gw_sr_conf *b)
{
	return gw_ip6_eq(&a->first_address, &b->first_address) &&
		gw_ip6_eq(&a->first_block.addr, &b->first_block.addr) &&
		a->first_block.len == b->first_block.len &&
		gw_ip6_eq(&a->tree_block.addr, &b->tree_block.addr) &&
		a->tree_block.len == b->tree_block.len;
}

static void octets_store(const struct gw_sr_conf *from)
{
	__atomic_store_n(&gw_sr_conf.hop_limit, from->hop_limit, __ATOMIC_RELAXED);
	__atomic_store_n(&gw_sr_conf.hop_limit_copy, from->hop_limit_copy, __ATOMIC_RELAXED);
	__atomic_store_n(&gw_sr_conf.traffic_class, from->traffic_class, __ATOMIC_RELAXED);
	__atomic_store_n(&gw_sr_conf.pipe, from->pipe, __ATOMIC_RELAXED);
}

int gw_sr_conf_set(const struct gw_sr_conf *conf, struct gw_err *err)
{
	const char *key;
	int ret;

	if (conf == NULL) {
		if (gw_mcast_tree_count() + gw_mcast_flow_count() > 0)
			return gw_err_set(err, EBUSY, "%u trees and %u flows are left",
				gw_mcast_tree_count(), gw_mcast_flow_count());
		if (is_wanted)
			conf_exchange(NULL);
		return 0;
	}
	ret = gw_sr_conf_check(conf, &key, err);
	if (ret == 0)
		ret = gw_replicate_init(err);
	if (ret < 0)
		return ret;
	if (is_wanted && addresses_same(conf, &wanted)) {
		wanted = *conf;
		if (publishing == 0)
			octets_store(conf);
		return 0;
	}
	conf_exchange(conf);
	return 0;
}
