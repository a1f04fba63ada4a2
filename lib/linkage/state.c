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

static struct gw_heartbeat *file;
static struct gw_heartbeat before; // as the last process left it
static char file_path[256];

void state_beat(void)
{
	if (file != NULL)
		atomic_fetch_add_explicit(&file->beats, 1, memory_order_relaxed);
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

// Without linkage and published routes there is nothing to watch over, and no file.
static bool wanted(void)
{
	return linkage_count > 0 || gw_publish_table.conf.on;
}

static int file_open(struct gw_err *err)
{
	int ret = gw_heartbeat_open(file_path, &file, err);

	if (ret < 0)
		return ret;
	gw_heartbeat_read(file, &before);
	atomic_store(&file->fenced, 0);
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
		if (before.fenced != 0)
			*why = "taken down by the watchdog";
		else if (before.state == GW_HEARTBEAT_STOPPED)
			*why = "godwit was stopped";
		else
			*why = g->up ? "taken over" : "was down before the start";
		return g->up && before.fenced == 0 && before.state != GW_HEARTBEAT_STOPPED;
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
	struct gw_heartbeat_port *out = &file->port[file->port_count];
	const struct gw_port *p = &gw_ports[port];

	for (uint32_t i = 0; i < file->port_count; i++) {
		if (strcmp(file->port[i].name, p->name) == 0)
			return;
	}
	if (file->port_count == GW_HEARTBEAT_PORTS)
		return;
	*out = (struct gw_heartbeat_port){.held = p->held != 0 && !p->left_down};
	snprintf(out->name, sizeof(out->name), "%s", p->name);
	if (p->ifindex != 0 && if_indextoname((unsigned)p->ifindex, out->ifname) == NULL)
		out->ifname[0] = '\0';
	file->port_count++;
}

static void groups_write(void)
{
	file->port_count = 0;
	file->group_count = linkage_count;
	for (uint32_t i = 0; i < linkage_count; i++) {
		const struct linkage *l = &linkages[i];

		static_assert(sizeof(file->group[i].name) == sizeof(l->spec.name), "names");
		memcpy(file->group[i].name, l->spec.name, sizeof(l->spec.name));
		file->group[i].up = l->told;
		for (uint32_t k = 0; k < l->spec.downlink_count; k++)
			port_write(l->spec.downlink[k]);
	}
}

static void publish_write(void)
{
	const struct gw_publish_conf *c = &gw_publish_table.conf;

	file->protocol = c->on ? c->protocol : 0;
	file->table_count = 0;
	if (!c->on)
		return;
	file->table[file->table_count++] = c->table;
	for (uint32_t i = 0; i < c->n_costs && file->table_count < GW_HEARTBEAT_TABLES; i++)
		file->table[file->table_count++] = c->cost[i].table;
}

void state_write(void)
{
	struct gw_err err = {0};

	if (file == NULL && file_path[0] != '\0' && wanted() && file_open(&err) < 0)
		LOG(ERR, "%s", err.text);
	if (file == NULL)
		return;
	gw_heartbeat_begin(file);
	groups_write();
	publish_write();
	file->pid = getpid();
	file->state = GW_HEARTBEAT_RUNS;
	gw_heartbeat_end(file);
}

void state_end(bool in_service, uint32_t restart_ms)
{
	if (file == NULL)
		return;
	gw_heartbeat_begin(file);
	groups_write();
	file->state = in_service ? GW_HEARTBEAT_IN_SERVICE : GW_HEARTBEAT_STOPPED;
	file->until_ms = gw_heartbeat_now_ms() + restart_ms;
	gw_heartbeat_end(file);
	gw_conf_progress = NULL;
	gw_heartbeat_close(file);
	file = NULL;
}

bool state_fenced(void)
{
	return file != NULL && atomic_exchange(&file->fenced, 0) != 0;
}

int state_watchdog(void)
{
	pid_t pid = file != NULL ? atomic_load(&file->watchdog) : 0;

	// One that was killed left its number there.
	return pid > 0 && (kill(pid, 0) == 0 || errno == EPERM) ? pid : 0;
}
