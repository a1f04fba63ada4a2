// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// show host-route

#include <errno.h>

#include "cli/cli.h"
#include "host_route/host_route.h"

static int host_route_show(struct gw_cli *cli)
{
	uint32_t *at = gw_cli_state(cli, sizeof(*at), NULL);

	if (at == NULL)
		return gw_cli_fail(cli, ENOMEM, "no memory");
	gw_cli_list(cli);
	while ((*at = gw_host_route_next(*at)) != 0) {
		gw_cli_row(cli, gw_host_route_json(*at));
		if (gw_cli_full(cli))
			return GW_CLI_AGAIN;
	}
	return 0;
}

static int summary_show(struct gw_cli *cli)
{
	gw_cli_put(cli, gw_host_route_summary_json());
	return 0;
}

GW_CLI_COMMAND(host_route_show, "show host-route",
	"servers behind ports with host routes: where each is or was, and whether it is published",
	host_route_show);
GW_CLI_COMMAND(host_route_summary, "show host-route summary",
	"how many servers there are, and how many were refused", summary_show);
