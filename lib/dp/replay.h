// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// A replay gives the same output every time, on a busy machine as well: workers and the slow path
// go in turns, and the slow path's clock counts bursts.

#include <stdbool.h>
#include <stdint.h>

#define GW_REPLAY_START_US 1000000 // of the clock
#define GW_REPLAY_STEP_US  1000	   // that a burst takes

struct gw_worker;

// Worker: until the slow path has answered every punt.
void gw_replay_wait(struct gw_worker *w);
// Worker: a burst is through; the clock goes on, and what is due then is done.
void gw_replay_step(struct gw_worker *w);

// Slow path. A loop begins: the time of it.
uint64_t gw_replay_clock_us(void);
// The clock goes on without a burst: a command waits before the first packet.
void gw_replay_tick(void);
// Whether punts may be taken now: not before a burst is through, so that answers leave in the order
// of their classes, whichever lcore was faster.
bool gw_replay_punts_due(void);
// Every worker has found nothing for a while and nothing is under way to or from the slow path.
bool gw_replay_done(void);
