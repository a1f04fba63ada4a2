// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "dp/worker.h"

#include <errno.h>
#include <string.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

#include <rte_errno.h>

#include "base/sched.h"
#include "dp/rcu.h"
#include "dp/replay.h"
#include "ip4/ip4.h"
#include "port/port.h"
#include "trace/trace.h"

#define SHARED_SLEEP_US 16  // first sleep of a worker that shares its CPU
#define SPIN_LOOPS	256 // empty loops before the idle back-off begins
#define RING_SIZE	2048

struct gw_worker gw_workers[GW_MAX_LCORES];
unsigned gw_worker_count;
struct gw_worker_conf gw_worker_conf;
atomic_bool gw_stop;
atomic_bool gw_running;

static struct rte_ring *ring_make(const char *what, unsigned id, unsigned flags)
{
	char name[RTE_RING_NAMESIZE];

	snprintf(name, sizeof(name), "gw_%s_%u", what, id);
	return rte_ring_create(name, RING_SIZE, SOCKET_ID_ANY, flags | RING_F_SC_DEQ);
}

int gw_worker_init(unsigned workers, const struct gw_worker_conf *conf, struct gw_err *err)
{
	gw_worker_conf = *conf;
	gw_worker_count = workers;
	gw_owner_init(workers);
	for (unsigned id = 1; id <= workers; id++) {
		struct gw_worker *w = &gw_workers[id];

		memset(w, 0, sizeof(*w));
		w->id = id;
		w->stats = &gw_lcore_stats[id];
		w->port_stats = gw_port_stats[id];
		w->iface_stats = gw_iface_stats[id];
		w->tunnel_stats = gw_tunnel_stats[id];
		w->inject = ring_make("inject", id, RING_F_SP_ENQ);
		w->handoff = ring_make("handoff", id, 0);
		if (w->inject == NULL || w->handoff == NULL)
			return gw_err_set(
				err, rte_errno, "no memory for the rings of worker %u", id);
	}
	return gw_punt_init(err);
}

void gw_worker_fini(void)
{
	struct rte_mbuf *m;

	for (unsigned id = 1; id <= gw_worker_count; id++) {
		struct gw_worker *w = &gw_workers[id];

		while (w->inject != NULL && rte_ring_dequeue(w->inject, (void **)&m) == 0)
			rte_pktmbuf_free(m);
		while (w->handoff != NULL && rte_ring_dequeue(w->handoff, (void **)&m) == 0)
			rte_pktmbuf_free(m);
		rte_ring_free(w->inject);
		rte_ring_free(w->handoff);
	}
	gw_punt_fini();
	gw_worker_count = 0;
}

void gw_drop_flush(struct gw_worker *w)
{
	GW_TSAN_RELEASE(gw_pool);
	rte_pktmbuf_free_bulk(w->drops, w->drop_n);
	w->drop_n = 0;
}

static uint64_t octets_of(struct rte_mbuf **m, uint16_t n)
{
	uint64_t octets = 0;

	for (uint16_t i = 0; i < n; i++)
		octets += m[i]->pkt_len;
	return octets;
}

// A port that takes no chains gets copies of them.
static void chains_flatten(struct gw_worker *w, uint16_t port, struct gw_txbuf *b)
{
	uint16_t kept = 0;

	for (uint16_t i = 0; i < b->n; i++) {
		struct rte_mbuf *m = b->m[i], *flat = m;

		if (m->nb_segs > 1) {
			flat = gw_mbuf_linear_copy(m);
			if (flat == NULL) {
				b->octets -= m->pkt_len;
				gw_drop_frame(w, port, m, GW_DROP_no_mbuf);
				continue;
			}
			rte_pktmbuf_free(m);
		}
		b->m[kept++] = flat;
	}
	b->n = kept;
}

static void tx_via(struct gw_worker *w, uint16_t port, struct gw_txbuf *b)
{
	unsigned n;

	for (uint16_t i = 0; i < b->n; i++) {
		struct gw_meta *meta = gw_meta(b->m[i]);

		meta->what = GW_STAGE_TX;
		meta->nh = port;
	}
	GW_TSAN_RELEASE(b->via);
	n = rte_ring_mp_enqueue_burst(b->via, (void **)b->m, b->n, NULL);
	for (; n < b->n; n++)
		gw_drop_frame(w, port, b->m[n], GW_DROP_handoff_full);
	b->n = 0;
	b->octets = 0;
}

