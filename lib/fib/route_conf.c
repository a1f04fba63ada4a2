// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// Section "routes".

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "config/wrap.h"
#include "fib/prefix_plan.h"
#include "fib/route.h"
#include "fib/via.h"
#include "fib/vrf.h"

#define ORDER 50

struct vias {
	uint32_t n;
	struct gw_ip_zone v[GW_ROUTE_VIAS];
};

struct row {
	struct gw_conf_prefix prefix;
	struct vias via;
	char vrf[GW_CONF_NAME_LEN];
};

static const struct row row_default = {.vrf = "default"};

static const struct gw_conf_field fields[] = {
	{"prefix", "destinations", GW_CONF_PREFIX, GW_CONF_TO(struct row, prefix),
		.required = true},
	{"via",
		"next hop on a connected subnet, or link-local with its interface; of several, "
		"each flow goes to one",
		GW_CONF_ARRAY, GW_CONF_TO(struct row, via), .required = true, .lone = true,
		.min = 1, .max = GW_ROUTE_VIAS,
		.of = GW_CONF_OF(GW_CONF_IP_ZONE, GW_CONF_TO_V(struct vias, v))},
	{"vrf", "default \"default\"", GW_CONF_NAME, GW_CONF_TO(struct row, vrf)},
	{},
};

// A next hop of IPv6 that is link-local (RFC 4291 2.5.6).
static int link_check(struct gw_conf *conf, const struct gw_ifaces_plan *plan,
	const struct gw_ip_zone *via, const char *path, const char *text, const struct row *r,
	struct gw_err *err)
{
	const struct gw_iface_plan *p;

	if (via->zone[0] == '\0')
		return gw_conf_fail(conf, err, EINVAL, path,
			"%s is link-local: say on which interface, \"%s%%INTERFACE\"", text, text);
	p = gw_iface_plan_find(plan, via->zone);
	if (p == NULL)
		return gw_conf_fail(
			conf, err, ENOENT, path, "%s: no interface \"%s\"", text, via->zone);
	if (strcmp(p->vrf_name, r->vrf) != 0)
		return gw_conf_fail(conf, err, EINVAL, path,
			"%s: interface %s is in VRF %s, %s, the route in VRF %s", text, p->name,
			p->vrf_name, gw_iface_plan_place(conf, p), r->vrf);
	return 0;
}

static int subnet_check(struct gw_conf *conf, const struct gw_ifaces_plan *plan,
	const struct gw_ip_zone *via, const char *path, const char *text, const struct row *r,
	uint16_t vrf, struct gw_err *err)
{
	bool ip4 = gw_ip_is4(&via->ip);
	const struct gw_iface_plan *own, *connected;

	if (via->zone[0] != '\0')
		return gw_conf_fail(conf, err, EINVAL, path,
			"%s: only a link-local address goes with an interface", text);
	own = ip4 ? gw_iface_plan_own(plan, vrf, gw_ip_to4(&via->ip))
		  : gw_iface_plan_own6(plan, vrf, &via->ip.a);
	if (own != NULL)
		return gw_conf_fail(conf, err, EINVAL, path, "%s is an own address, %s", text,
			ip4 ? gw_iface_plan_addr_place(conf, own, gw_ip_to4(&via->ip))
			    : gw_iface_plan_addr6_place(conf, own, &via->ip.a));
	connected = ip4 ? gw_iface_plan_connected(plan, vrf, gw_ip_to4(&via->ip))
			: gw_iface_plan_connected6(plan, vrf, &via->ip.a);
	if (connected == NULL)
		return gw_conf_fail(conf, err, ENETUNREACH, path,
			"%s is on no connected subnet of VRF %s (those of addresses of network "
			"ports)",
			text, r->vrf);
	return 0;
}

static int via_check(struct gw_conf *conf, const struct gw_ifaces_plan *plan, const struct row *r,
	uint16_t vrf, uint32_t i, struct gw_err *err)
{
	const struct gw_ip_zone *via = &r->via.v[i];
	const char *path = gw_conf_path(conf, "via/%u", i);
	char text[GW_IP_ZONE_LEN];

	if (gw_conf_line(conf, path) == 0) // the one that stands alone
		path = "via";
	gw_ip_zone_str(via, text);
	if (gw_ip_is4(&via->ip) != (r->prefix.family == AF_INET))
		return gw_conf_fail(conf, err, EINVAL, path,
			"%s is no next hop of an %s route: an %s address is", text,
			r->prefix.family == AF_INET ? "IPv4" : "IPv6",
			r->prefix.family == AF_INET ? "IPv4" : "IPv6");
	for (uint32_t k = 0; k < i; k++) {
		if (gw_ip_eq(&via->ip, &r->via.v[k].ip) && strcmp(via->zone, r->via.v[k].zone) == 0)
			return gw_conf_fail(conf, err, EEXIST, path, "%s stands twice", text);
	}
	if (IN6_IS_ADDR_LINKLOCAL(&via->ip.a))
		return link_check(conf, plan, via, path, text, r, err);
	return subnet_check(conf, plan, via, path, text, r, vrf, err);
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
			conf, "routes", "prefix", vrf, &r->prefix, index, NULL, err);
	for (uint32_t i = 0; i < r->via.n && ret == 0; i++)
		ret = via_check(conf, plan, r, vrf, i, err);
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
	const struct gw_prefix prefix = gw_conf_prefix(&r->prefix);
	struct gw_err why = {0};
	uint16_t vrf;

	if (gw_vrf_find(r->vrf, &vrf, &why) < 0 ||
		gw_route_add(vrf, &prefix, r->via.v, r->via.n, &why) < 0)
		return gw_conf_wrap(conf, err, "", &why);
	return 0;
}

static int routes_end(struct gw_conf *conf, struct gw_err *err)
{
	gw_route_marks_sweep();
	return 0;
}

static json_t *vias_json(const struct gw_route *r)
{
	struct gw_ip_zone vias[GW_ROUTE_VIAS];
	uint32_t n = gw_vias_of(r->by[GW_ROUTE_STATIC], vias);
	char text[GW_IP_ZONE_LEN];
	json_t *list;

	if (n == 1)
		return json_string(gw_ip_zone_str(&vias[0], text));
	list = json_array();
	for (uint32_t i = 0; i < n; i++)
		json_array_append_new(list, json_string(gw_ip_zone_str(&vias[i], text)));
	return list;
}

static void route_save(const struct gw_route *r, void *list)
{
	char prefix[GW_PREFIX_LEN];

	if (r->by[GW_ROUTE_STATIC] == 0)
		return;
	json_array_append_new(list,
		json_pack("{s:s, s:o, s:s}", "prefix", gw_prefix_str(&r->prefix, prefix), "via",
			vias_json(r), "vrf", gw_vrfs[r->vrf].name));
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
