// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// Servers that are to be asked for: where a port came up, and where a route to them elsewhere went.
// Each is asked in a few rounds, further and further apart, because it may be on its way; all of
// them at a bounded rate. Times are microseconds of one clock. One thread.

#include <stdbool.h>
#include <stdint.h>

#include "base/addr.h"

#define GW_ASKS_MAX    65536u // of a round that wait
#define GW_ASKS_ROUNDS 5
#define GW_ASKS_PER_MS 32u

struct gw_ask {
	struct gw_ip ip;
	uint16_t iface;
	uint64_t due_us;
};

struct gw_asks {
	struct gw_ask *round[GW_ASKS_ROUNDS]; // rings of GW_ASKS_MAX
	uint32_t head[GW_ASKS_ROUNDS], count[GW_ASKS_ROUNDS];
	uint64_t polled_us, credit_us;
	uint64_t sent, lost; // those for which there was no room
};

int gw_asks_init(struct gw_asks *a); // -ENOMEM
void gw_asks_fini(struct gw_asks *a);
void gw_asks_add(struct gw_asks *a, uint64_t now_us, uint16_t iface, const struct gw_ip *ip);
// `ask` says whether it is still wanted, and then asks. Returns how many were looked at.
uint32_t gw_asks_poll(
	struct gw_asks *a, uint64_t now_us, bool (*ask)(uint16_t iface, const struct gw_ip *ip));
