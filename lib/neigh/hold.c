// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// Packets that wait for a next hop's MAC (RFC 1122 2.3.2.2, RFC 4861 7.2.2).

#include <errno.h>
#include <stdlib.h>

#include <rte_cycles.h>

#include "dp/worker.h"
#include "fib/vrf.h"
#include "icmp/icmp.h"
#include "ip6/ip6.h"
#include "neigh/entry.h"
#include "slow/slow.h"

#define ICMP_PER_SECOND 1000

struct gw_neigh_queue {
	uint32_t n, room;
	struct rte_mbuf *m[];
};

static unsigned held;
static struct gw_bucket icmp_bucket;

int gw_neigh_hold_init(void)
{
	held = 0;
	gw_bucket_init(&icmp_bucket, ICMP_PER_SECOND, ICMP_PER_SECOND);
	return 0;
}

unsigned gw_neigh_held(void)
{
	return held;
}

uint32_t gw_neigh_waiting(uint32_t nh)
{
	return gw_neighs[nh].queue == NULL ? 0 : gw_neighs[nh].queue->n;
}

static void packet_send_by(uint16_t iface, uint64_t mac, struct rte_mbuf *m)
{
	const struct gw_iface *ifc = &gw_ifaces[iface];
	struct gw_io_stats *s = &gw_iface_stats[0][iface];

	s->tx_packets++;
	s->tx_octets += m->pkt_len;
	if (gw_mbuf_is_ip6(m))
		gw_l2_write6(m, ifc, mac);
	else
		gw_l2_write(m, ifc, mac);
	gw_inject_tx(ifc->port, m);
}

static void packet_send(uint32_t nh, struct rte_mbuf *m)
{
	const struct gw_nexthop *n = &gw_nexthops[nh];

	packet_send_by(n->out, n->mac & GW_MAC_MASK, m);
}

// The error quotes the header as it was received (RFC 1812 4.3.2.3, RFC 4443 2.4 (c)): the worker
// took a hop off.
static void hop_restore(struct rte_mbuf *m)
{
	struct rte_ipv4_hdr *ip = rte_pktmbuf_mtod(m, struct rte_ipv4_hdr *);

	if (gw_meta(m)->origin == GW_FROM_SELF)
		return;
	if (gw_mbuf_is_ip6(m)) {
		rte_pktmbuf_mtod(m, struct rte_ipv6_hdr *)->hop_limits++;
		return;
	}
	ip->time_to_live++;
	ip->hdr_checksum = 0;
	ip->hdr_checksum = (rte_be16_t)~gw_ip4_sum(ip, ip->version_ihl & 15);
}

// RFC 1812 3.3.2, RFC 4861 7.2.2: a packet that cannot be resolved is dropped with an error about
// the unreachable address.
static void packet_fail(struct rte_mbuf *m, bool icmp)
{
	GW_SLOW_STATS->drop[GW_DROP_neigh_unresolved]++;
	// About what is ours no error is sent.
	if (icmp && gw_meta(m)->origin != GW_FROM_SELF &&
		!gw_bucket_take(&icmp_bucket, rte_rdtsc())) {
		gw_slow_event(GW_EV_icmp_rate_limited);
		icmp = false;
	}
	if (!icmp) {
		rte_pktmbuf_free(m);
		return;
	}
	hop_restore(m);
	gw_meta(m)->what = GW_DROP_neigh_unresolved;
	gw_icmp_error(m);
}

static void queue_put(uint32_t nh, struct rte_mbuf *m)
{
	struct gw_neigh *e = &gw_neighs[nh];
	uint32_t room = gw_neigh_conf.hold_per_neigh;

	if (e->queue == NULL && room > 0) {
		e->queue = malloc(sizeof(*e->queue) + room * sizeof(e->queue->m[0]));
		if (e->queue != NULL)
			*e->queue = (struct gw_neigh_queue){.room = room};
	}
	if (e->queue == NULL || e->queue->n == e->queue->room || held >= gw_neigh_conf.hold_total) {
		gw_slow_drop(m, GW_DROP_neigh_hold_full);
		return;
	}
	e->queue->m[e->queue->n++] = m;
	held++;
}

static struct gw_neigh_queue *queue_take(uint32_t nh)
{
	struct gw_neigh_queue *q = gw_neighs[nh].queue;

	gw_neighs[nh].queue = NULL;
	if (q != NULL)
		held -= q->n;
	return q;
}

void gw_neigh_queue_send(uint32_t nh)
{
	struct gw_neigh_queue *q = queue_take(nh);

	for (uint32_t i = 0; q != NULL && i < q->n; i++)
		packet_send(nh, q->m[i]);
	free(q);
}

