// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// show mbuf: packet buffers.

#include "cli/cli.h"
#include "dp/mbuf_json.h"

static int mbuf_show(struct gw_cli *cli)
{
	json_t *pools = gw_mbuf_json();
	const char *name;
	json_t *o;

	gw_cli_text(cli, "%-16s %10s %10s %10s\n", "pool", "size", "free", "in use");
	json_object_foreach (pools, name, o)
		gw_cli_text(cli, "%-16s %10lld %10lld %10lld\n", name,
			json_integer_value(json_object_get(o, "size")),
			json_integer_value(json_object_get(o, "free")),
			json_integer_value(json_object_get(o, "in_use")));
	gw_cli_put(cli, pools);
	return 0;
}

GW_CLI_COMMAND(mbuf_show, "show mbuf", "packet buffers: what is free of each pool", mbuf_show);
