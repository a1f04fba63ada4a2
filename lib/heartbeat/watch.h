// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// A watchdog's judgement of the user plane of a heartbeat, and the protocol of what it does to it.
// Whether it has acted on a process is in the file, not in the watchdog: one that is started anew
// does nothing twice. Times are milliseconds of CLOCK_BOOTTIME. One thread.

#include <stdbool.h>
#include <stdint.h>

#include "heartbeat/heartbeat.h"

enum gw_watch_verdict {
	GW_WATCH_WELL, // or there is nothing to be done
	GW_WATCH_ENDED,
	GW_WATCH_STILL, // it does not move
	GW_WATCH_ALONE, // it ended in service, and nobody followed in time
};

struct gw_watch {
	struct gw_heartbeat *h;
	uint32_t timeout_ms;
	uint32_t
		look_ms; // how often it is looked at; a longer pause says nothing of the user plane
	struct gw_heartbeat_state state; // as read last
	bool follows;			 // some process, that of `state`
	uint64_t beats, looked_ms;
	uint64_t still_ms; // without a beat, as far as it was looked at
};

void gw_watch_init(
	struct gw_watch *w, struct gw_heartbeat *h, uint32_t timeout_ms, uint32_t look_ms);
// Reads the file. True: another process than before is watched over.
bool gw_watch_read(struct gw_watch *w, uint64_t now_ms);
// After that. `ended`: its process is gone, or so it seems; whoever beats since the last look
// lives.
enum gw_watch_verdict gw_watch_judge(struct gw_watch *w, uint64_t now_ms, bool ended);

// Act on a verdict: between begin, when it returns true, and end no successor takes over. `f` has
// the ports that an earlier fence took down and nobody heard of; to them are added those to be
// taken down now, then gw_watch_fence() writes it down, before anything is done.
bool gw_watch_begin(struct gw_watch *w, struct gw_heartbeat_fence *f);
void gw_watch_fence_add(struct gw_heartbeat_fence *f, const char *port);
void gw_watch_fence(struct gw_watch *w, const struct gw_heartbeat_fence *f);
void gw_watch_end(struct gw_watch *w, struct gw_heartbeat_fence *f);
