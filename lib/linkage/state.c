// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// The file beside the control socket: the heartbeat, and what the watchdog and the next process
// have to know.

#include <assert.h>
#include <errno.h>
#include <net/if.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "config/config.h"
#include "heartbeat/heartbeat.h"
#include "linkage/linkage_int.h"
#include "port/port.h"
#include "publish/kernel.h"
#include "slow/slow.h"

GW_LOG_MODULE("linkage");

#define BEAT_US 1000

static struct gw_heartbeat file;
static struct gw_heartbeat_state before; // as the last process left it
static struct gw_heartbeat_state told;	 // as this one did
static struct gw_heartbeat_fence fence;
static char file_path[256];

static bool is_open(void)
{
	return file.file != NULL;
}

void state_beat(void)
{
	if (is_open())
		gw_heartbeat_beat(&file);
}

static bool beat(uint64_t)
{
	state_beat();
	return false;
}

// "/run/godwit/up-a.sock" -> "/run/godwit/up-a.heartbeat"
static int path_make(const char *control_path)
{
	size_t len = strlen(control_path);

	if (len > 5 && strcmp(control_path + len - 5, ".sock") == 0)
		len -= 5;
	return snprintf(file_path, sizeof(file_path), "%.*s.heartbeat", (int)len, control_path) <
			(int)sizeof(file_path)
		? 0
		: -ENAMETOOLONG;
}

// Without linkage and published routes there is nothing to watch over, and no file. One that is
// there says what a process before did, and its watchdog is to know that another one runs.
static bool wanted(void)
{
	return linkage_count > 0 || gw_publish_table.conf.on || access(file_path, F_OK) == 0;
}

static int file_open(struct gw_err *err)
{
	int ret = gw_heartbeat_open(file_path, &file, err);

	if (ret < 0)
		return ret;
	gw_heartbeat_take_over(&file, getpid(), &before);
	told.generation = before.generation + 1;
	told.fence_seen = before.fence_seen;
	gw_conf_progress = state_beat;
	gw_slow_every(BEAT_US, beat);
	return 0;
}

int state_open(const char *control_path, struct gw_err *err)
{
	if (path_make(control_path) < 0)
		return gw_err_set(err, ENAMETOOLONG, "%s is too long", control_path);
	return wanted() ? file_open(err) : 0;
}

bool state_group_was_up(const char *name, const char **why)
{
	for (uint32_t i = 0; i < before.group_count; i++) {
		const struct gw_heartbeat_group *g = &before.group[i];

		if (strncmp(g->name, name, sizeof(g->name)) != 0)
			continue;
		if (before.fenced)
			*why = "taken down by the watchdog";
		else if (before.phase == GW_HEARTBEAT_STOPPED)
			*why = "godwit was stopped";
		else
			*why = g->up ? "taken over" : "was down before the start";
		return g->up && !before.fenced && before.phase != GW_HEARTBEAT_STOPPED;
	}
	*why = "first start";
	return false;
}

bool state_port_was_held(const char *name)
{
	for (uint32_t i = 0; i < before.port_count; i++) {
		const struct gw_heartbeat_port *p = &before.port[i];

		if (strncmp(p->name, name, sizeof(p->name)) == 0)
			return p->held;
	}
	return false;
}

static void port_write(uint16_t port)
{
	struct gw_heartbeat_port *out = &told.port[told.port_count];
	const struct gw_port *p = &gw_ports[port];

	static_assert(GW_HEARTBEAT_PORTS >= GW_MAX_PORTS, "a downlink is in one group");
	static_assert(sizeof(out->name) == sizeof(p->name), "names");
	*out = (struct gw_heartbeat_port){.held = p->held != 0 && !p->left_down};
	memcpy(out->name, p->name, sizeof(out->name));
	if (p->ifindex != 0 && if_indextoname((unsigned)p->ifindex, out->ifname) == NULL)
		out->ifname[0] = '\0';
	told.port_count++;
}

static void groups_write(void)
{
	told.port_count = 0;
	told.group_count = linkage_count;
	for (uint32_t i = 0; i < linkage_count; i++) {
		const struct linkage *l = &linkages[i];

		static_assert(sizeof(told.group[i].name) == sizeof(l->spec.name), "names");
		memcpy(told.group[i].name, l->spec.name, sizeof(l->spec.name));
		told.group[i].up = l->told;
		for (uint32_t k = 0; k < l->spec.downlink_count; k++)
			port_write(l->spec.downlink[k]);
	}
}

static void publish_write(void)
{
	const struct gw_publish_conf *c = &gw_publish_table.conf;

	told.protocol = c->on ? c->protocol : 0;
	told.table_count = 0;
	if (!c->on)
		return;
	told.table[told.table_count++] = c->table;
	for (uint32_t i = 0; i < c->n_costs && told.table_count < GW_HEARTBEAT_TABLES; i++)
		told.table[told.table_count++] = c->cost[i].table;
}

static void tell(enum gw_heartbeat_phase phase)
{
	told.pid = getpid();
	told.phase = phase;
	gw_heartbeat_state_set(&file, &told);
}

void state_write(void)
{
	struct gw_err err = {0};

	if (!is_open() && file_path[0] != '\0' && wanted() && file_open(&err) < 0)
		LOG(ERR, "%s", err.text);
	if (!is_open())
		return;
	groups_write();
	publish_write();
	tell(GW_HEARTBEAT_RUNS);
}

void state_end(bool in_service, uint32_t restart_ms)
{
	if (!is_open())
		return;
	groups_write();
	told.until_ms = gw_heartbeat_now_ms() + restart_ms;
	tell(in_service ? GW_HEARTBEAT_IN_SERVICE : GW_HEARTBEAT_STOPPED);
	gw_conf_progress = NULL;
	gw_heartbeat_close(&file);
}

bool state_fenced(void)
{
	return is_open() && gw_heartbeat_fenced(&file, &told, &fence);
}

bool state_fence_took(const char *port)
{
	return gw_heartbeat_fence_has(&fence, port);
}

int state_watchdog(void)
{
	return is_open() ? gw_heartbeat_watchdog(&file) : 0;
}
