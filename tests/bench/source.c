// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// A packet source and sink inside the forwarding process, to be loaded with LD_PRELOAD into any
// DPDK program whose ports are net_null devices: it takes the place of their receive and transmit
// functions when the program starts the port. Programs are compared on the same packets and pay
// the same, small price for them: the mbuf fields that a NIC's vector driver writes, and the first
// 64 octets of the packet (128 for DECAP), made from a template with one random host each. Buffers
// come from and return to the queue's own pool.
//
//   GW_SOURCE_PORTS    roles by port number, "0:down,1:sink"; down, up, decap, sink
//   GW_SOURCE_HOSTS    number of hosts (default 1024); GW_SOURCE_SET: dense (default) or sparse,
//                      or turns: dense, and not at random but each in its turn
//   GW_SOURCE_SIZE     octets on the wire with FCS (default 64), or imix: 64/570/1518 as 7:4:1.
//                      In tunnels this is the size of the packet inside, as a frame
//   GW_SOURCE_STRESS   options, fragments or unknown (destinations without route)
//   GW_SOURCE_NIC      1: mark checksums as verified and set the packet type, as a NIC may
//   GW_SOURCE_LIMIT    packets per queue, then none; GW_SOURCE_RATE: packets per second and queue,
//                      evenly spaced, through a receive queue of 1024; 0 for none at all
//   GW_SOURCE_LATENCY  1: from the packet's due time at the receive queue to its transmission
//   GW_SOURCE_TIMES    1: keep the times of the first and the last IPv4 packet per transmit queue
//   GW_SOURCE_WARMUP   seconds (default 0.5) after the first 1000 packets were sent, or received
//                      with GW_SOURCE_TRIGGER=rx; then GW_SOURCE_SECONDS (default 0: no window) are
//                      measured, the report is written to GW_SOURCE_OUT (default stderr) and the
//                      process gets GW_SOURCE_SIGNAL (default 15, 0 for none). Without the
//                      trigger the report says so after GW_SOURCE_TIMEOUT seconds (default 60).
//                      Without a window the report covers the whole run
//   GW_SOURCE_SHM      file to be mapped for struct gw_src_shared: counters while it runs
//   GW_SOURCE_MAC      destination MAC of down and decap; GW_SOURCE_GATEWAY: of up
//   GW_SOURCE_LOCAL, GW_SOURCE_REMOTE, GW_SOURCE_VNI, GW_SOURCE_TUNNELS
//                      decap: outer destination, first outer source, VNI, number of sources
//
// The program must use DPDK's shared libraries and call rte_eth_rx_queue_setup(),
// rte_eth_dev_start(), rte_eth_rx_burst() and rte_eth_tx_burst(), each queue from one lcore at a
// time; rte_eth_stats_get() of such a port counts nothing.

#include "source.h"
#include "draw.h"

#include <dlfcn.h>
#include <rte_cycles.h>
#include <rte_eal.h>
#include <rte_ethdev.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define RING 1024 // packets that wait in a rated queue, as in a NIC's

static struct gw_src_queue queues[GW_SRC_PORTS][GW_SRC_QUEUES];
static void *rx_data[GW_SRC_PORTS][RTE_MAX_QUEUES_PER_PORT];
static void *tx_data[GW_SRC_PORTS][RTE_MAX_QUEUES_PER_PORT];
static bool active;

static __rte_always_inline uint16_t produce(
	struct gw_src_queue *q, struct rte_mbuf **pkts, uint16_t n, enum gw_src_role role)
{
	if (unlikely(n == 0))
		return 0;
	if (unlikely(rte_mempool_get_bulk(q->pool, (void **)pkts, n) != 0)) {
		q->count->no_mbuf++;
		return 0;
	}
	for (uint16_t i = 0; i < n; i++) {
		struct rte_mbuf *m = pkts[i];
		const struct gw_src_template *t;

		if (unlikely(q->pos == GW_SRC_CHUNK)) {
			if (gw_src_conf.turns) {
				gw_src_turns(q);
				gw_src_draw(q, role, false, true);
			} else if (gw_src_conf.sparse) {
				gw_src_draw(q, role, true, false);
			} else {
				gw_src_draw(q, role, false, false);
			}
			q->count->tid = rte_gettid();
		}
		t = q->slot[q->pos];
		// As vector drivers do: the rest of the mbuf is as it was freed.
		memcpy(&m->rearm_data, &q->rearm, sizeof(q->rearm));
		m->ol_flags = q->ol_flags;
		memcpy(&m->rx_descriptor_fields1, &t->packet_type, 16);
		gw_src_head_put(
			(uint8_t *)m->buf_addr + RTE_PKTMBUF_HEADROOM, t, &q->var[q->pos], role);
		q->pos++;
	}
	q->count->packets += n;
	q->count->bursts++;
	return n;
}

