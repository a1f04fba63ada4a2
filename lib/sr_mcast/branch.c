// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// A packet over the branches of a tree. Nothing is looked up here: a branch names its first
// address, whose look-up result the slow path keeps up to date for all trees at once.

#include "fib/multipath.h"
#include "fib/nexthop.h"
#include "fib/result.h"
#include "iface/iface.h"
#include "ip6/ip6.h"
#include "sr_mcast/dest.h"
#include "sr_mcast/forward.h"

#define IP6_MIN_MTU 1280 // RFC 8200 5

// Legs that are not to be: each counts as a copy that was dropped.
struct lost {
	uint32_t unreachable;
	uint32_t too_big;
};

static inline uint32_t branch_nexthop(const struct gw_mcast_branch *b, uint32_t hash)
{
	uint32_t res = gw_mcast_dest_res(b->dest);

	if (unlikely(gw_fib_kind(res) == GW_FIB_MULTIPATH))
		return gw_multipath_pick(gw_fib_index(res), hash ^ b->dest * 0x9e3779b1u);
	return gw_fib_index(res);
}

// The Packet Too Big that one lost leg is worth, about a copy of the packet as it was received.
static void too_big(struct gw_replication *r, uint16_t mtu, enum gw_branch_error error)
{
	const uint32_t room = IP6_MIN_MTU, head = sizeof(struct rte_ipv6_hdr);
	struct gw_pkt q = *r->p;
	struct rte_ipv6_hdr *ip;

	q.traced = 0;
	q.m = rte_pktmbuf_copy(r->p->m, gw_own_pool, 0, room);
	if (q.m == NULL || error == GW_BRANCH_SILENT) {
		rte_pktmbuf_free(q.m);
		r->w->stats->drop[GW_DROP_mcast_too_big]++;
		return;
	}
	if (error == GW_BRANCH_TELL_ROOT) {
		ip = (struct rte_ipv6_hdr *)rte_pktmbuf_prepend(q.m, (uint16_t)head);
		*ip = r->outer; // all branches are of one packet: its destination is our own
		memcpy(ip->dst_addr, &gw_sr_conf.first_address, sizeof(ip->dst_addr));
	} else {
		ip = rte_pktmbuf_mtod(q.m, struct rte_ipv6_hdr *);
		mtu = mtu > IP6_MIN_MTU + head ? (uint16_t)(mtu - head) : IP6_MIN_MTU;
	}
	ip->hop_limits++; // as it came
	gw_drop_error(r->w, &q, GW_DROP_mcast_too_big, mtu);
}

static void all_lost(struct gw_replication *r, struct lost *lost)
{
	enum gw_drop reason =
		lost->unreachable > 0 ? GW_DROP_mcast_unreachable : GW_DROP_mcast_too_big;

	// What was counted leg by leg has one packet too many: the one that is dropped here.
	r->w->stats->drop[reason]--;
	gw_drop(r->w, r->p, reason);
}

void gw_branches_send(struct gw_replication *r, const struct gw_mcast_branches *list, uint32_t hash,
	enum gw_branch_error error)
{
	const uint32_t len = r->len + sizeof(struct rte_ipv6_hdr);
	struct gw_leg leg[GW_LEGS];
	struct lost lost = {0};
	uint32_t n = 0;

	r->w->stats->copied += list->n - 1;
	for (uint32_t i = 0; i < list->n; i++) {
		const struct gw_mcast_branch *b = &list->b[i];
		uint32_t nh = branch_nexthop(b, hash);
		const struct gw_nexthop *hop = &gw_nexthops[nh];
		uint16_t mtu = gw_ifaces[hop->out].mtu;

		if (unlikely(nh == 0)) {
			r->w->stats->drop[GW_DROP_mcast_unreachable]++;
			lost.unreachable++;
			continue;
		}
		if (unlikely(len > mtu)) {
			if (lost.too_big++ == 0)
				too_big(r, mtu, error);
			else
				r->w->stats->drop[GW_DROP_mcast_too_big]++;
			continue;
		}
		if (unlikely(n == GW_LEGS)) {
			gw_replicate(r, leg, n, false);
			n = 0;
		}
		leg[n++] = (struct gw_leg){.mac = gw_nexthop_mac(nh),
			.nh = nh,
			.dest = b->dest,
			.stats = b->stats,
			.iface = hop->out};
	}
	if (likely(n > 0))
		gw_replicate(r, leg, n, true);
	else
		all_lost(r, &lost);
}
