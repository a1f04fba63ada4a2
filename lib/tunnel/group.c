// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// Paths and tunnel groups.

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "base/reserve.h"
#include "dp/rcu.h"
#include "fib/vrf.h"
#include "tunnel/path.h"
#include "tunnel/tunnel.h"

GW_LOG_MODULE("tunnel");

#define MAX_GROUPS 4096

uint16_t *gw_paths;

// Owner of a path: tunnel index, or GROUP | group index; 0 free.
#define GROUP	(1u << 31)
#define RETIRED UINT32_MAX

static uint32_t path_owner[GW_MAX_PATHS];
static uint32_t path_top;
static struct gw_tunnel_group groups[MAX_GROUPS];

int gw_paths_init(void)
{
	memset(path_owner, 0, sizeof(path_owner));
	memset(groups, 0, sizeof(groups));
	path_top = 0;
	gw_paths = gw_reserve(GW_MAX_PATHS * sizeof(*gw_paths));
	return gw_paths == NULL ? -ENOMEM : 0;
}

void gw_paths_fini(void)
{
	gw_unreserve(gw_paths, GW_MAX_PATHS * sizeof(*gw_paths));
	gw_paths = NULL;
}

uint16_t gw_path_alloc(uint16_t tunnel)
{
	uint32_t i = 1;

	while (i <= path_top && path_owner[i] != 0)
		i++;
	if (i == GW_MAX_PATHS)
		return 0;
	if (i > path_top)
		path_top = i;
	path_owner[i] = tunnel;
	__atomic_store_n(&gw_paths[i], tunnel, __ATOMIC_RELEASE);
	return (uint16_t)i;
}

static void path_reclaim(void *path)
{
	path_owner[(uintptr_t)path] = 0;
}

void gw_path_free(uint16_t path)
{
	path_owner[path] = RETIRED;
	gw_rcu_defer(path_reclaim, (void *)(uintptr_t)path);
}

bool gw_path_is_group(uint16_t path)
{
	return (path_owner[path] & GROUP) != 0;
}

static struct gw_tunnel_group *path_group(uint16_t path)
{
	return &groups[path_owner[path] & ~GROUP];
}

uint16_t gw_path_find(const char *name)
{
	uint16_t tunnel = gw_tunnel_find(name);
	const struct gw_tunnel_group *g;

	if (tunnel != 0)
		return gw_tunnel_infos[tunnel].path;
	g = gw_tunnel_group_find(name);
	return g != NULL ? g->path : 0;
}

const char *gw_path_name(uint16_t path)
{
	if (path == 0)
		return "discard";
	return gw_path_is_group(path) ? path_group(path)->name
				      : gw_tunnel_infos[path_owner[path]].name;
}

uint16_t gw_path_vrf(uint16_t path)
{
	return gw_tunnels[gw_path_tunnel(path)].vrf;
}

void gw_path_hold(uint16_t path)
{
	if (path == 0)
		return;
	if (gw_path_is_group(path))
		path_group(path)->refs++;
	else
		gw_tunnel_infos[path_owner[path]].refs++;
}

void gw_path_release(uint16_t path)
{
	if (path == 0)
		return;
	if (gw_path_is_group(path))
		path_group(path)->refs--;
	else
		gw_tunnel_infos[path_owner[path]].refs--;
}

struct gw_tunnel_group *gw_tunnel_group_next(struct gw_tunnel_group *after)
{
	for (struct gw_tunnel_group *g = after == NULL ? groups : after + 1;
		g < groups + MAX_GROUPS; g++) {
		if (g->used)
			return g;
	}
	return NULL;
}

struct gw_tunnel_group *gw_tunnel_group_find(const char *name)
{
	struct gw_tunnel_group *g = NULL;

	while ((g = gw_tunnel_group_next(g)) != NULL) {
		if (strcmp(g->name, name) == 0)
			return g;
	}
	return NULL;
}

