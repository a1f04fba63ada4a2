// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// Commands about host-tunnel routes.

#include <errno.h>

#include "cli/cli.h"
#include "cli/columns.h"
#include "fib/host_tunnel.h"
#include "fib/host_tunnel_json.h"
#include "fib/vrf.h"
#include "tunnel/path_cli.h"
#include "tunnel/tunnel.h"

#define CALL_ENTRIES 4096 // looked at in one call, whether they are host-tunnels or hosts

struct walk {
	uint64_t cursor;
	uint16_t vrf, end;
};

json_t *gw_host_tunnel_json(uint16_t vrf, uint32_t ip)
{
	uint32_t res = gw_rib_get(&gw_vrfs[vrf].rib, ip, 32, GW_FIB_HOST_TUNNEL);
	uint16_t path = (uint16_t)gw_fib_index(res);
	char text[GW_IP4_LEN];
	uint32_t ms;
	json_t *o;

	if (res == 0)
		return NULL;
	ms = gw_host_tunnel_lifetime_ms(vrf, ip);
	o = json_pack("{s:s, s:s}", "ip", gw_ip4_str(ip, text), "vrf", gw_vrfs[vrf].name);
	gw_path_json_set(o, path);
	json_object_set_new(o, "lifetime_ms", ms != 0 ? json_integer(ms) : json_null());
	return o;
}

static int walk_begin(struct gw_cli *cli, struct walk *w)
{
	const char *name = gw_cli_arg(cli, "V");
	int ret = 0;

	w->end = gw_vrf_count;
	if (name != NULL) {
		ret = gw_vrf_find(name, &w->vrf, gw_cli_err(cli));
		w->end = w->vrf + 1;
	}
	return ret;
}

// A table that grows meanwhile goes on in another order: what is shown then may lack entries or
// have some twice.
static int host_tunnel_show(struct gw_cli *cli)
{
	static const char *const columns[] = {"ip", "vrf", "tunnel", "group", "lifetime_ms", NULL};
	struct walk *w = gw_cli_state(cli, sizeof(*w), NULL);
	unsigned budget = CALL_ENTRIES;

	if (w == NULL)
		return gw_cli_fail(cli, ENOMEM, "no memory");
	if (w->end == 0) {
		int ret = walk_begin(cli, w);

		if (ret < 0)
			return ret;
	}
	gw_cli_list(cli);
	while (w->vrf < w->end) {
		const struct gw_rib *rib = &gw_vrfs[w->vrf].rib;
		uint32_t ip, res;

		if (rib->count[GW_FIB_HOST_TUNNEL] == 0 ||
			!gw_hash32_next(&rib->exact, &w->cursor, &ip, &res)) {
			w->vrf++;
			w->cursor = 0;
			continue;
		}
		// It may stand behind a host route.
		if (gw_rib_get(rib, ip, 32, GW_FIB_HOST_TUNNEL) != 0)
			gw_cli_row_columns(cli, gw_host_tunnel_json(w->vrf, ip), columns);
		if (gw_cli_full(cli) || --budget == 0)
			return GW_CLI_AGAIN;
	}
	return 0;
}

static int host_tunnel_add(struct gw_cli *cli)
{
	uint16_t path, vrf;
	int ret = gw_path_cli_read(cli, &path);

	if (ret == 0)
		ret = gw_vrf_find(gw_cli_arg(cli, "V"), &vrf, gw_cli_err(cli));
	if (ret < 0)
		return ret;
	return gw_host_tunnel_add(
		vrf, gw_cli_ip4(cli, "IP"), path, gw_cli_u32(cli, "MS", 0), gw_cli_err(cli));
}

static int host_tunnel_del(struct gw_cli *cli)
{
	uint32_t ip = gw_cli_ip4(cli, "IP"), res;
	char text[GW_IP4_LEN];
	uint16_t path, vrf;
	int ret = gw_path_cli_read(cli, &path);

	if (ret == 0)
		ret = gw_vrf_find(gw_cli_arg(cli, "V"), &vrf, gw_cli_err(cli));
	if (ret < 0)
		return ret;
	res = gw_rib_get(&gw_vrfs[vrf].rib, ip, 32, GW_FIB_HOST_TUNNEL);
	if (path != 0 && res != 0 && gw_fib_index(res) != path)
		return gw_cli_fail(cli, ENOENT,
			"host-tunnel route %s in VRF %s goes to %s, not to %s",
			gw_ip4_str(ip, text), gw_vrfs[vrf].name,
			gw_path_name((uint16_t)gw_fib_index(res)), gw_path_name(path));
	return gw_host_tunnel_del(vrf, ip, gw_cli_err(cli));
}

GW_CLI_COMMAND(
	host_tunnel_show, "show host-tunnel [vrf V:vrf]", "host-tunnel routes", host_tunnel_show);
GW_CLI_COMMAND(host_tunnel_add,
	"add host-tunnel IP:ip4 {tunnel TUNNEL:path|group GROUP} [lifetime MS] [vrf V:vrf]",
	"add a host-tunnel route, or change it", host_tunnel_add);
GW_CLI_COMMAND(host_tunnel_del,
	"del host-tunnel IP:ip4 [tunnel TUNNEL:path|group GROUP] [lifetime MS] [vrf V:vrf]",
	"delete a host-tunnel route", host_tunnel_del);
