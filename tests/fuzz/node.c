// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "node.h"

#include <stdlib.h>
#include <string.h>

#include <rte_cycles.h>
#include <rte_eal.h>
#include <rte_mempool.h>

#include "dp/mbuf.h"
#include "dp/stats.h"
#include "dp/worker.h"
#include "ip4/ip4.h"
#include "neigh/neigh.h"
#include "port/port.h"
#include "slow/slow.h"
#include "slow/tables.h"

static unsigned buffers;

void must(int ret)
{
	if (ret < 0)
		abort();
}

static unsigned buffers_free(void)
{
	return rte_mempool_avail_count(gw_pool) + rte_mempool_avail_count(gw_own_pool);
}

void node_init(void)
{
	char *eal[] = {"fuzz", "--no-huge", "--no-pci", "--no-shconf", "--no-telemetry", "-m128",
		"--log-level=lib.eal:error", "--lcores=0@0"};
	const struct gw_worker_conf conf = {0};
	const struct gw_mbuf_conf mbuf = {.count = 2048};

	must(rte_eal_init(sizeof(eal) / sizeof(eal[0]), eal));
	must(gw_tables_init(1));
	must(gw_mbuf_init(&mbuf, NULL));
	must(gw_worker_init(1, &conf, NULL));
}

void node_start(void)
{
	must(gw_ports_start(NULL));
	must(gw_worker_ports_assign(NULL));
	gw_slow_once();
	buffers = buffers_free();
}

static struct rte_mbuf *frame_build(const uint8_t *frame, size_t len, bool chain)
{
	struct rte_mbuf *m = rte_pktmbuf_alloc(gw_pool), *second;
	size_t first = chain && len >= 2 ? len / 2 : len;

	if (m == NULL)
		abort();
	memcpy(rte_pktmbuf_append(m, (uint16_t)first), frame, first);
	if (first == len)
		return m;
	second = rte_pktmbuf_alloc(gw_pool);
	if (second == NULL)
		abort();
	memcpy(rte_pktmbuf_append(second, (uint16_t)(len - first)), frame + first, len - first);
	rte_pktmbuf_chain(m, second);
	return m;
}

static void expect_balance(void)
{
	struct gw_lcore_stats sum;
	uint64_t held = gw_neigh_held() + gw_rings_held();

	gw_lcore_stats_sum(&sum);
	if (sum.received + sum.originated + sum.copied !=
		sum.sent + gw_drop_sum(&sum) + sum.consumed + held)
		abort();
	if (buffers_free() + held * 2 < buffers) // one that is held may be a chain
		abort();
}

void node_input(const char *port, const uint8_t *frame, size_t len, bool chain)
{
	struct gw_worker *w = &gw_workers[1];
	struct rte_mbuf *m = frame_build(frame, len, chain);
	uint16_t id;

	if (!gw_port_find(port, &id))
		abort();
	w->now = rte_rdtsc();
	gw_input(w, id, &m, 1);
	for (int i = 0; i < 3; i++) {
		gw_slow_once();
		gw_rings_poll(w);
	}
	for (uint16_t p = 0; p < GW_MAX_PORTS; p++) {
		if (w->tx[p].n > 0)
			gw_tx_flush(w, p);
		w->tx[p].listed = 0;
	}
	w->tx_ports_n = 0;
	gw_drop_flush(w);
	expect_balance();
}