void gw_tx_flush(struct gw_worker *w, uint16_t port)
{
	struct gw_txbuf *b = &w->tx[port];
	const struct gw_port *p = &gw_ports[port];
	struct gw_io_stats *s = &w->port_stats[port];
	uint64_t octets;
	uint16_t n = 0;

	if (b->queue == UINT16_MAX) {
		tx_via(w, port, b);
		return;
	}
	if (unlikely(!p->up || p->link_down)) {
		for (uint16_t i = 0; i < b->n; i++)
			gw_drop_frame(w, port, b->m[i], GW_DROP_port_down);
		b->n = 0;
		b->octets = 0;
		return;
	}
	if (unlikely(!p->multi_seg))
		chains_flatten(w, port, b);
	if (unlikely(w->capturing))
		gw_capture_frames(w->id, GW_CAPTURE_SENT, port, b->m, b->n);
	octets = b->octets;
	b->octets = 0;
	GW_TSAN_RELEASE(p);
	// A queue that is full for a moment gets another chance or two, then packets are dropped:
	// a worker that waits for one port starves the others.
	for (int tries = 0; n < b->n && tries < 3; tries++)
		n += rte_eth_tx_burst(port, b->queue, b->m + n, b->n - n);
	s->tx_packets += n;
	w->stats->sent += n;
	if (unlikely(n < b->n)) {
		octets -= octets_of(b->m + n, b->n - n);
		for (; n < b->n; n++)
			gw_drop_frame(w, port, b->m[n], GW_DROP_tx_full);
	}
	s->tx_octets += octets;
	b->n = 0;
}

static void flush_all(struct gw_worker *w)
{
	for (uint32_t i = 0; i < w->tx_ports_n; i++) {
		uint16_t port = w->tx_ports[i];

		if (w->tx[port].n > 0)
			gw_tx_flush(w, port);
		w->tx[port].listed = 0;
	}
	w->tx_ports_n = 0;
	if (w->drop_n > 0)
		gw_drop_flush(w);
}

// A port that is set down takes nothing in either.
static void port_down_input(struct gw_worker *w, uint16_t port, struct rte_mbuf **m, uint16_t n)
{
	w->stats->received += n;
	for (uint16_t i = 0; i < n; i++)
		gw_drop_frame(w, port, m[i], GW_DROP_port_down);
}

static unsigned ports_poll(struct gw_worker *w)
{
	struct rte_mbuf *m[GW_BURST];
	unsigned done = 0;

	for (uint32_t i = 0; i < w->rxq_n; i++) {
		uint16_t n = rte_eth_rx_burst(w->rxq[i].port, w->rxq[i].queue, m, GW_BURST);

		if (n == 0)
			continue;
		GW_TSAN_ACQUIRE(&gw_ports[w->rxq[i].port]);
		if (unlikely(w->capturing))
			gw_capture_frames(w->id, GW_CAPTURE_RECEIVED, w->rxq[i].port, m, n);
		if (likely(gw_ports[w->rxq[i].port].up))
			gw_input(w, w->rxq[i].port, m, n);
		else
			port_down_input(w, w->rxq[i].port, m, n);
		// Sent before the next queue is polled: the packets are in the cache now.
		flush_all(w);
		done += n;
		if (unlikely(gw_worker_conf.replay)) {
			gw_replay_wait(w);
			gw_replay_step(w);
		}
	}
	return done;
}

int gw_worker_main(void *arg)
{
	struct gw_worker *w = arg;
	const unsigned rcu = w->id - 1;
	const uint32_t sleep_max = gw_worker_conf.idle_sleep_us;
	const bool shared = gw_worker_conf.shared_cpu;
	const uint32_t spin = shared ? 0 : SPIN_LOOPS;
	uint64_t last = rte_rdtsc();
	uint32_t quiet = 0;

	prctl(PR_SET_TIMERSLACK, 1000ul);
	if (gw_worker_conf.shared_cpu)
		gw_sched_short_turns();
	rte_rcu_qsbr_thread_register(gw_rcu, rcu);
	rte_rcu_qsbr_thread_online(gw_rcu, rcu);
	while (!gw_running && !gw_stop) {
		rte_rcu_qsbr_quiescent(gw_rcu, rcu);
		usleep(50);
	}
	while (!gw_stop) {
		uint64_t now;
		unsigned done;

		w->tracing = gw_trace_on;
		w->capturing = gw_capture_on;
		w->now = last;
		done = gw_rings_poll(w);
		if (unlikely(gw_worker_conf.replay))
			gw_replay_wait(w);
		done += ports_poll(w);
		flush_all(w);
		rte_rcu_qsbr_quiescent(gw_rcu, rcu);
		w->stats->loops++;
		now = rte_rdtsc();
		if (likely(done > 0)) {
			w->stats->cycles_busy += now - last;
			w->stats->handled += done;
			last = now;
			quiet = 0;
			w->idle_loops = 0;
			continue;
		}
		w->stats->loops_empty++;
		w->stats->cycles_idle += now - last;
		last = now;
		__atomic_store_n(&w->idle_loops, w->idle_loops + 1, __ATOMIC_RELEASE);
		if (++quiet > spin && sleep_max > 0) {
			uint32_t us =
				RTE_MIN(shared ? quiet * SHARED_SLEEP_US : (quiet - spin) / 16 + 1,
					sleep_max);
			struct timespec ts = {.tv_nsec = us * 1000};

			rte_rcu_qsbr_thread_offline(gw_rcu, rcu);
			nanosleep(&ts, NULL);
			rte_rcu_qsbr_thread_online(gw_rcu, rcu);
			last = rte_rdtsc();
			w->stats->cycles_sleep += last - now;
		}
	}
	flush_all(w);
	rte_rcu_qsbr_thread_offline(gw_rcu, rcu);
	rte_rcu_qsbr_thread_unregister(gw_rcu, rcu);
	GW_TSAN_RELEASE(w);
	return 0;
}
