// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "heartbeat/watch.h"

#include <stdio.h>
#include <string.h>

void gw_watch_init(
	struct gw_watch *w, struct gw_heartbeat *h, uint32_t timeout_ms, uint32_t look_ms)
{
	*w = (struct gw_watch){.h = h, .timeout_ms = timeout_ms, .look_ms = look_ms};
}

bool gw_watch_read(struct gw_watch *w, uint64_t now_ms)
{
	uint32_t before = w->state.generation;

	gw_heartbeat_state(w->h, &w->state);
	if (w->state.phase == GW_HEARTBEAT_NONE || (w->follows && w->state.generation == before))
		return false;
	w->follows = true;
	w->beats = gw_heartbeat_beats(w->h);
	w->looked_ms = now_ms;
	w->still_ms = 0;
	return true;
}

// A watchdog that had no CPU, or a machine that was suspended, has seen nothing meanwhile.
static void still_count(struct gw_watch *w, uint64_t now_ms)
{
	uint64_t beats = gw_heartbeat_beats(w->h), pause = now_ms - w->looked_ms;

	w->looked_ms = now_ms;
	if (beats != w->beats)
		w->still_ms = 0;
	else
		w->still_ms += pause < 2 * w->look_ms ? pause : 2 * w->look_ms;
	w->beats = beats;
}

// By this watchdog or the one before it: the process has not moved since.
static bool acted(const struct gw_watch *w)
{
	static struct gw_heartbeat_fence f; // too large for a stack

	gw_heartbeat_fence(w->h, &f);
	return f.done && f.generation == w->state.generation && f.beats == w->beats;
}

static enum gw_watch_verdict verdict_of(const struct gw_watch *w, uint64_t now_ms, bool ended)
{
	switch (w->state.phase) {
	case GW_HEARTBEAT_RUNS:
		if (ended && w->still_ms > 0)
			return GW_WATCH_ENDED;
		return w->still_ms >= w->timeout_ms ? GW_WATCH_STILL : GW_WATCH_WELL;
	case GW_HEARTBEAT_IN_SERVICE:
		return now_ms >= w->state.until_ms ? GW_WATCH_ALONE : GW_WATCH_WELL;
	default:
		return GW_WATCH_WELL;
	}
}

enum gw_watch_verdict gw_watch_judge(struct gw_watch *w, uint64_t now_ms, bool ended)
{
	enum gw_watch_verdict v;

	still_count(w, now_ms);
	v = verdict_of(w, now_ms, ended);
	return v != GW_WATCH_WELL && acted(w) ? GW_WATCH_WELL : v;
}

// What was judged is still so: else it is judged anew.
static bool unchanged(struct gw_watch *w)
{
	uint32_t generation = w->state.generation, phase = w->state.phase;

	gw_heartbeat_state(w->h, &w->state);
	if (w->state.generation == generation)
		return w->state.phase == phase && gw_heartbeat_beats(w->h) == w->beats;
	w->follows = false; // read as another one
	return false;
}

bool gw_watch_begin(struct gw_watch *w, struct gw_heartbeat_fence *f)
{
	if (gw_heartbeat_lock(w->h, 0) < 0)
		return false; // by a successor
	if (!unchanged(w)) {
		gw_heartbeat_unlock(w->h);
		return false;
	}
	gw_heartbeat_fence(w->h, f);
	if (f->number == w->state.fence_seen)
		f->port_count = 0;
	f->number++;
	f->generation = w->state.generation;
	f->beats = w->beats;
	f->done = 0;
	return true;
}

void gw_watch_fence_add(struct gw_heartbeat_fence *f, const char *port)
{
	if (f->port_count < GW_HEARTBEAT_PORTS && !gw_heartbeat_fence_has(f, port))
		snprintf(f->port[f->port_count++], sizeof(f->port[0]), "%s", port);
}

void gw_watch_fence(struct gw_watch *w, const struct gw_heartbeat_fence *f)
{
	gw_heartbeat_fence_set(w->h, f);
}

void gw_watch_end(struct gw_watch *w, struct gw_heartbeat_fence *f)
{
	f->done = 1;
	gw_heartbeat_fence_set(w->h, f);
	gw_heartbeat_unlock(w->h);
}
