// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// Commands about tunnels and tunnel groups.

#include <errno.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/columns.h"
#include "cli/name.h"
#include "tunnel/tunnel.h"

#define OPTIONS "[vrf V:vrf] [symmetric] [mss-clamp]"

static int tunnel_show(struct gw_cli *cli)
{
	static const char *const columns[] = {"name", "vni", "local", "remote", "vrf", "state",
		"next_hop", "mtu", "references", "rx_packets", "tx_packets", NULL};
	const char *name = gw_cli_arg(cli, "NAME");
	uint16_t *at = gw_cli_state(cli, sizeof(*at), NULL);

	if (at == NULL)
		return gw_cli_fail(cli, ENOMEM, "no memory");
	if (name != NULL) {
		*at = gw_tunnel_find(name);
		if (*at == 0)
			return gw_cli_fail(cli, ENOENT, "no tunnel \"%s\" (show tunnel)", name);
		gw_cli_put(cli, gw_tunnel_json(*at));
		return 0;
	}
	gw_cli_list(cli);
	while ((*at = gw_tunnel_next(*at)) != 0) {
		gw_cli_row_columns(cli, gw_tunnel_json(*at), columns);
		if (gw_cli_full(cli))
			return GW_CLI_AGAIN;
	}
	return 0;
}

static int tunnel_add(struct gw_cli *cli)
{
	const struct gw_tunnel_spec spec = {
		.name = gw_cli_arg(cli, "NAME"),
		.vni = gw_cli_u32(cli, "VNI", 0),
		.local = gw_cli_ip4(cli, "LOCAL"),
		.remote = gw_cli_ip4(cli, "REMOTE"),
		.vrf = gw_cli_arg(cli, "V"),
		.symmetric = gw_cli_has(cli, "symmetric"),
		.mss_clamp = gw_cli_has(cli, "mss-clamp"),
	};
	int ret = gw_cli_name_check(cli, "NAME");

	if (ret == 0)
		ret = gw_cli_name_check(cli, "V");
	return ret < 0 ? ret : gw_tunnel_add(&spec, gw_cli_err(cli));
}

static bool ip4_differs(struct gw_cli *cli, const char *arg, uint32_t ip)
{
	return gw_cli_arg(cli, arg) != NULL && gw_cli_ip4(cli, arg) != ip;
}

static int tunnel_del(struct gw_cli *cli)
{
	const char *name = gw_cli_arg(cli, "NAME");
	const struct gw_tunnel *t = &gw_tunnels[gw_tunnel_find(name)];

	if (t->used &&
		(gw_cli_u32(cli, "VNI", t->vni) != t->vni || ip4_differs(cli, "LOCAL", t->local) ||
			ip4_differs(cli, "REMOTE", t->remote)))
		return gw_cli_fail(
			cli, EINVAL, "tunnel %s is another one (show tunnel %s)", name, name);
	return gw_tunnel_del(name, gw_cli_err(cli));
}

static int group_show(struct gw_cli *cli)
{
	const char *name = gw_cli_arg(cli, "NAME");
	struct gw_tunnel_group **at = gw_cli_state(cli, sizeof(*at), NULL);

	if (at == NULL)
		return gw_cli_fail(cli, ENOMEM, "no memory");
	if (name != NULL) {
		*at = gw_tunnel_group_find(name);
		if (*at == NULL)
			return gw_cli_fail(
				cli, ENOENT, "no tunnel group \"%s\" (show tunnel-group)", name);
		gw_cli_put(cli, gw_tunnel_group_json(*at));
		return 0;
	}
	gw_cli_list(cli);
	// A place in the table of groups stays good when its group goes.
	while ((*at = gw_tunnel_group_next(*at)) != NULL) {
		gw_cli_row(cli, gw_tunnel_group_json(*at));
		if (gw_cli_full(cli))
			return GW_CLI_AGAIN;
	}
	return 0;
}

static int group_add(struct gw_cli *cli)
{
	int ret = gw_cli_name_check(cli, "NAME");

	if (ret < 0)
		return ret;
	return gw_tunnel_group_add(gw_cli_arg(cli, "NAME"), gw_cli_arg(cli, "ACTIVE"),
		gw_cli_arg(cli, "BACKUP"), gw_cli_err(cli));
}

static bool tunnel_named(struct gw_cli *cli, const char *arg, uint16_t tunnel)
{
	const char *name = gw_cli_arg(cli, arg);

	return name == NULL || strcmp(name, gw_tunnel_infos[tunnel].name) == 0;
}

static int group_del(struct gw_cli *cli)
{
	const char *name = gw_cli_arg(cli, "NAME");
	const struct gw_tunnel_group *g = gw_tunnel_group_find(name);

	if (g != NULL &&
		(!tunnel_named(cli, "ACTIVE", g->active) ||
			!tunnel_named(cli, "BACKUP", g->backup)))
		return gw_cli_fail(cli, EINVAL, "tunnel group %s has active %s and backup %s", name,
			gw_tunnel_infos[g->active].name, gw_tunnel_infos[g->backup].name);
	return gw_tunnel_group_del(name, gw_cli_err(cli));
}

static int group_switch(struct gw_cli *cli)
{
	return gw_tunnel_group_switch(
		gw_cli_arg(cli, "NAME"), gw_cli_has(cli, "backup"), gw_cli_err(cli));
}

GW_CLI_COMMAND(tunnel_show, "show tunnel [NAME:tunnel]",
	"tunnels, whether their remote is reached, and their counters", tunnel_show);
GW_CLI_COMMAND(tunnel_add,
	"add tunnel NAME vxlan-gpe vni VNI local LOCAL:ip4 remote REMOTE:ip4 " OPTIONS,
	"add a tunnel, or change its options", tunnel_add);
GW_CLI_COMMAND(tunnel_del,
	"del tunnel NAME:tunnel [vxlan-gpe] [vni VNI] [local LOCAL:ip4] [remote "
	"REMOTE:ip4] " OPTIONS,
	"delete a tunnel that nothing uses", tunnel_del);
GW_CLI_COMMAND(group_show, "show tunnel-group [NAME:group]",
	"tunnel groups and the tunnel that each uses", group_show);
GW_CLI_COMMAND(group_add, "add tunnel-group NAME active ACTIVE:tunnel backup BACKUP:tunnel",
	"add a tunnel group, or change its tunnels", group_add);
GW_CLI_COMMAND(group_del,
	"del tunnel-group NAME:group [active ACTIVE:tunnel] [backup BACKUP:tunnel]",
	"delete a tunnel group that nothing uses", group_del);
GW_CLI_COMMAND(group_switch, "switch tunnel-group NAME:group {active|backup}",
	"send everything behind a group through its active or its backup tunnel", group_switch);
