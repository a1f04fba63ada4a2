// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "dp/replay.h"

#include <sched.h>

#include "dp/worker.h"

// All of them atomic.
static unsigned waiting; // workers
static uint64_t clock_us, clock_seen_us;

void gw_replay_wait(struct gw_worker *w)
{
	__atomic_fetch_add(&waiting, 1, __ATOMIC_RELEASE);
	while (!gw_stop && gw_punts_under_way()) {
		gw_rings_poll(w);
		sched_yield(); // the slow path may be on this CPU
	}
	__atomic_fetch_sub(&waiting, 1, __ATOMIC_RELEASE);
	gw_rings_poll(w);
}

void gw_replay_tick(void)
{
	__atomic_add_fetch(&clock_us, GW_REPLAY_STEP_US, __ATOMIC_ACQ_REL);
}

void gw_replay_step(struct gw_worker *w)
{
	uint64_t us = __atomic_add_fetch(&clock_us, GW_REPLAY_STEP_US, __ATOMIC_ACQ_REL);

	// Read in a loop, and that loop is over when it is read again.
	for (unsigned reads = 0; reads < 2 && !gw_stop; reads++) {
		__atomic_store_n(&clock_seen_us, 0, __ATOMIC_RELEASE);
		while (!gw_stop && __atomic_load_n(&clock_seen_us, __ATOMIC_ACQUIRE) < us) {
			gw_rings_poll(w);
			sched_yield();
		}
	}
}

uint64_t gw_replay_clock_us(void)
{
	uint64_t us = __atomic_load_n(&clock_us, __ATOMIC_ACQUIRE);

	__atomic_store_n(&clock_seen_us, us, __ATOMIC_RELEASE);
	return GW_REPLAY_START_US + us;
}

bool gw_replay_punts_due(void)
{
	return __atomic_load_n(&waiting, __ATOMIC_ACQUIRE) > 0;
}

bool gw_replay_done(void)
{
	for (unsigned id = 1; id <= gw_worker_count; id++) {
		const struct gw_worker *w = &gw_workers[id];

		if (__atomic_load_n(&w->idle_loops, __ATOMIC_ACQUIRE) < 64 ||
			rte_ring_count(w->inject) > 0 || rte_ring_count(w->handoff) > 0)
			return false;
	}
	return !gw_punts_under_way();
}