// How many packets are due, at most n, and when each was.
static uint16_t due(struct gw_src_queue *q, uint16_t n, uint64_t *when)
{
	uint64_t now = rte_rdtsc() << 8;
	uint16_t k = 0;

	n = RTE_MIN((uint64_t)n, q->left);
	if (!gw_src_conf.rated) {
		for (; k < n; k++)
			when[k] = now >> 8;
		q->left -= n;
		return n;
	}
	if (q->interval == 0)
		return 0;
	if (q->arrival == 0)
		q->arrival = now;
	if (unlikely(now > q->arrival + RING * q->interval)) {
		uint64_t lost = (now - q->arrival) / q->interval - RING;

		q->count->missed += lost;
		q->arrival += lost * q->interval;
	}
	for (; k < n && q->arrival <= now; k++, q->arrival += q->interval)
		when[k] = q->arrival >> 8;
	q->left -= k;
	return k;
}

// The last 12 octets of the packet.
static void stamp(struct rte_mbuf **pkts, uint16_t n, const uint64_t *when)
{
	for (uint16_t i = 0; i < n; i++) {
		uint8_t *end = rte_pktmbuf_mtod_offset(pkts[i], uint8_t *, pkts[i]->data_len);

		memcpy(end - 12, &(uint32_t){GW_SRC_MAGIC}, 4);
		memcpy(end - 8, &when[i], 8);
	}
}

static __rte_always_inline uint16_t produce_slowly(
	struct gw_src_queue *q, struct rte_mbuf **pkts, uint16_t n, enum gw_src_role role)
{
	uint64_t when[RING];

	n = due(q, RTE_MIN(n, (uint16_t)RING), when);
	n = produce(q, pkts, n, role);
	if (gw_src_conf.latency)
		stamp(pkts, n, when);
	return n;
}

#define RX(name, role)                                                                  \
	static uint16_t rx_##name(void *q, struct rte_mbuf **pkts, uint16_t n)          \
	{                                                                               \
		return produce(q, pkts, n, role);                                       \
	}                                                                               \
	static uint16_t rx_##name##_slowly(void *q, struct rte_mbuf **pkts, uint16_t n) \
	{                                                                               \
		return produce_slowly(q, pkts, n, role);                                \
	}

RX(down, GW_SRC_DOWN)
RX(up, GW_SRC_UP)
RX(decap, GW_SRC_DECAP)

static uint16_t rx_none(void *q, struct rte_mbuf **pkts, uint16_t n)
{
	return 0;
}

static const eth_rx_burst_t rx_fast[] = {[GW_SRC_DOWN] = rx_down,
	[GW_SRC_UP] = rx_up,
	[GW_SRC_DECAP] = rx_decap,
	[GW_SRC_SINK] = rx_none};
static const eth_rx_burst_t rx_slow[] = {[GW_SRC_DOWN] = rx_down_slowly,
	[GW_SRC_UP] = rx_up_slowly,
	[GW_SRC_DECAP] = rx_decap_slowly,
	[GW_SRC_SINK] = rx_none};

// Buffers that are ours alone and of one pool go back together, as drivers with fast free do.
static __rte_always_inline void swallow(struct gw_src_count *c, struct rte_mbuf **pkts, uint16_t n)
{
	const uint64_t want = 1ull << 16 | 1ull << 32, mask = 0xffffffffull << 16;
	struct rte_mempool *pool = pkts[0]->pool;
	uint64_t odd = 0;

	for (uint16_t i = 0; i < n; i++) {
		const struct rte_mbuf *m = pkts[i];
		uint64_t rearm;

		memcpy(&rearm, &m->rearm_data, sizeof(rearm));
		odd |= (rearm ^ want) & mask;
		odd |= m->ol_flags & (RTE_MBUF_F_EXTERNAL | RTE_MBUF_F_INDIRECT);
		odd |= m->pool != pool;
	}
	if (likely(odd == 0)) {
		rte_mempool_put_bulk(pool, (void **)pkts, n);
	} else {
		rte_pktmbuf_free_bulk(pkts, n);
		c->missed += n;
	}
	c->packets += n;
	c->bursts++;
}

