// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// Into a worker from other lcores: packets of the slow path, and packets of clients that this
// worker owns (the software distributor).

#include "dp/worker.h"
#include "fib/vrf.h"
#include "ip4/ip4.h"
#include "ip6/ip6.h"
#include "port/port.h"
#include "slow/slow.h"
#include "sr_mcast/sr_mcast.h"

uint8_t gw_owner_table[4][256];
uint8_t gw_owner_reta[128];

// Toeplitz over 32 bits with a key of period 32: the same hash for an address wherever it stands
// in a NIC's input, so that receive queues and owners agree where the NIC hashes one address.
#define OWNER_KEY 0x6d5a56dau

static uint32_t toeplitz(uint32_t ip)
{
	uint32_t hash = 0;

	for (unsigned bit = 0; bit < 32; bit++) {
		if (ip & 0x80000000u >> bit)
			hash ^= bit == 0 ? OWNER_KEY : OWNER_KEY << bit | OWNER_KEY >> (32 - bit);
	}
	return hash;
}

void gw_owner_init(unsigned workers)
{
	// The table of a NIC may have 64 places. For more workers that would be too coarse.
	const unsigned places = workers <= 8 ? 64 : RTE_DIM(gw_owner_reta);

	for (unsigned byte = 0; byte < 4; byte++) {
		for (uint32_t v = 0; v < 256; v++)
			gw_owner_table[byte][v] = toeplitz(v << byte * 8) & 127;
	}
	for (unsigned i = 0; i < RTE_DIM(gw_owner_reta); i++)
		gw_owner_reta[i] = (uint8_t)(1 + i % places % workers);
}

void gw_owner_key(uint8_t *key, unsigned len)
{
	for (unsigned i = 0; i < len; i++)
		key[i] = (uint8_t)(OWNER_KEY >> (3 - i % 4) * 8);
}

void gw_handoff(struct gw_worker *w, struct gw_pkt *p, unsigned owner, enum gw_stage stage)
{
	*gw_meta(p->m) = (struct gw_meta){
		.iface = p->iface,
		.tunnel = p->tunnel,
		.vrf = p->vrf,
		.nh = p->traced,
		.origin = p->origin,
		.what = stage,
		.l2_len = p->l2_len,
	};
	w->stats->event[GW_EV_handoff]++;
	GW_TSAN_RELEASE(gw_workers[owner].handoff);
	if (unlikely(rte_ring_mp_enqueue(gw_workers[owner].handoff, p->m) != 0))
		gw_drop(w, p, GW_DROP_handoff_full);
}

static void inject(struct gw_worker *w, struct rte_mbuf *m, const struct gw_meta *meta)
{
	*gw_meta(m) = *meta;
	GW_TSAN_RELEASE(w->inject);
	if (rte_ring_sp_enqueue(w->inject, m) != 0)
		gw_slow_drop(m, GW_DROP_inject_full);
}

void gw_inject_tx(uint16_t port, struct rte_mbuf *m)
{
	const struct gw_meta meta = {.what = GW_STAGE_TX, .nh = port};

	inject(&gw_workers[gw_ports[port].tx_worker], m, &meta);
}

void gw_inject_lookup(uint16_t vrf, struct rte_mbuf *m)
{
	const struct gw_meta meta = {.what = GW_STAGE_LOOKUP, .vrf = vrf, .origin = GW_FROM_SELF};

	inject(&gw_workers[1], m, &meta);
}

void gw_inject_tree(uint32_t tree, struct rte_mbuf *m)
{
	const struct gw_meta meta = {.what = GW_STAGE_TREE, .nh = tree, .origin = GW_FROM_SELF};

	inject(&gw_workers[1], m, &meta);
}

// A packet in a ring as it stood in its lane.
static void pkt_restore(struct gw_pkt *p, struct rte_mbuf *m)
{
	const struct gw_meta *meta = gw_meta(m);
	const struct rte_ipv4_hdr *ip = rte_pktmbuf_mtod(m, const struct rte_ipv4_hdr *);

	*p = (struct gw_pkt){
		.m = m,
		.iface = meta->iface,
		.tunnel = meta->tunnel,
		.vrf = meta->vrf,
		.origin = meta->origin,
		.l2_len = (uint8_t)meta->l2_len,
	};
	if (gw_mbuf_is_ip6(m)) {
		p->len = (uint16_t)m->pkt_len;
		return;
	}
	p->src = rte_be_to_cpu_32(ip->src_addr);
	p->dst = rte_be_to_cpu_32(ip->dst_addr);
	p->len = rte_be_to_cpu_16(ip->total_length);
}

// Packets that wait for one stage go through it together.
static void ring_burst(struct gw_worker *w, struct rte_mbuf **m, unsigned n, enum gw_stage stage)
{
	struct gw_lane *lane = &w->lane[0];

	lane->n = 0;
	for (unsigned i = 0; i < n; i++) {
		struct gw_pkt *p = &lane->p[lane->n];

		pkt_restore(p, m[i]);
		if (gw_mbuf_is_ip6(m[i])) {
			gw_ip6_put(&w->lane6, p);
			continue;
		}
		lane->n++;
		p->res = gw_rib_start(
			&gw_vrfs[p->vrf].rib, stage == GW_STAGE_GUARD ? p->src : p->dst);
	}
	if (stage == GW_STAGE_GUARD)
		gw_guard(w, lane);
	gw_lane_run(w, lane);
	if (w->lane6.n > 0)
		gw_ip6_run(w, &w->lane6);
}

static void ring_handle(struct gw_worker *w, struct rte_mbuf **m, unsigned n)
{
	unsigned left = 0;

	for (unsigned i = 0; i < n; i++) {
		const struct gw_meta *meta = gw_meta(m[i]);
		struct gw_pkt p;

		if (meta->what == GW_STAGE_TX) {
			gw_tx(w, (uint16_t)meta->nh, m[i]);
		} else if (meta->what == GW_STAGE_TREE) {
			pkt_restore(&p, m[i]);
			gw_tree_forward(w, &p, meta->nh);
		} else {
			m[left++] = m[i];
		}
	}
	for (unsigned from = 0; from < left;) {
		unsigned to = from;
		enum gw_stage stage = gw_meta(m[from])->what;

		while (to < left && gw_meta(m[to])->what == stage)
			to++;
		ring_burst(w, m + from, to - from, stage);
		from = to;
	}
}

unsigned gw_rings_poll(struct gw_worker *w)
{
	struct rte_ring *const rings[] = {w->inject, w->handoff};
	struct rte_mbuf *m[GW_BURST];
	unsigned done = 0;

	for (unsigned r = 0; r < RTE_DIM(rings); r++) {
		unsigned n = rte_ring_sc_dequeue_burst(rings[r], (void **)m, GW_BURST, NULL);

		if (n == 0)
			continue;
		GW_TSAN_ACQUIRE(rings[r]);
		w->now = rte_rdtsc();
		rte_prefetch0(rte_pktmbuf_mtod(m[0], void *));
		ring_handle(w, m, n);
		done += n;
	}
	return done;
}
