// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// Section "routes".

#include <errno.h>
#include <stdlib.h>

#include "config/wrap.h"
#include "fib/prefix_plan.h"
#include "fib/route.h"
#include "fib/vrf.h"

#define ORDER 50

struct row {
	struct gw_conf_prefix prefix;
	struct gw_conf_ip via;
	char vrf[GW_CONF_NAME_LEN];
};

static const struct row row_default = {.vrf = "default"};

static const struct gw_conf_field fields[] = {
	{"prefix", "destinations", GW_CONF_PREFIX, GW_CONF_TO(struct row, prefix),
		.required = true},
	{"via", "next hop on a connected subnet", GW_CONF_IP, GW_CONF_TO(struct row, via),
		.required = true},
	{"vrf", "default \"default\"", GW_CONF_NAME, GW_CONF_TO(struct row, vrf)},
	{},
};

static int via_check(struct gw_conf *conf, const struct gw_ifaces_plan *plan, const struct row *r,
	uint16_t vrf, struct gw_err *err)
{
	const struct gw_iface_plan *own;
	char text[GW_IP4_LEN];

	if (r->via.family != AF_INET)
		return gw_conf_fail(conf, err, ENOTSUP, "via",
			"IPv6 next hops are not forwarded to by this version");
	gw_ip4_str(r->via.ip4, text);
	own = gw_iface_plan_own(plan, vrf, r->via.ip4);
	if (own != NULL)
		return gw_conf_fail(conf, err, EINVAL, "via", "%s is an own address, %s", text,
			gw_iface_plan_addr_place(conf, own, r->via.ip4));
	if (gw_iface_plan_connected(plan, vrf, r->via.ip4) == NULL)
		return gw_conf_fail(conf, err, ENETUNREACH, "via",
			"%s is on no connected subnet of VRF %s (those of addresses of network "
			"ports)",
			text, r->vrf);
	return 0;
}

static int route_check(struct gw_conf *conf, const void *row, size_t index, struct gw_err *err)
{
	const struct row *r = row;
	struct gw_ifaces_plan *plan;
	uint16_t vrf = 0;
	int ret = gw_ifaces_plan(conf, &plan, err);

	if (ret == 0)
		ret = gw_prefix_plan_vrf(conf, plan, r->vrf, &vrf, err);
	if (ret == 0)
		ret = gw_prefix_plan_check(
			conf, "routes", "prefix", vrf, &r->prefix, index, "IPv6 routes", err);
	if (ret == 0)
		ret = via_check(conf, plan, r, vrf, err);
	return ret;
}

static int routes_begin(struct gw_conf *conf, struct gw_err *err)
{
	gw_route_marks_begin();
	return 0;
}

static int route_apply(struct gw_conf *conf, const void *row, size_t index, struct gw_err *err)
{
	const struct row *r = row;
	struct gw_err why = {0};
	uint16_t vrf;

	if (gw_vrf_find(r->vrf, &vrf, &why) < 0 ||
		gw_route_add(vrf, &r->prefix.p4, r->via.ip4, &why) < 0)
		return gw_conf_wrap(conf, err, "", &why);
	return 0;
}

static int routes_end(struct gw_conf *conf, struct gw_err *err)
{
	gw_route_marks_sweep();
	return 0;
}

static void route_save(const struct gw_route *r, void *list)
{
	char prefix[GW_PREFIX4_LEN], via[GW_IP4_LEN];

	json_array_append_new(list,
		json_pack("{s:s, s:s, s:s}", "prefix", gw_prefix4_str(r->prefix, r->len, prefix),
			"via", gw_ip4_str(r->via, via), "vrf", gw_vrfs[r->vrf].name));
}

static json_t *routes_save(void)
{
	json_t *list = json_array();

	gw_route_walk(route_save, list);
	return list;
}

GW_CONF_SECTION(routes,
	{.value = {"routes", "ordinary routes; a reload removes those that the file does not name",
		 GW_CONF_ARRAY, .of = GW_CONF_OF(GW_CONF_OBJECT, .fields = fields)},
		.order = ORDER,
		.streamed = true,
		.row_size = sizeof(struct row),
		.row_default = &row_default,
		.check_row = route_check,
		.begin = routes_begin,
		.apply_row = route_apply,
		.end = routes_end,
		.save = routes_save});
