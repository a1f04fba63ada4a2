// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// Packet buffers that net_af_xdp can register with the kernel. The driver takes a pool for one
// piece of memory with object after object; in a pool of rte_pktmbuf_pool_create() that is not so
// (objects do not cross pages: with 4 KiB pages half the memory is gaps), and buffers beyond the
// end that the driver computes lose every packet without a word. Control thread.

#include <rte_mempool.h>

#include "base/err.h"

// Buffers that one AF_XDP receive queue and its transmit queue hold at most.
#define GW_XDP_POOL_PER_QUEUE (4 * 2048)

// As rte_pktmbuf_pool_create() without private area; any port and several AF_XDP ports may share
// it, then packets go from one to the other without a copy. -ENOMEM, -EINVAL.
int gw_xdp_pool_create(const char *name, unsigned n, unsigned cache, uint16_t data_room, int socket,
	struct rte_mempool **out, struct gw_err *err);
// 0 when net_af_xdp can use all buffers of the pool, else -EINVAL.
int gw_xdp_pool_check(struct rte_mempool *mp, struct gw_err *err);
