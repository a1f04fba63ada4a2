// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "tunnel/marks.h"

#include <stdio.h>

#include "fib/host_tunnel.h"
#include "fib/vrf.h"

static uint32_t mark;

void gw_tunnel_marks_begin(void)
{
	mark++;
}

void gw_tunnel_mark(uint16_t tunnel)
{
	gw_tunnel_infos[tunnel].mark = mark;
}

bool gw_tunnel_marked(uint16_t tunnel)
{
	return gw_tunnel_infos[tunnel].mark == mark;
}

void gw_tunnel_rename(uint16_t tunnel, const char *name)
{
	snprintf(gw_tunnel_infos[tunnel].name, sizeof(gw_tunnel_infos[tunnel].name), "%s", name);
}

void gw_tunnel_retire(uint16_t tunnel)
{
	char name[GW_NAME_LEN];

	snprintf(name, sizeof(name), "~%u", tunnel); // '~' is in no name of a configuration
	gw_tunnel_rename(tunnel, name);
}

// What the configuration names has been brought to other tunnels by now; routes with a lifetime it
// never names.
static void lifetimes_end(uint16_t path)
{
	for (uint16_t v = 0; v < gw_vrf_count; v++) {
		uint64_t cursor = 0;
		uint16_t out;
		uint32_t ip;

		while (gw_host_tunnel_next(v, &cursor, &ip, &out)) {
			if (out == path && gw_host_tunnel_lifetime_ms(v, ip) != 0)
				gw_host_tunnel_del(v, ip, NULL); // is there: cannot fail
		}
	}
}

int gw_tunnel_marks_sweep(struct gw_err *err)
{
	for (uint16_t i = 0; (i = gw_tunnel_next(i)) != 0;) {
		int ret;

		if (gw_tunnel_marked(i))
			continue;
		if (gw_tunnel_infos[i].refs > 0)
			lifetimes_end(gw_tunnel_infos[i].path);
		ret = gw_tunnel_del(gw_tunnel_infos[i].name, err);
		if (ret < 0)
			return ret;
	}
	return 0;
}

void gw_tunnel_group_mark(struct gw_tunnel_group *g)
{
	g->mark = mark;
}

void gw_tunnel_group_retire(struct gw_tunnel_group *g)
{
	snprintf(g->name, sizeof(g->name), "~group%u", g->path);
}

int gw_tunnel_group_marks_sweep(struct gw_err *err)
{
	struct gw_tunnel_group *g = NULL;

	while ((g = gw_tunnel_group_next(g)) != NULL) {
		int ret;

		if (g->mark == mark)
			continue;
		if (g->refs > 0)
			lifetimes_end(g->path);
		ret = gw_tunnel_group_del(g->name, err);
		if (ret < 0)
			return ret;
	}
	return 0;
}