static uint16_t tx_fast(void *q, struct rte_mbuf **pkts, uint16_t n)
{
	if (likely(n > 0))
		swallow(q, pkts, n);
	return n;
}

static bool any_ipv4(struct rte_mbuf **pkts, uint16_t n)
{
	for (uint16_t i = 0; i < n; i++) {
		const struct rte_ether_hdr *eth =
			rte_pktmbuf_mtod(pkts[i], const struct rte_ether_hdr *);

		if (eth->ether_type == RTE_BE16(RTE_ETHER_TYPE_IPV4))
			return true;
	}
	return false;
}

static uint16_t tx_slow(void *q, struct rte_mbuf **pkts, uint16_t n)
{
	struct gw_src_count *c = q;

	if (unlikely(n == 0))
		return 0;
	if (gw_src_conf.latency)
		gw_src_latency_add(pkts, n);
	if (gw_src_conf.times && any_ipv4(pkts, n)) {
		struct timespec ts;

		clock_gettime(CLOCK_MONOTONIC, &ts);
		c->last_ns = ts.tv_sec * 1000000000ull + ts.tv_nsec;
		if (c->first_ns == 0)
			c->first_ns = c->last_ns;
	}
	swallow(c, pkts, n);
	return n;
}

#define NEXT(f) ((typeof(&(f)))dlsym(RTLD_NEXT, #f))

int rte_eth_rx_queue_setup(uint16_t port, uint16_t queue, uint16_t n_desc, unsigned int socket,
	const struct rte_eth_rxconf *conf, struct rte_mempool *pool)
{
	if (active && port < GW_SRC_PORTS && queue < GW_SRC_QUEUES)
		queues[port][queue].pool = pool;
	return NEXT(rte_eth_rx_queue_setup)(port, queue, n_desc, socket, conf, pool);
}

int rte_eth_dev_get_supported_ptypes(uint16_t port, uint32_t mask, uint32_t *types, int num)
{
	static const uint32_t ours[] = {
		RTE_PTYPE_L2_ETHER, RTE_PTYPE_L3_IPV4, RTE_PTYPE_L3_IPV6, RTE_PTYPE_L4_UDP};
	int n = 0;

	if (!active || !gw_src_conf.nic_flags || port >= GW_SRC_PORTS ||
		gw_src_conf.role[port] == GW_SRC_NONE)
		return NEXT(rte_eth_dev_get_supported_ptypes)(port, mask, types, num);
	for (size_t i = 0; i < RTE_DIM(ours); i++)
		if (ours[i] & mask) {
			if (n < num)
				types[n] = ours[i];
			n++;
		}
	return n;
}

int rte_eth_dev_start(uint16_t port)
{
	int ret = NEXT(rte_eth_dev_start)(port);
	struct rte_eth_fp_ops *ops = &rte_eth_fp_ops[port];
	const struct gw_src_conf *c = &gw_src_conf;
	bool slow = c->latency || c->rated || c->limit != UINT64_MAX;

	if (ret != 0 || !active || port >= GW_SRC_PORTS || c->role[port] == GW_SRC_NONE)
		return ret;
	for (uint16_t i = 0; i < GW_SRC_QUEUES; i++) {
		struct gw_src_queue *q = &queues[port][i];

		rx_data[port][i] = q;
		tx_data[port][i] = &gw_src_shared->tx[port][i];
		if (q->pool != NULL)
			gw_src_queue_init(q, port, i);
	}
	if (queues[port][0].pool == NULL && c->role[port] != GW_SRC_SINK) {
		fprintf(stderr, "GW_SOURCE_PORTS: port %u has no mbuf pool of its own\n", port);
		rte_eth_dev_stop(port);
		return -EINVAL;
	}
	ops->rxq.data = rx_data[port];
	ops->txq.data = tx_data[port];
	ops->tx_pkt_burst = c->latency || c->times ? tx_slow : tx_fast;
	ops->rx_pkt_burst = (slow ? rx_slow : rx_fast)[c->role[port]];
	gw_src_report_start();
	return 0;
}

__attribute__((constructor)) static void source_init(void)
{
	active = gw_src_conf_read();
}
