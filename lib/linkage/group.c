// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "linkage/group.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define NEVER	     UINT64_MAX
#define DAMP_BASE_US 1000000u // what grows when no delay is configured

const char *gw_linkage_state_str(enum gw_linkage_state state)
{
	static const char *const names[] = {
		[GW_LINKAGE_UP] = "up",
		[GW_LINKAGE_DOWN] = "down",
		[GW_LINKAGE_ADJACENCY] = "waiting for the adjacency",
		[GW_LINKAGE_DELAY] = "delay",
	};

	return names[state];
}

const struct gw_linkage_event *gw_linkage_event(const struct gw_linkage_group *g, uint32_t i)
{
	uint32_t kept = g->event_count < GW_LINKAGE_EVENTS ? g->event_count : GW_LINKAGE_EVENTS;

	return i < kept ? &g->events[(g->event_count - 1 - i) % GW_LINKAGE_EVENTS] : NULL;
}

__attribute__((format(printf, 4, 5))) static void enter(struct gw_linkage_group *g, uint64_t now_us,
	enum gw_linkage_state state, const char *fmt, ...)
{
	struct gw_linkage_event *e = &g->events[g->event_count % GW_LINKAGE_EVENTS];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(g->why, sizeof(g->why), fmt, ap);
	va_end(ap);
	g->state = state;
	g->since_us = now_us;
	g->due_us = NEVER;
	e->at_us = now_us;
	e->state = state;
	memcpy(e->why, g->why, sizeof(e->why));
	g->event_count++;
}

static bool link_up(const struct gw_linkage_uplink *u)
{
	return u->admin && u->carrier;
}

// The routing protocol may start anew while packets flow: its adjacency is asked for before the
// group comes up, its loss counts only after the time that the configuration names.
static bool counts(
	const struct gw_linkage_group *g, const struct gw_linkage_uplink *u, uint64_t now_us)
{
	if (!link_up(u) || !g->conf.adjacency || u->adjacency)
		return link_up(u);
	if (g->state != GW_LINKAGE_UP)
		return false;
	return g->conf.adjacency_loss_us == 0 ||
		now_us - u->adjacency_lost_us < g->conf.adjacency_loss_us;
}

static uint32_t links_count(const struct gw_linkage_group *g)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < g->uplink_count; i++)
		n += link_up(&g->uplinks[i]);
	return n;
}

static uint32_t well_count(const struct gw_linkage_group *g, uint64_t now_us)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < g->uplink_count; i++)
		n += counts(g, &g->uplinks[i], now_us);
	return n;
}

// The delay before this group may come up: twice as long with each flap beyond those that are free.
static uint64_t hold_of(const struct gw_linkage_group *g)
{
	const struct gw_linkage_conf *c = &g->conf;
	uint64_t most = c->damp_max_us > c->delay_up_us ? c->damp_max_us : c->delay_up_us;
	uint32_t beyond = g->flaps > c->damp_flaps ? g->flaps - c->damp_flaps : 0;
	uint64_t hold = c->delay_up_us;

	if (beyond == 0)
		return hold;
	if (hold == 0)
		hold = DAMP_BASE_US;
	while (beyond-- > 0 && hold < most)
		hold *= 2;
	return hold < most ? hold : most;
}

// Of a group that was up.
static void flap_count(struct gw_linkage_group *g, uint64_t now_us)
{
	g->flaps = now_us - g->since_us < g->conf.damp_window_us ? g->flaps + 1 : 1;
}

// Why an uplink does not count, of the first that does not.
static const char *trouble(const struct gw_linkage_group *g, uint64_t now_us, const char **name)
{
	*name = "";
	for (uint32_t i = 0; i < g->uplink_count; i++) {
		const struct gw_linkage_uplink *u = &g->uplinks[i];

		if (counts(g, u, now_us))
			continue;
		*name = u->name;
		if (!u->admin)
			return "is set down";
		return u->carrier ? "has no adjacency" : "has no carrier";
	}
	return "no uplinks";
}

static void few(struct gw_linkage_group *g, uint64_t now_us, enum gw_linkage_state state)
{
	const char *name, *what = trouble(g, now_us, &name);

	enter(g, now_us, state, "%u of %u uplinks, %u wanted: %s %s", well_count(g, now_us),
		g->uplink_count, g->conf.threshold, name, what);
}