static struct gw_tunnel_group *group_alloc(const char *name)
{
	for (uint32_t i = 0; i < MAX_GROUPS; i++) {
		struct gw_tunnel_group *g = &groups[i];
		uint16_t path;

		if (g->used)
			continue;
		path = gw_path_alloc(0);
		if (path == 0)
			return NULL;
		path_owner[path] = GROUP | i;
		*g = (struct gw_tunnel_group){.used = true, .path = path};
		snprintf(g->name, sizeof(g->name), "%s", name);
		return g;
	}
	return NULL;
}

int gw_tunnel_group_add(
	const char *name, const char *active, const char *backup, struct gw_err *err)
{
	struct gw_tunnel_group *g = gw_tunnel_group_find(name);
	uint16_t a = gw_tunnel_find(active), b = gw_tunnel_find(backup);

	if (a == 0 || b == 0)
		return gw_err_set(err, ENOENT, "tunnel group %s: no tunnel \"%s\" (show tunnel)",
			name, a == 0 ? active : backup);
	if (gw_tunnels[a].vrf != gw_tunnels[b].vrf)
		return gw_err_set(err, EINVAL,
			"tunnel group %s: %s carries VRF %s, %s carries VRF %s: they must be the "
			"same",
			name, active, gw_vrfs[gw_tunnels[a].vrf].name, backup,
			gw_vrfs[gw_tunnels[b].vrf].name);
	if (gw_tunnel_find(name) != 0)
		return gw_err_set(err, EEXIST, "tunnel group %s: a tunnel has that name", name);
	if (g != NULL && g->refs > 0 && gw_tunnels[g->active].vrf != gw_tunnels[a].vrf)
		return gw_err_set(err, EBUSY, "tunnel group %s: routes of VRF %s use it", name,
			gw_vrfs[gw_tunnels[g->active].vrf].name);
	if (g == NULL)
		g = group_alloc(name);
	if (g == NULL)
		return gw_err_set(
			err, ENOSPC, "tunnel group %s: there are %d already", name, MAX_GROUPS);
	gw_tunnel_infos[a].refs++;
	gw_tunnel_infos[b].refs++;
	if (g->active != 0) {
		gw_tunnel_infos[g->active].refs--;
		gw_tunnel_infos[g->backup].refs--;
	}
	g->active = a;
	g->backup = b;
	__atomic_store_n(&gw_paths[g->path], g->on_backup ? b : a, __ATOMIC_RELEASE);
	return 0;
}

int gw_tunnel_group_del(const char *name, struct gw_err *err)
{
	struct gw_tunnel_group *g = gw_tunnel_group_find(name);

	if (g == NULL)
		return gw_err_set(err, ENOENT, "no tunnel group \"%s\" (show tunnel-group)", name);
	if (g->refs > 0)
		return gw_err_set(err, EBUSY, "tunnel group %s: %u routes or interfaces use it",
			name, g->refs);
	gw_tunnel_infos[g->active].refs--;
	gw_tunnel_infos[g->backup].refs--;
	gw_path_free(g->path);
	g->used = false;
	return 0;
}

int gw_tunnel_group_switch(const char *name, bool backup, struct gw_err *err)
{
	struct gw_tunnel_group *g = gw_tunnel_group_find(name);

	if (g == NULL)
		return gw_err_set(err, ENOENT, "no tunnel group \"%s\" (show tunnel-group)", name);
	g->on_backup = backup;
	__atomic_store_n(&gw_paths[g->path], backup ? g->backup : g->active, __ATOMIC_RELEASE);
	LOG(INFO, "group %s uses %s", name, gw_tunnel_infos[gw_paths[g->path]].name);
	return 0;
}

json_t *gw_tunnel_group_json(const struct gw_tunnel_group *g)
{
	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:i}", "name", g->name, "active",
		gw_tunnel_infos[g->active].name, "backup", gw_tunnel_infos[g->backup].name,
		"in_use", g->on_backup ? "backup" : "active", "tunnel",
		gw_tunnel_infos[gw_paths[g->path]].name, "references", g->refs);
}
