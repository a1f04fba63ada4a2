// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// Names of tunnels and tunnel groups in commands.

#include "tunnel/path_cli.h"

#include <errno.h>

#include "tunnel/tunnel.h"

int gw_path_cli_read(struct gw_cli *cli, uint16_t *path)
{
	const char *tunnel = gw_cli_arg(cli, "TUNNEL");
	const char *group = gw_cli_arg(cli, "GROUP");
	const struct gw_tunnel_group *g;

	*path = 0;
	if (tunnel != NULL) {
		*path = gw_path_find(tunnel);
		if (*path == 0)
			return gw_cli_fail(cli, ENOENT,
				"no tunnel or tunnel group \"%s\" (show tunnel, show tunnel-group)",
				tunnel);
	} else if (group != NULL) {
		g = gw_tunnel_group_find(group);
		if (g == NULL)
			return gw_cli_fail(
				cli, ENOENT, "no tunnel group \"%s\" (show tunnel-group)", group);
		*path = g->path;
	}
	return 0;
}

void gw_path_json_set(json_t *o, uint16_t path)
{
	if (path == 0)
		json_object_set_new(o, "discard", json_true());
	else
		json_object_set_new(o, gw_path_is_group(path) ? "group" : "tunnel",
			json_string(gw_path_name(path)));
}

static void tunnel_list(gw_cli_emit_fn emit, void *arg, const char *prefix)
{
	uint16_t i = 0;

	while ((i = gw_tunnel_next(i)) != 0)
		emit(arg, gw_tunnel_infos[i].name);
}

static void group_list(gw_cli_emit_fn emit, void *arg, const char *prefix)
{
	struct gw_tunnel_group *g = NULL;

	while ((g = gw_tunnel_group_next(g)) != NULL)
		emit(arg, g->name);
}

GW_CLI_TYPE("tunnel", tunnel_list);
GW_CLI_TYPE("group", group_list);
// Whatever a route or a fallback may name: one or the other.
GW_CLI_TYPE("path", tunnel_list);
GW_CLI_TYPE("path", group_list);
