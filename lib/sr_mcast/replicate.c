// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "sr_mcast/replicate.h"

#include <errno.h>

#include <rte_mbuf.h>

#include "dp/mbuf.h"
#include "fib/result.h"
#include "ip6/ip6.h"
#include "port/port.h"
#include "sr_mcast/dest.h"
#include "sr_mcast/tree.h"

// A header in its buffer: link layer and IPv6 header fill one cache line, a short payload follows.
#define HEAD_OFFSET GW_L2_MAX
#define HEAD_ROOM   (HEAD_OFFSET + sizeof(struct rte_ipv6_hdr) + GW_COPY_MAX)
#define HEAD_COUNT  32767
#define HEAD_CACHE  512
// Where memory is scarce.
#define HEAD_COUNT_SMALL 4095
#define HEAD_CACHE_SMALL 64

static_assert(HEAD_OFFSET + sizeof(struct rte_ipv6_hdr) == RTE_CACHE_LINE_SIZE, "one line");

uint32_t gw_copy_max = GW_COPY_MAX;

struct rte_mempool *gw_heads;

int gw_replicate_init(struct gw_err *err)
{
	if (gw_heads == NULL)
		gw_heads = rte_pktmbuf_pool_create(
			"gw_heads", HEAD_COUNT, HEAD_CACHE, 0, HEAD_ROOM, SOCKET_ID_ANY);
	if (gw_heads == NULL)
		gw_heads = rte_pktmbuf_pool_create("gw_heads", HEAD_COUNT_SMALL, HEAD_CACHE_SMALL,
			0, HEAD_ROOM, SOCKET_ID_ANY);
	if (gw_heads == NULL)
		return gw_err_set(err, ENOMEM,
			"sr_mcast: no memory for %u packet headers: reserve hugepages (sysctl "
			"vm.nr_hugepages) or raise -m",
			HEAD_COUNT_SMALL);
	return 0;
}

void gw_replicate_fini(void)
{
	rte_mempool_free(gw_heads);
	gw_heads = NULL;
}

// As many buffers as there are, up to n.
static uint32_t heads_alloc(struct rte_mbuf **m, uint32_t n)
{
	uint32_t got = 0;

	if (likely(rte_pktmbuf_alloc_bulk(gw_heads, m, n) == 0))
		return n;
	while (got < n && (m[got] = rte_pktmbuf_alloc(gw_heads)) != NULL)
		got++;
	return got;
}

static void payload_hold(struct rte_mbuf *m, uint32_t n)
{
	for (; m != NULL; m = m->next)
		rte_mbuf_refcnt_update(m, (int16_t)n);
}

static void payload_copy(struct rte_mbuf *to, const struct gw_replication *r)
{
	uint8_t *at = rte_pktmbuf_mtod(to, uint8_t *);

	for (const struct rte_mbuf *s = r->p->m; s != NULL; s = s->next) {
		rte_memcpy(at, rte_pktmbuf_mtod(s, const void *), s->data_len);
		at += s->data_len;
	}
	to->data_len = (uint16_t)r->len;
	to->pkt_len = r->len;
}

// A copy in a large buffer, for ports that take no chains.
static struct rte_mbuf *large_copy(const struct gw_replication *r)
{
	struct rte_mempool *pool =
		r->len + RTE_PKTMBUF_HEADROOM <= rte_pktmbuf_data_room_size(gw_pool) ? gw_pool
										     : gw_own_pool;
	struct rte_mbuf *m = rte_pktmbuf_alloc(pool);

	if (m == NULL)
		return NULL;
	if (unlikely(r->len > rte_pktmbuf_tailroom(m))) {
		rte_pktmbuf_free(m);
		return NULL;
	}
	payload_copy(m, r);
	return m;
}

// A branch by the outer header that the copy has now, a receiver by the packet itself.
static void leg_trace(const struct gw_replication *r, const struct gw_leg *leg, struct rte_mbuf *m,
	uint32_t octets)
{
	struct gw_pkt step = *r->p;

	step.res = gw_fib_result(GW_FIB_CONNECTED, leg->iface);
	if (r->encap) {
		step.m = m;
		step.len = (uint16_t)octets;
		step.res = gw_fib_result(GW_FIB_NEIGH, leg->nh);
	}
	gw_trace_end(r->w, &step, r->encap ? "branch" : "receiver", 0);
}

