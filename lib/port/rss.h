// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// Receive queues by the client's address: a NIC that can hash one address alone gives each worker
// the packets of the clients that it owns, and nothing is handed over. Whatever a NIC makes of it,
// workers hand over what is not theirs. Slow path.

#include <stdint.h>

#include <rte_ethdev.h>

#include "iface/iface.h"

// Asks for a queue per worker in `conf`, hashed by the destination, on access ports by the source.
// Returns the number of queues: 1, and nothing asked for, where the NIC cannot.
uint16_t gw_rss_ask(const struct rte_eth_dev_info *info, enum gw_role role, unsigned workers,
	struct rte_eth_conf *conf);
// A started port's table of hash values and queues, to say the same as the owners'. -ENOTSUP, or
// the driver's error: it stays as the NIC made it.
int gw_rss_reta_write(uint16_t port);
