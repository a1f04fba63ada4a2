// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include <string.h>

#include "base/log.h"
#include "host_route/host_route.h"
#include "linkage/linkage_int.h"
#include "port/port.h"
#include "slow/slow.h"

GW_LOG_MODULE("linkage");

#define POLL_US	     1000
#define NEIGHBORS_US 20000 // it is asked for all of them; the loss of one takes nothing down

struct linkage linkages[GW_LINKAGE_GROUPS];
uint32_t linkage_count;
uint32_t gw_linkage_restart_ms = 60000;

static bool started;

// The other ends of the downlinks are to see what the group wants.
static void carry_out(struct linkage *l)
{
	bool up = gw_linkage_up(&l->g);

	if (!started || up == l->told)
		return;
	l->told = up;
	LOG(NOTICE, "%s: %s: %s", l->spec.name, up ? "downlinks go up" : "downlinks go down",
		l->g.why);
	if (!up) {
		gw_ports_leave(l->spec.downlink, l->spec.downlink_count, GW_PORT_HELD_LINKAGE);
		state_write(); // who is killed from here on has taken them down
	}
	for (uint32_t i = 0; i < l->spec.downlink_count; i++) {
		uint16_t port = l->spec.downlink[i];

		state_beat(); // each takes the kernel its time
		if (gw_port_hold(port, GW_PORT_HELD_LINKAGE, !up) < 0)
			LOG(ERR, "%s: %s cannot be set %s: its other end sees no change",
				l->spec.name, gw_ports[port].name, up ? "up" : "down");
	}
	state_write();
}

static void uplinks_look(struct linkage *l)
{
	for (uint32_t i = 0; i < l->spec.uplink_count; i++) {
		const struct gw_port *p = &gw_ports[l->spec.uplink[i]];

		gw_linkage_uplink_set(&l->g, gw_slow_now_us(), i, !p->admin_down, p->carrier,
			adjacency_of(&l->spec, l->spec.uplink[i]));
	}
	carry_out(l);
}

static void on_port(uint16_t port)
{
	for (uint32_t i = 0; i < linkage_count; i++) {
		const struct gw_linkage_spec *s = &linkages[i].spec;
		bool uplink = false;

		for (uint32_t k = 0; k < s->uplink_count; k++)
			uplink |= s->uplink[k] == port;
		if (!uplink)
			continue;
		uplinks_look(&linkages[i]);
		if (s->adjacency == GW_LINKAGE_ADJ_ROUTE && gw_port_is_up(port))
			adjacency_again();
	}
}

static void on_adjacency(void)
{
	for (uint32_t i = 0; i < linkage_count; i++) {
		if (linkages[i].spec.adjacency != GW_LINKAGE_ADJ_NONE)
			uplinks_look(&linkages[i]);
	}
}

// It is down, or should be: nobody but its group brings it up.
static void port_take(const struct linkage *l, uint16_t port, bool taken)
{
	int ret = taken ? gw_port_held(port, GW_PORT_HELD_LINKAGE)
			: gw_port_hold(port, GW_PORT_HELD_LINKAGE, true);

	if (ret < 0)
		LOG(ERR, "%s: %s cannot be set down: its other end sees no change", l->spec.name,
			gw_ports[port].name);
}

// Somebody else took the downlinks down, but for those that were down and those that it could not:
// a device that the kernel does not know has its link still.
static void fence(void)
{
	LOG(WARNING, "the watchdog took the downlinks down: this process did not move");
	for (uint32_t i = 0; i < linkage_count; i++) {
		struct linkage *l = &linkages[i];

		for (uint32_t k = 0; k < l->spec.downlink_count; k++) {
			uint16_t port = l->spec.downlink[k];

			port_take(l, port, state_fence_took(gw_ports[port].name));
		}
		gw_linkage_force_down(&l->g, gw_slow_now_us(), "taken down by the watchdog");
		l->told = false;
		carry_out(l);
	}
	state_write();
}

static bool poll(uint64_t now_us)
{
	static uint64_t neighbors_us;
	bool neighbors = now_us >= neighbors_us;

	if (state_fenced())
		fence();
	if (neighbors)
		neighbors_us = now_us + NEIGHBORS_US;
	for (uint32_t i = 0; i < linkage_count; i++) {
		struct linkage *l = &linkages[i];

		if (neighbors && l->spec.adjacency == GW_LINKAGE_ADJ_NEIGHBOR)
			uplinks_look(l);
		gw_linkage_poll(&l->g, now_us);
		carry_out(l);
	}
	return false;
}

static void uplinks_read(
	const struct gw_linkage_spec *s, struct gw_linkage_uplink out[static GW_LINKAGE_UPLINKS])
{
	for (uint32_t i = 0; i < s->uplink_count; i++) {
		const struct gw_port *p = &gw_ports[s->uplink[i]];

		out[i] = (struct gw_linkage_uplink){.name = p->name,
			.admin = !p->admin_down,
			.carrier = p->carrier,
			.adjacency = adjacency_of(s, s->uplink[i])};
	}
}

static bool has_downlink(const struct gw_linkage_spec *s, uint16_t port)
{
	for (uint32_t i = 0; i < s->downlink_count; i++) {
		if (s->downlink[i] == port)
			return true;
	}
	return false;
}

static bool is_downlink(uint16_t port)
{
	for (uint32_t i = 0; i < linkage_count; i++) {
		if (has_downlink(&linkages[i].spec, port))
			return true;
	}
	return false;
}