void gw_neigh_queue_fail(uint32_t nh, bool icmp)
{
	struct gw_neigh_queue *q = queue_take(nh);

	for (uint32_t i = 0; q != NULL && i < q->n; i++)
		packet_fail(q->m[i], icmp);
	free(q);
}

// RFC 2644: a broadcast to the subnet is not sent on.
static bool directed_broadcast(uint16_t iface, uint32_t ip)
{
	const struct gw_iface_info *info = &gw_iface_infos[iface];

	for (unsigned i = 0; i < info->addr_count; i++) {
		const struct gw_prefix4 *p = &info->addrs[i].p;
		uint32_t host = ip & ~gw_mask4(p->len);

		if (p->len < 31 && gw_prefix4_has(p, ip) &&
			(host == 0 || host == ~gw_mask4(p->len)))
			return true;
	}
	return false;
}

static struct gw_ip destination(const struct rte_mbuf *m)
{
	struct gw_ip to;

	if (!gw_mbuf_is_ip6(m))
		return gw_ip_of4(rte_be_to_cpu_32(
			rte_pktmbuf_mtod(m, const struct rte_ipv4_hdr *)->dst_addr));
	memcpy(&to, rte_pktmbuf_mtod(m, const struct rte_ipv6_hdr *)->dst_addr, sizeof(to));
	return to;
}

// The neighbour that a packet is for; 0 and a reason: there is none.
static uint32_t target(struct rte_mbuf *m, enum gw_drop *reason)
{
	const struct gw_meta *meta = gw_meta(m);
	struct gw_ip to = destination(m);
	uint16_t iface = meta->mtu;
	uint32_t nh = meta->nh;

	if (nh != 0 && gw_neighs[nh].state != GW_NEIGH_FREE)
		return nh;
	if (nh != 0) { // forgotten while the packet was in the ring
		iface = gw_nexthops[nh].iface;
		to = gw_neighs[nh].ip;
	}
	if (gw_iface_infos[iface].name[0] == '\0') { // deleted meanwhile
		*reason = GW_DROP_neigh_unresolved;
		return 0;
	}
	if (nh == 0 && gw_ip_is4(&to) && directed_broadcast(iface, gw_ip_to4(&to))) {
		*reason = GW_DROP_ip4_broadcast;
		return 0;
	}
	*reason = GW_DROP_neigh_table_full;
	if (nh == 0 && gw_neigh_find(iface, to) == 0 && !gw_neigh_asks())
		return 0;
	return gw_neigh_get(iface, to);
}

// The neighbour is reached through the MLAG peer, which asks for it itself. True: it was sent.
static bool sent_elsewhere(struct rte_mbuf *m)
{
	const struct gw_meta *meta = gw_meta(m);
	uint16_t iface = meta->nh != 0 ? gw_nexthops[meta->nh].iface : meta->mtu, out;
	struct gw_ip ip = meta->nh != 0 ? gw_neighs[meta->nh].ip : destination(m);
	uint64_t mac;

	if (gw_neigh_mlag == NULL || gw_ifaces[iface].mlag != GW_MLAG_MEMBER ||
		!gw_neigh_mlag->elsewhere(iface, ip, &out, &mac))
		return false;
	packet_send_by(out, mac, m);
	return true;
}

void gw_neigh_resolve(struct rte_mbuf *m)
{
	enum gw_drop reason = GW_DROP_NONE;
	bool connected = gw_meta(m)->nh == 0;
	struct gw_neigh *e;
	uint32_t nh;

	if (sent_elsewhere(m))
		return;
	nh = target(m, &reason);
	e = &gw_neighs[nh];
	if (nh == 0) {
		gw_slow_drop(m, reason);
		return;
	}
	if (gw_ifaces[gw_nexthops[nh].iface].half != GW_HALF_ACTIVE) {
		gw_slow_drop(m, GW_DROP_standby);
		return;
	}
	// What was encapsulated leaves in another VRF than it came in.
	gw_meta(m)->vrf = gw_nexthops[nh].vrf;
	switch (e->state) {
	case GW_NEIGH_INCOMPLETE:
		queue_put(nh, m);
		if (e->tries == 0)
			gw_neigh_ask(nh);
		break;
	case GW_NEIGH_FAILED:
	case GW_NEIGH_GONE:
		packet_fail(m, e->state == GW_NEIGH_FAILED);
		break;
	default: // resolved while the packet was in the ring, or it has no route of its own
		if (connected)
			gw_neigh_route_add(nh);
		packet_send(nh, m);
	}
}
