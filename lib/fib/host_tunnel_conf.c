// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// Section "host_tunnels". Entries with a lifetime are of the moment: they are not saved, and a
// reload leaves them alone.

#include <errno.h>
#include <string.h>

#include "config/wrap.h"
#include "fib/address_plan.h"
#include "fib/host_tunnel.h"
#include "fib/prefix_plan.h"
#include "fib/vrf.h"
#include "ip4/ip4.h"
#include "tunnel/plan.h"

#define ORDER 70

struct row {
	struct gw_conf_ip ip;
	char tunnel[GW_CONF_NAME_LEN], group[GW_CONF_NAME_LEN], vrf[GW_CONF_NAME_LEN];
};

static const struct row row_default = {.vrf = "default"};

static const struct gw_conf_field fields[] = {
	{"ip", "address of the client", GW_CONF_IP, GW_CONF_TO(struct row, ip), .required = true},
	{"tunnel", "tunnel or tunnel group to where the client is", GW_CONF_NAME,
		GW_CONF_TO(struct row, tunnel)},
	{"group", "the same, but a tunnel group only", GW_CONF_NAME, GW_CONF_TO(struct row, group)},
	{"vrf", "default \"default\"", GW_CONF_NAME, GW_CONF_TO(struct row, vrf)},
	{},
};

static const char *out_name(const struct row *r)
{
	return r->group[0] != '\0' ? r->group : r->tunnel;
}

static int out_check(
	struct gw_conf *conf, const struct row *r, struct gw_path_plan **p, struct gw_err *err)
{
	const char *key = r->group[0] != '\0' ? "group" : "tunnel";

	if (r->group[0] != '\0' && r->tunnel[0] != '\0')
		return gw_conf_fail(conf, err, EINVAL, "group", "not together with \"tunnel\", %s",
			gw_conf_place(conf, "tunnel"));
	if (out_name(r)[0] == '\0')
		return gw_conf_fail(
			conf, err, EINVAL, "", "one of \"tunnel\" and \"group\" is missing");
	return gw_path_plan_of(conf, out_name(r), r->group[0] != '\0', key, r->vrf, "vrf", p, err);
}

static int entry_check(struct gw_conf *conf, const void *row, size_t index, struct gw_err *err)
{
	const struct row *r = row;
	struct gw_path_plan *p;
	int ret;

	if (r->ip.family != AF_INET)
		return gw_conf_fail(
			conf, err, ENOTSUP, "ip", "IPv6 clients are not forwarded by this version");
	ret = out_check(conf, r, &p, err);
	if (ret == 0)
		ret = gw_address_plan_check(conf, "host_tunnels", p->vrf, r->ip.ip4, index, err);
	return ret;
}

static int entry_apply(struct gw_conf *conf, const void *row, size_t index, struct gw_err *err)
{
	const struct row *r = row;
	struct gw_err why = {0};
	struct gw_path_plan *p;
	uint16_t path;
	int ret = out_check(conf, r, &p, err);

	if (ret < 0)
		return ret;
	path = gw_path_plan_running(p);
	if (gw_host_tunnel_add(gw_path_vrf(path), r->ip.ip4, path, 0, &why) < 0)
		return gw_conf_wrap(conf, err, "", &why);
	gw_host_tunnel_mark(gw_path_vrf(path), r->ip.ip4);
	return 0;
}

static int entries_end(struct gw_conf *conf, struct gw_err *err)
{
	gw_host_tunnel_marks_sweep();
	return 0;
}

// The cursor is that of the VRF's table above the VRF's number.
static json_t *entry_save(size_t *cursor)
{
	uint16_t v = (uint16_t)(*cursor & (GW_MAX_VRFS - 1)), path;
	uint64_t at = *cursor / GW_MAX_VRFS;
	char text[GW_IP4_LEN];
	uint32_t ip;

	while (v < gw_vrf_count) {
		if (!gw_host_tunnel_next(v, &at, &ip, &path)) {
			v++;
			at = 0;
		} else if (gw_host_tunnel_lifetime_ms(v, ip) == 0) {
			*cursor = at * GW_MAX_VRFS + v;
			return json_pack("{s:s, s:s, s:s}", "ip", gw_ip4_str(ip, text), "tunnel",
				gw_path_name(path), "vrf", gw_vrfs[v].name);
		}
	}
	return NULL;
}

static_assert((GW_MAX_VRFS & (GW_MAX_VRFS - 1)) == 0, "part of a cursor");

GW_CONF_SECTION(host_tunnels,
	{.value = {"host_tunnels",
		 "clients behind other user planes; a reload removes those without lifetime that "
		 "the file does not name",
		 GW_CONF_ARRAY, .of = GW_CONF_OF(GW_CONF_OBJECT, .fields = fields)},
		.order = ORDER,
		.streamed = true,
		.row_size = sizeof(struct row),
		.row_default = &row_default,
		.check_row = entry_check,
		.apply_row = entry_apply,
		.end = entries_end,
		.save_next = entry_save});
