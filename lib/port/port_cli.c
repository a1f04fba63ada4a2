// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// set port; names of ports; the common part of `show port`.

#include "port/port_cli.h"

#include <errno.h>

#include "port/port.h"

int gw_port_cli_show(struct gw_cli *cli, json_t *(*json)(uint16_t port),
	void (*text)(struct gw_cli *cli, const json_t *o))
{
	const char *name = gw_cli_arg(cli, "PORT");
	uint16_t *at = gw_cli_state(cli, sizeof(*at), NULL);
	json_t *o;

	if (at == NULL)
		return gw_cli_fail(cli, ENOMEM, "no memory");
	if (name != NULL) {
		if (!gw_port_find(name, at))
			return gw_cli_fail(
				cli, ENOENT, "no port \"%s\" (show port info all)", name);
		o = json(*at);
		text(cli, o);
		gw_cli_put(cli, o);
		return 0;
	}
	gw_cli_list(cli);
	while (*at < GW_MAX_PORTS) {
		uint16_t port = (*at)++;

		if (!gw_ports[port].used)
			continue;
		o = json(port);
		text(cli, o);
		gw_cli_row(cli, o);
		if (gw_cli_full(cli))
			return GW_CLI_AGAIN;
	}
	return 0;
}

json_int_t gw_port_cli_number(const json_t *o, const char *key)
{
	return json_integer_value(json_object_get(o, key));
}

static int port_set(struct gw_cli *cli)
{
	return gw_port_set(gw_cli_arg(cli, "PORT"), gw_cli_has(cli, "up"), gw_cli_err(cli));
}

static void port_list(gw_cli_emit_fn emit, void *arg, const char *prefix)
{
	for (uint16_t i = 0; i < GW_MAX_PORTS; i++) {
		if (gw_ports[i].used)
			emit(arg, gw_ports[i].name);
	}
}

GW_CLI_TYPE("port", port_list);
GW_CLI_COMMAND(port_set, "set port PORT {up|down}",
	"let a port carry packets, or none in either direction", port_set);