// Of a group that stays, downlinks that it has now and had not before, and the other way round.
static void downlinks_adjust(const struct linkage *before, uint32_t n_before)
{
	for (uint32_t i = 0; i < n_before; i++) {
		for (uint32_t k = 0; k < before[i].spec.downlink_count; k++) {
			if (!is_downlink(before[i].spec.downlink[k]))
				gw_port_hold(
					before[i].spec.downlink[k], GW_PORT_HELD_LINKAGE, false);
		}
	}
	for (uint32_t i = 0; i < linkage_count; i++) {
		const struct linkage *l = &linkages[i];

		for (uint32_t k = 0; k < l->spec.downlink_count; k++)
			gw_port_hold(l->spec.downlink[k], GW_PORT_HELD_LINKAGE, !l->told);
	}
}

static bool is_held(const struct gw_linkage_spec *s)
{
	for (uint32_t i = 0; i < s->downlink_count; i++) {
		if ((gw_ports[s->downlink[i]].held & GW_PORT_HELD_LINKAGE) != 0)
			return true;
	}
	return false;
}

static void group_take(
	struct linkage *l, const struct gw_linkage_spec *spec, const struct linkage *before)
{
	struct gw_linkage_uplink up[GW_LINKAGE_UPLINKS];
	uint64_t now = gw_slow_now_us();

	if (before != NULL) {
		*l = *before;
	} else { // by a reload, also when it changes the name of one that waits
		l->told = !is_held(spec);
		gw_linkage_init(&l->g, now, &spec->conf, l->told,
			l->told ? "made while its downlinks were up"
				: "made while a downlink was held down");
	}
	l->spec = *spec;
	uplinks_read(spec, up);
	if (started)
		gw_linkage_set(&l->g, now, &spec->conf, up, spec->uplink_count);
}

void gw_linkage_apply(const struct gw_linkage_spec *specs, uint32_t n)
{
	static struct linkage before[GW_LINKAGE_GROUPS]; // too large for a stack
	uint32_t n_before = linkage_count;

	memcpy(before, linkages, sizeof(before));
	linkage_count = n;
	for (uint32_t i = 0; i < n; i++) {
		const struct linkage *was = NULL;

		for (uint32_t k = 0; k < n_before; k++) {
			if (strcmp(before[k].spec.name, specs[i].name) == 0)
				was = &before[k];
		}
		group_take(&linkages[i], &specs[i], was);
	}
	if (!started)
		return;
	adjacency_again(); // routes that no group waited for before
	for (uint32_t i = 0; i < n; i++)
		carry_out(&linkages[i]);
	downlinks_adjust(before, n_before);
	state_write();
}

// A process that ends takes downlinks down of a group that is well, and may be killed at it.
static bool was_up(const struct gw_linkage_spec *s, const char **why)
{
	bool up = state_group_was_up(s->name, why);

	for (uint32_t i = 0; up && i < s->downlink_count; i++) {
		up = !state_port_was_held(gw_ports[s->downlink[i]].name);
		if (!up)
			*why = "downlinks were down before the start";
	}
	return up;
}

// As the process before left it; a port that it or the watchdog took down is ours to bring up.
static void group_start(struct linkage *l)
{
	struct gw_linkage_uplink up[GW_LINKAGE_UPLINKS];
	uint64_t now = gw_slow_now_us();
	const char *why;
	bool was = was_up(&l->spec, &why);

	for (uint32_t i = 0; i < l->spec.downlink_count; i++) {
		uint16_t port = l->spec.downlink[i];

		state_beat();
		if (state_port_was_held(gw_ports[port].name))
			port_take(l, port, true);
		else if (!was)
			port_take(l, port, false);
	}
	gw_linkage_init(&l->g, now, &l->spec.conf, was, why);
	l->told = was;
	uplinks_read(&l->spec, up);
	gw_linkage_set(&l->g, now, &l->spec.conf, up, l->spec.uplink_count);
}

// What the process before held, and no group of the configuration does any more.
static void others_release(void)
{
	for (uint16_t port = 0; port < GW_MAX_PORTS; port++) {
		if (!gw_ports[port].used || is_downlink(port) ||
			!state_port_was_held(gw_ports[port].name))
			continue;
		gw_port_held(port, GW_PORT_HELD_LINKAGE);
		if (gw_port_hold(port, GW_PORT_HELD_LINKAGE, false) < 0)
			LOG(ERR, "%s cannot be set up", gw_ports[port].name);
	}
}

int gw_linkage_start(const char *control_path, struct gw_err *err)
{
	int ret = 0;

	if (control_path != NULL)
		ret = state_open(control_path, err);
	if (ret == 0)
		ret = adjacency_watch(err);
	if (ret < 0)
		return ret;
	adjacency_changed = on_adjacency;
	for (uint32_t i = 0; i < linkage_count; i++)
		group_start(&linkages[i]);
	others_release();
	started = true;
	for (uint32_t i = 0; i < linkage_count; i++)
		carry_out(&linkages[i]);
	gw_port_watch(on_port);
	gw_slow_every(POLL_US, poll);
	state_write();
	return 0;
}

void gw_linkage_stop(void)
{
	if (!started || gw_stop_in_service)
		return;
	gw_host_route_withdraw_all();
	for (uint32_t i = 0; i < linkage_count; i++)
		gw_ports_leave(linkages[i].spec.downlink, linkages[i].spec.downlink_count,
			GW_PORT_HELD_STOP);
	state_write(); // who is killed from here on has left them down
	for (uint32_t i = 0; i < linkage_count; i++) {
		for (uint32_t k = 0; k < linkages[i].spec.downlink_count; k++) {
			state_beat();
			gw_port_hold(linkages[i].spec.downlink[k], GW_PORT_HELD_STOP, true);
		}
	}
}

void gw_linkage_fini(void)
{
	if (!started)
		return;
	started = false;
	state_end(gw_stop_in_service, gw_linkage_restart_ms);
}
