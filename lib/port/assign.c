// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// Which worker polls which receive queue, and sends by which transmit queue.

#include <string.h>

#include "base/log.h"
#include "dp/worker.h"
#include "port/port.h"
#include "port/rss.h"

GW_LOG_MODULE("port");

// Transmit queue q belongs to worker q + 1. A port with too few belongs to one worker, which the
// others pass their packets to.
static void tx_assign(uint16_t port, unsigned owner)
{
	struct gw_port *p = &gw_ports[port];

	p->tx_worker = owner;
	for (unsigned id = 1; id <= gw_worker_count; id++) {
		struct gw_txbuf *b = &gw_workers[id].tx[port];

		b->queue = (uint16_t)(id - 1);
		if (p->tx_queues < gw_worker_count)
			b->queue = id == owner ? 0 : UINT16_MAX;
		b->via = gw_workers[owner].handoff;
	}
}

static void reta_write(uint16_t port)
{
	int ret = gw_rss_reta_write(port);

	if (ret < 0)
		LOG(NOTICE, "%s: the NIC keeps its table of queues (%s): workers hand over",
			gw_ports[port].name, strerror(-ret));
}

int gw_worker_ports_assign(struct gw_err *err)
{
	unsigned next = 0;

	for (uint16_t port = 0; port < GW_MAX_PORTS; port++) {
		struct gw_port *p = &gw_ports[port];
		unsigned first = 0;

		if (!p->used)
			continue;
		for (uint16_t q = 0; q < p->rx_queues; q++) {
			bool by_hash = p->rx_queues == gw_worker_count && p->xdp == NULL &&
				gw_worker_count > 1;
			unsigned id = 1 + (by_hash ? q : next++ % gw_worker_count);
			struct gw_worker *w = &gw_workers[id];

			if (w->rxq_n == RTE_DIM(w->rxq))
				return gw_err_set(err, ENOSPC,
					"worker %u: more than %zu receive queues", id,
					RTE_DIM(w->rxq));
			w->rxq[w->rxq_n++] = (struct gw_rxq){.port = port, .queue = q};
			first = first == 0 ? id : first;
		}
		tx_assign(port, first == 0 ? 1 : first);
		if (p->rx_queues > 1 && p->xdp == NULL)
			reta_write(port);
	}
	return 0;
}
