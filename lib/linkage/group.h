// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// One linkage group: uplinks that bind downlinks (mlag.md, part 2). Too few uplinks: the downlinks
// go down at once. They come up again when enough uplinks have a carrier, and the routing adjacency
// where the configuration asks for it, and have kept both for a delay, which grows while the group
// bounces. Times are microseconds of one clock; nothing is called back: the caller looks at
// gw_linkage_up() after each call. One thread.

#include <stdbool.h>
#include <stdint.h>

#define GW_LINKAGE_UPLINKS 32
#define GW_LINKAGE_EVENTS  32
#define GW_LINKAGE_REASON  96

struct gw_linkage_conf {
	uint32_t threshold;	    // uplinks that must be there, 1 at least
	bool adjacency;		    // comes up only with the routing adjacency
	uint64_t adjacency_loss_us; // an uplink without it for so long is down, 0: never
	uint64_t delay_up_us;	    // for which all must be well before the downlinks come up
	uint32_t damp_flaps;	    // so many in a window are free
	uint64_t damp_window_us;    // up for so long: what was before is forgotten
	uint64_t damp_max_us;	    // most that the delay grows to
};

enum gw_linkage_state {
	GW_LINKAGE_UP,
	GW_LINKAGE_DOWN,      // too few uplinks
	GW_LINKAGE_ADJACENCY, // enough of them, not all with the adjacency
	GW_LINKAGE_DELAY,     // all is well, for the delay
};

struct gw_linkage_uplink {
	const char *name; // the caller's, of whom it stays
	bool admin;	  // administratively up
	bool carrier;
	bool adjacency;
	uint64_t adjacency_lost_us; // kept by the group
};

struct gw_linkage_event {
	uint64_t at_us;
	enum gw_linkage_state state; // after it
	char why[GW_LINKAGE_REASON];
};

struct gw_linkage_group {
	struct gw_linkage_conf conf;
	struct gw_linkage_uplink uplinks[GW_LINKAGE_UPLINKS];
	uint32_t uplink_count;
	enum gw_linkage_state state;
	char why[GW_LINKAGE_REASON]; // of the present state
	uint64_t since_us;	     // in it
	uint64_t due_us;	     // UINT64_MAX: nothing is waited for
	uint64_t hold_us;	     // the delay of this time, grown
	uint32_t flaps;		     // downs, each after less than the window of being up
	struct gw_linkage_event events[GW_LINKAGE_EVENTS];
	uint32_t event_count; // ever
};

// `up`: it was up when this process took over, and stays so while its uplinks are well.
void gw_linkage_init(struct gw_linkage_group *g, uint64_t now_us,
	const struct gw_linkage_conf *conf, bool up, const char *why);
// The uplinks as they are now: those that were there, too, in the order of the configuration.
void gw_linkage_set(struct gw_linkage_group *g, uint64_t now_us, const struct gw_linkage_conf *conf,
	const struct gw_linkage_uplink *uplinks, uint32_t n);
// What is known of one changed.
void gw_linkage_uplink_set(struct gw_linkage_group *g, uint64_t now_us, uint32_t uplink, bool admin,
	bool carrier, bool adjacency);
// Down for another reason than its uplinks: somebody took the downlinks down meanwhile.
void gw_linkage_force_down(struct gw_linkage_group *g, uint64_t now_us, const char *why);
void gw_linkage_poll(struct gw_linkage_group *g, uint64_t now_us); // at g->due_us, or at any time
const char *gw_linkage_state_str(enum gw_linkage_state state);
// The i-th event before the last, NULL: there is none.
const struct gw_linkage_event *gw_linkage_event(const struct gw_linkage_group *g, uint32_t i);

// Whether the downlinks are to be up.
static inline bool gw_linkage_up(const struct gw_linkage_group *g)
{
	return g->state == GW_LINKAGE_UP;
}