// Uses: m, whose data begins at the payload; with an outer header there is room for it before.
static inline void leg_send(
	const struct gw_replication *r, const struct gw_leg *leg, struct rte_mbuf *m)
{
	struct gw_worker *w = r->w;
	uint32_t octets = r->len;

	if (r->encap) {
		struct rte_ipv6_hdr *ip =
			rte_pktmbuf_mtod_offset(m, struct rte_ipv6_hdr *, -(int)sizeof(*ip));

		*ip = r->outer;
		memcpy(ip->dst_addr, &gw_mcast_dests[leg->dest].addr, sizeof(ip->dst_addr));
		m->data_off -= sizeof(*ip);
		m->data_len += sizeof(*ip);
		m->pkt_len += sizeof(*ip);
		octets += sizeof(*ip);
	}
	if (leg->stats != 0) {
		struct gw_branch_stats *s = &gw_branch_stats[w->id][leg->stats];

		s->packets++;
		s->octets += octets;
	}
	if (unlikely(w->tracing))
		leg_trace(r, leg, m, octets);
	if (unlikely(!(leg->mac & GW_NH_RESOLVED))) {
		struct gw_pkt copy = *r->p;

		copy.m = m;
		copy.len = (uint16_t)octets;
		copy.origin = GW_FROM_SELF; // no errors about it, and its hop is taken off
		copy.traced = 0;
		gw_punt(w, &copy, GW_PUNT_RESOLVE, leg->nh, 0, GW_DROP_NONE);
		return;
	}
	if (r->ip4 && !r->encap)
		gw_iface_send(w, m, leg->iface, leg->mac & GW_MAC_MASK, octets);
	else
		gw_iface_send6(w, m, leg->iface, leg->mac & GW_MAC_MASK, octets);
}

static inline bool takes_chains(const struct gw_leg *leg)
{
	return gw_ports[gw_ifaces[leg->iface].port].multi_seg;
}

static inline void head_prepare(struct rte_mbuf *m, const struct gw_replication *r)
{
	m->data_off = HEAD_OFFSET + (r->encap ? sizeof(struct rte_ipv6_hdr) : 0);
}

// Each leg with a header before the one payload; `give`: the last of them takes our reference.
static void share(struct gw_replication *r, const struct gw_leg *leg, uint32_t n, bool give)
{
	struct rte_mbuf *payload = r->p->m, *m[GW_LEGS];
	const uint16_t segs = payload->nb_segs + 1;
	uint32_t got = heads_alloc(m, n);
	uint32_t refs = got - (give && got > 0);

	if (refs > 0)
		payload_hold(payload, refs);
	r->shared |= got > 0;
	for (uint32_t i = 0; i < got; i++) {
		head_prepare(m[i], r);
		m[i]->next = payload;
		m[i]->nb_segs = segs;
		m[i]->pkt_len = r->len;
		leg_send(r, &leg[i], m[i]);
	}
	r->w->stats->drop[GW_DROP_no_mbuf] += n - got;
	if (give && got == 0)
		rte_pktmbuf_free(payload);
}

// Each leg with a payload of its own.
static void copy(struct gw_replication *r, const struct gw_leg *leg, uint32_t n)
{
	const bool small = r->len <= GW_COPY_MAX; // fits a header's buffer
	struct rte_mbuf *m[GW_LEGS];
	uint32_t got = small ? heads_alloc(m, n) : n;

	for (uint32_t i = 0; i < got; i++) {
		if (likely(small)) {
			head_prepare(m[i], r);
			payload_copy(m[i], r);
		} else {
			m[i] = large_copy(r);
		}
		if (likely(m[i] != NULL))
			leg_send(r, &leg[i], m[i]);
		else
			r->w->stats->drop[GW_DROP_no_mbuf]++;
	}
	r->w->stats->drop[GW_DROP_no_mbuf] += n - got;
}

// Legs of which some leave by ports that take no chains: copied first, since the payload may be
// given away with the last of the others.
static void mixed(struct gw_replication *r, const struct gw_leg *leg, uint32_t n, bool give)
{
	struct gw_leg sharing[GW_LEGS];
	uint32_t shares = 0;

	for (uint32_t i = 0; i < n; i++) {
		if (takes_chains(&leg[i]))
			sharing[shares++] = leg[i];
		else
			copy(r, &leg[i], 1);
	}
	share(r, sharing, shares, give);
}

void gw_replicate(struct gw_replication *r, const struct gw_leg *leg, uint32_t n, bool last)
{
	uint32_t others = n - last, chains = 0;
	bool keep;

	for (uint32_t i = 0; i < others && r->len > gw_copy_max; i++)
		chains += takes_chains(&leg[i]);
	// The packet itself goes to the last leg, unless others would lose it.
	keep = last && !r->shared && chains == 0 && r->p->m->data_off >= RTE_CACHE_LINE_SIZE;
	if (last && !keep && r->len > gw_copy_max)
		chains += takes_chains(&leg[others]);
	others = n - keep;
	if (chains == 0)
		copy(r, leg, others);
	else if (likely(chains == others))
		share(r, leg, others, last);
	else
		mixed(r, leg, others, last);
	if (keep)
		leg_send(r, &leg[n - 1], r->p->m);
	else if (last && chains == 0)
		rte_pktmbuf_free(r->p->m);
}