// When the next adjacency that is lost will count as a down uplink.
static uint64_t loss_due(const struct gw_linkage_group *g, uint64_t now_us)
{
	uint64_t due = NEVER;

	if (!g->conf.adjacency || g->conf.adjacency_loss_us == 0)
		return due;
	for (uint32_t i = 0; i < g->uplink_count; i++) {
		const struct gw_linkage_uplink *u = &g->uplinks[i];
		uint64_t at = u->adjacency_lost_us + g->conf.adjacency_loss_us;

		if (link_up(u) && !u->adjacency && at > now_us && at < due)
			due = at;
	}
	return due;
}

static void evaluate_up(struct gw_linkage_group *g, uint64_t now_us)
{
	if (well_count(g, now_us) < g->conf.threshold) {
		flap_count(g, now_us);
		few(g, now_us, GW_LINKAGE_DOWN);
		return;
	}
	g->due_us = loss_due(g, now_us);
}

static void evaluate(struct gw_linkage_group *g, uint64_t now_us)
{
	if (g->state == GW_LINKAGE_UP) {
		evaluate_up(g, now_us);
		return;
	}
	if (links_count(g) < g->conf.threshold) {
		if (g->state != GW_LINKAGE_DOWN)
			few(g, now_us, GW_LINKAGE_DOWN);
	} else if (well_count(g, now_us) < g->conf.threshold) {
		if (g->state != GW_LINKAGE_ADJACENCY)
			few(g, now_us, GW_LINKAGE_ADJACENCY);
	} else if (g->state != GW_LINKAGE_DELAY) {
		uint64_t hold = hold_of(g);

		g->hold_us = hold;
		if (hold > g->conf.delay_up_us)
			enter(g, now_us, GW_LINKAGE_DELAY, "damped: %u flaps, held for %llu ms",
				g->flaps, (unsigned long long)hold / 1000);
		else
			enter(g, now_us, GW_LINKAGE_DELAY, "uplinks are well, delay of %llu ms",
				(unsigned long long)hold / 1000);
		g->due_us = now_us + hold;
	}
	if (g->state == GW_LINKAGE_DELAY && now_us >= g->since_us + g->hold_us) {
		enter(g, now_us, GW_LINKAGE_UP, "%u of %u uplinks", well_count(g, now_us),
			g->uplink_count);
		evaluate_up(g, now_us);
	}
}

void gw_linkage_init(struct gw_linkage_group *g, uint64_t now_us,
	const struct gw_linkage_conf *conf, bool up, const char *why)
{
	memset(g, 0, sizeof(*g));
	g->conf = *conf;
	enter(g, now_us, up ? GW_LINKAGE_UP : GW_LINKAGE_DOWN, "%s", why);
}

void gw_linkage_set(struct gw_linkage_group *g, uint64_t now_us, const struct gw_linkage_conf *conf,
	const struct gw_linkage_uplink *uplinks, uint32_t n)
{
	struct gw_linkage_uplink before[GW_LINKAGE_UPLINKS];
	uint32_t n_before = g->uplink_count;

	memcpy(before, g->uplinks, sizeof(before));
	g->conf = *conf;
	g->uplink_count = n < GW_LINKAGE_UPLINKS ? n : GW_LINKAGE_UPLINKS;
	for (uint32_t i = 0; i < g->uplink_count; i++) {
		struct gw_linkage_uplink *u = &g->uplinks[i];

		*u = uplinks[i];
		u->adjacency_lost_us = now_us;
		for (uint32_t k = 0; k < n_before; k++) {
			if (strcmp(before[k].name, u->name) == 0 && !before[k].adjacency)
				u->adjacency_lost_us = before[k].adjacency_lost_us;
		}
	}
	if (g->state == GW_LINKAGE_DELAY) // another delay may be asked for
		g->due_us = g->since_us + (g->hold_us = hold_of(g));
	evaluate(g, now_us);
}

void gw_linkage_uplink_set(struct gw_linkage_group *g, uint64_t now_us, uint32_t uplink, bool admin,
	bool carrier, bool adjacency)
{
	struct gw_linkage_uplink *u = &g->uplinks[uplink];

	if (u->adjacency && !adjacency)
		u->adjacency_lost_us = now_us;
	u->admin = admin;
	u->carrier = carrier;
	u->adjacency = adjacency;
	evaluate(g, now_us);
}

void gw_linkage_force_down(struct gw_linkage_group *g, uint64_t now_us, const char *why)
{
	if (g->state == GW_LINKAGE_UP)
		flap_count(g, now_us);
	enter(g, now_us, GW_LINKAGE_DOWN, "%s", why);
	evaluate(g, now_us);
}

void gw_linkage_poll(struct gw_linkage_group *g, uint64_t now_us)
{
	if (now_us >= g->due_us)
		evaluate(g, now_us);
}
