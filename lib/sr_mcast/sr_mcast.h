// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// Multicast over segment routing, keyed by source address: every node owns one first address, the
// root of a tree one more per tree. On the wire a packet is unicast IPv6 from the tree's source to
// the next node's first address. Addresses are bytes in wire order. Tables have one writer, the
// slow path; workers read them between two quiescent states.

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include <rte_mbuf.h>

#include "base/addr.h"
#include "base/err.h"
#include "dp/stats.h"

struct gw_worker;
struct gw_pkt;
struct gw_lane;

#define GW_SR_UNDERLAY	  0 // the VRF in which first addresses are: "default"
#define GW_MAX_TREES	  (1u << 16)
#define GW_MAX_BRANCHES	  1024u // of one tree
#define GW_MAX_BRANCH_IDS (GW_MAX_TREES * GW_MAX_BRANCHES)
#define GW_MAX_DESTS	  (1u << 16)
#define GW_MAX_FLOWS	  (1u << 16)
#define GW_MAX_FLOW_PORTS 16u
#define GW_MAX_GROUPS	  (1u << 16)

// Addresses and blocks stay while workers use them: a change of those goes through off, a grace
// period, and on. Single octets change in place.
struct gw_sr_conf {
	struct in6_addr first_address;
	struct gw_prefix6 first_block, tree_block;
	uint8_t hop_limit;   // of packets that the root sends; 64
	bool hop_limit_copy; // the inner packet's instead
	bool pipe;	     // traffic_class below in place of the inner packet's
	uint8_t traffic_class;
};

// A prefix as workers compare it.
struct gw_block6 {
	uint64_t net[2], mask[2]; // as loaded from a header
};

extern bool gw_sr_mcast_on; // something is configured, and gw_sr_conf may be read
extern struct gw_block6 gw_sr_first_block, gw_sr_tree_block; // of gw_sr_conf, and like it
extern struct gw_sr_conf gw_sr_conf;
// [lcore][tree]: rx are packets into the tree, tx the copies that its branches were to get, those
// that a drop reason names among them. Sums by gw_io_sum().
extern struct gw_io_stats *gw_tree_stats[GW_MAX_LCORES];

// Copies that were sent over a branch. Counters of one tree's branches lie side by side, and with
// many trees each copy finds its counter in memory: there are no more words than these.
struct gw_branch_stats {
	uint64_t packets, octets;
};

extern struct gw_branch_stats *gw_branch_stats[GW_MAX_LCORES]; // [gw_mcast_branch.stats]
struct gw_branch_stats gw_branch_stats_sum(uint32_t stats);

int gw_sr_mcast_init(unsigned workers); // -ENOMEM: gw_sr_mcast_fini() takes away what is there
// No worker runs any more, and nothing waits for a grace period.
void gw_sr_mcast_fini(void);

// Slow path. NULL: nothing is configured any more. -EINVAL says what would do; -EBUSY: trees or
// flows are left.
int gw_sr_conf_set(const struct gw_sr_conf *conf, struct gw_err *err);
// What was set last; NULL: nothing. Slow path (gw_sr_conf may lag behind by a grace period).
const struct gw_sr_conf *gw_sr_conf_wanted(void);
bool gw_sr_is_first_address(const uint8_t ip[16]); // this node's
// The first address, or that of a tree that begins here: own addresses on every link of the domain.
bool gw_sr_is_own(const struct in6_addr *ip);

// Data path.
// IPv6 packets before their look-up, when gw_sr_mcast_on. Those that stay keep their order.
void gw_sr_mcast_input(struct gw_worker *w, struct gw_lane *lane);
// A native multicast packet of either family whose header has been checked; taken in any case.
void gw_mcast_ingress(struct gw_worker *w, struct gw_pkt *p);
// A packet with the source of a tree, over its branches and to its leaf part. Data begins at the
// IPv6 header.
void gw_tree_forward(struct gw_worker *w, struct gw_pkt *p, uint32_t tree);

// Slow path: a tree ping (next header 58) to the first address, owned from the call on; punted as
// GW_PUNT_LOCAL.
void gw_tree_ping_input(struct rte_mbuf *m);

static inline bool gw_block6_has(const struct gw_block6 *b, const uint8_t a[16])
{
	uint64_t w[2];

	memcpy(w, a, sizeof(w));
	return (((w[0] ^ b->net[0]) & b->mask[0]) | ((w[1] ^ b->net[1]) & b->mask[1])) == 0;
}
