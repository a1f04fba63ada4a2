// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// From workers to the slow path: a token bucket, then a bounded ring per class.

#include <errno.h>

#include <rte_errno.h>

#include "dp/tsc.h"
#include "dp/worker.h"
#include "iface/iface.h"

#define RING_SIZE 4096

static const struct {
	const char *name;
	uint32_t per_second;
	uint32_t burst;
	enum gw_drop over; // more than the bucket allows
} classes[GW_PUNT_COUNT] = {
	[GW_PUNT_ARP] = {"arp", 50000, 4096, GW_DROP_punt_rate_arp},
	[GW_PUNT_ND] = {"nd", 50000, 4096, GW_DROP_punt_rate_nd},
	[GW_PUNT_GROUP] = {"group", 20000, 4096, GW_DROP_punt_rate_group},
	// What is made up is told apart from what is not only in the slow path.
	[GW_PUNT_MEMBER] = {"member", 400000, 4096, GW_DROP_punt_rate_member},
	[GW_PUNT_LACP] = {"lacp", 100, 256, GW_DROP_punt_rate_lacp}, // of a port
	[GW_PUNT_MLAG] = {"mlag", 100000, 4096, GW_DROP_punt_rate_mlag},
	[GW_PUNT_RESOLVE] = {"resolve", 50000, 4096, GW_DROP_punt_rate_resolve},
	[GW_PUNT_LOCAL] = {"local", 20000, 4096, GW_DROP_punt_rate_local},
	[GW_PUNT_ERROR] = {"error", 0, 0, GW_DROP_NONE}, // one bucket per reason instead
};

#define ERROR_PER_SECOND 1000
#define ERROR_BURST	 1000

struct rte_ring *gw_punt_ring[GW_PUNT_COUNT];
uint64_t gw_punt_done;
static uint64_t punt_count; // atomic: replay compares it with gw_punt_done

void gw_bucket_init(struct gw_bucket *b, uint32_t per_second, uint32_t burst)
{
	b->cost = (uint64_t)(gw_tsc_hz() / per_second);
	b->burst = b->cost * burst;
	b->level = b->burst;
	b->last = rte_rdtsc();
}

bool gw_bucket_take(struct gw_bucket *b, uint64_t now)
{
	// The start of a burst may be older than what the slow path's bucket saw last.
	if (now > b->last) {
		b->level += now - b->last;
		b->last = now;
		if (b->level > b->burst)
			b->level = b->burst;
	}
	if (b->level < b->cost)
		return false;
	b->level -= b->cost;
	return true;
}

int gw_punt_init(struct gw_err *err)
{
	for (int c = 0; c < GW_PUNT_COUNT; c++) {
		char name[RTE_RING_NAMESIZE];

		snprintf(name, sizeof(name), "gw_punt_%s", classes[c].name);
		gw_punt_ring[c] = rte_ring_create(name, RING_SIZE, SOCKET_ID_ANY, RING_F_SC_DEQ);
		if (gw_punt_ring[c] == NULL)
			return gw_err_set(err, rte_errno, "no memory for the slow path's rings");
	}
	for (unsigned id = 1; id <= gw_worker_count; id++) {
		struct gw_worker *w = &gw_workers[id];

		for (int c = 0; c < GW_PUNT_ERROR; c++)
			gw_bucket_init(&w->bucket[c], classes[c].per_second / gw_worker_count + 1,
				classes[c].burst);
		for (int i = 0; i < GW_MAX_PORTS; i++)
			gw_bucket_init(&w->lacp_bucket[i], classes[GW_PUNT_LACP].per_second,
				classes[GW_PUNT_LACP].burst);
		for (int r = 0; r < GW_DROP_COUNT; r++)
			gw_bucket_init(&w->error_bucket[r], ERROR_PER_SECOND / gw_worker_count + 1,
				ERROR_BURST);
	}
	punt_count = gw_punt_done = 0;
	return 0;
}

void gw_punt_fini(void)
{
	for (int c = 0; c < GW_PUNT_COUNT; c++) {
		struct rte_mbuf *m;

		while (gw_punt_ring[c] != NULL &&
			rte_ring_sc_dequeue(gw_punt_ring[c], (void **)&m) == 0)
			rte_pktmbuf_free(m);
		rte_ring_free(gw_punt_ring[c]);
		gw_punt_ring[c] = NULL;
	}
}

static bool punt_enqueue(
	struct gw_pkt *p, enum gw_class class, uint32_t nh, uint16_t mtu, uint8_t what)
{
	*gw_meta(p->m) = (struct gw_meta){
		.iface = p->iface,
		.tunnel = p->tunnel,
		.vrf = p->vrf,
		.mtu = mtu,
		.nh = nh,
		.origin = p->origin,
		.what = what,
		.l2_len = p->l2_len,
	};
	// Counted first: a replay that waits must not overtake the packet.
	__atomic_fetch_add(&punt_count, 1, __ATOMIC_RELEASE);
	GW_TSAN_RELEASE(gw_punt_ring[class]);
	if (rte_ring_mp_enqueue(gw_punt_ring[class], p->m) == 0)
		return true;
	__atomic_fetch_sub(&punt_count, 1, __ATOMIC_RELEASE);
	return false;
}

static struct gw_bucket *bucket_of(struct gw_worker *w, const struct gw_pkt *p, enum gw_class class)
{
	return class == GW_PUNT_LACP ? &w->lacp_bucket[gw_ifaces[p->iface].port]
				     : &w->bucket[class];
}

void gw_punt(struct gw_worker *w, struct gw_pkt *p, enum gw_class class, uint32_t nh, uint16_t mtu,
	enum gw_drop reason)
{
	if (unlikely(w->tracing))
		gw_trace_end(w, p, classes[class].name, nh);
	if (!gw_bucket_take(bucket_of(w, p, class), w->now))
		gw_drop_traced(w, p, classes[class].over);
	else if (!punt_enqueue(p, class, nh, mtu, reason))
		gw_drop_traced(w, p, GW_DROP_punt_full);
}

void gw_drop_error(struct gw_worker *w, struct gw_pkt *p, enum gw_drop reason, uint16_t mtu)
{
	// What we made ourselves, an ICMP error among it, is never answered with an error.
	bool answer = p->origin != GW_FROM_SELF;

	if (unlikely(w->tracing))
		gw_trace_end(w, p, gw_drop_name(reason), mtu);
	if (answer && !gw_bucket_take(&w->error_bucket[reason], w->now)) {
		w->stats->event[GW_EV_icmp_rate_limited]++;
		answer = false;
	}
	if (unlikely(w->capturing))
		gw_capture_packet_drop(w->id, p->iface, p->m, p->l2_len, reason);
	if (answer && punt_enqueue(p, GW_PUNT_ERROR, 0, mtu, reason))
		w->stats->drop[reason]++;
	else
		gw_drop_mbuf(w, p->m, reason);
}

bool gw_punts_under_way(void)
{
	return __atomic_load_n(&gw_punt_done, __ATOMIC_ACQUIRE) !=
		__atomic_load_n(&punt_count, __ATOMIC_ACQUIRE);
}

unsigned gw_rings_held(void)
{
	unsigned held = 0;

	// Packets in the error ring are counted as dropped already.
	for (int c = 0; c < GW_PUNT_ERROR; c++)
		held += gw_punt_ring[c] != NULL ? rte_ring_count(gw_punt_ring[c]) : 0;
	for (unsigned id = 1; id <= gw_worker_count; id++)
		held += rte_ring_count(gw_workers[id].inject) +
			rte_ring_count(gw_workers[id].handoff);
	return held;
}
