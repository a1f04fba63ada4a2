// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "host_route/asks.h"

#include <errno.h>

#include "base/reserve.h"

#define RING_OCTETS  (GW_ASKS_MAX * sizeof(struct gw_ask))
#define COST_US	     (1000 / GW_ASKS_PER_MS)
#define BURST_US     5000 // so much is made up for after a pause
#define PER_POLL_MAX 128

// After the round before: a server that lost its link takes up the other within this.
static const uint64_t pause_us[GW_ASKS_ROUNDS] = {0, 20000, 80000, 400000, 1500000};

int gw_asks_init(struct gw_asks *a)
{
	*a = (struct gw_asks){0};
	for (unsigned r = 0; r < GW_ASKS_ROUNDS; r++) {
		a->round[r] = gw_reserve(RING_OCTETS);
		if (a->round[r] == NULL) {
			gw_asks_fini(a);
			return -ENOMEM;
		}
	}
	return 0;
}

void gw_asks_fini(struct gw_asks *a)
{
	for (unsigned r = 0; r < GW_ASKS_ROUNDS; r++) {
		if (a->round[r] != NULL)
			gw_unreserve(a->round[r], RING_OCTETS);
	}
	*a = (struct gw_asks){0};
}

static void push(struct gw_asks *a, unsigned r, const struct gw_ask *ask)
{
	if (a->count[r] == GW_ASKS_MAX) {
		a->lost++;
		return;
	}
	a->round[r][(a->head[r] + a->count[r]++) % GW_ASKS_MAX] = *ask;
}

void gw_asks_add(struct gw_asks *a, uint64_t now_us, uint16_t iface, const struct gw_ip *ip)
{
	const struct gw_ask ask = {.ip = *ip, .iface = iface, .due_us = now_us};

	push(a, 0, &ask);
}

static bool pop(struct gw_asks *a, unsigned r, uint64_t now_us, struct gw_ask *ask)
{
	if (a->count[r] == 0 || a->round[r][a->head[r]].due_us > now_us)
		return false;
	*ask = a->round[r][a->head[r]];
	a->head[r] = (a->head[r] + 1) % GW_ASKS_MAX;
	a->count[r]--;
	return true;
}

uint32_t gw_asks_poll(
	struct gw_asks *a, uint64_t now_us, bool (*ask)(uint16_t iface, const struct gw_ip *ip))
{
	uint32_t looked = 0;
	struct gw_ask next;

	a->credit_us += now_us - a->polled_us;
	if (a->credit_us > BURST_US)
		a->credit_us = BURST_US;
	a->polled_us = now_us;
	// Those that were never asked come first.
	for (unsigned r = 0; r < GW_ASKS_ROUNDS; r++) {
		while (a->credit_us >= COST_US && looked < PER_POLL_MAX &&
			pop(a, r, now_us, &next)) {
			looked++;
			if (!ask(next.iface, &next.ip))
				continue;
			a->credit_us -= COST_US;
			a->sent++;
			if (r + 1 == GW_ASKS_ROUNDS)
				continue;
			next.due_us = now_us + pause_us[r + 1];
			push(a, r + 1, &next);
		}
	}
	return looked;
}
