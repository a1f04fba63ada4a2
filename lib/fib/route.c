// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "fib/route.h"

#include <errno.h>
#include <search.h>
#include <stdlib.h>

#include "fib/vrf.h"
#include "iface/addr.h"
#include "neigh/neigh.h"
#include "tunnel/tunnel.h"

static void *routes; // tree by (vrf, prefix, len)
static uint32_t count;
static uint32_t mark;

static int route_cmp(const void *a, const void *b)
{
	const struct gw_route *x = a, *y = b;

	if (x->vrf != y->vrf)
		return x->vrf < y->vrf ? -1 : 1;
	if (x->prefix != y->prefix)
		return x->prefix < y->prefix ? -1 : 1;
	return (int)x->len - (int)y->len;
}

static struct gw_route *route_find(uint16_t vrf, uint32_t prefix, uint8_t len)
{
	struct gw_route key = {.vrf = vrf, .prefix = prefix, .len = len};
	void *node = tfind(&key, &routes, route_cmp);

	return node == NULL ? NULL : *(struct gw_route **)node;
}

static struct gw_route *route_new(uint16_t vrf, const struct gw_prefix4 *prefix)
{
	struct gw_route *r = calloc(1, sizeof(*r));

	if (r == NULL)
		return NULL;
	r->vrf = vrf;
	r->prefix = prefix->addr;
	r->len = prefix->len;
	if (tsearch(r, &routes, route_cmp) == NULL) {
		free(r);
		return NULL;
	}
	count++;
	return r;
}

static void route_drop(struct gw_route *r)
{
	tdelete(r, &routes, route_cmp);
	free(r);
	count--;
}

// The interface on whose connected subnet `via` lies, 0 none.
static uint16_t via_iface(uint16_t vrf, uint32_t via)
{
	for (uint8_t len = 32; len-- > 0;) {
		uint32_t res =
			gw_rib_get(&gw_vrfs[vrf].rib, via & gw_mask4(len), len, GW_FIB_CONNECTED);

		if (res != 0)
			return (uint16_t)gw_fib_index(res);
	}
	return 0;
}

int gw_route_add(uint16_t vrf, const struct gw_prefix4 *prefix, uint32_t via, struct gw_err *err)
{
	char text[GW_PREFIX4_LEN], hop[GW_IP4_LEN];
	uint16_t iface = via_iface(vrf, via);
	struct gw_route *r;
	uint32_t nh, old;
	int ret;

	gw_prefix4_str(prefix->addr, prefix->len, text);
	gw_ip4_str(via, hop);
	if (prefix->addr & ~gw_mask4(prefix->len))
		return gw_err_set(
			err, EINVAL, "route %s: bits are set after the prefix length", text);
	if (iface == 0)
		return gw_err_set(err, ENETUNREACH,
			"route %s: via %s is on no connected subnet of VRF %s (show interface)",
			text, hop, gw_vrfs[vrf].name);
	if (gw_iface_addr_owner(vrf, via) != 0)
		return gw_err_set(err, EINVAL, "route %s: via %s is an own address", text, hop);
	nh = gw_neigh_get(iface, gw_ip_of4(via));
	if (nh == 0)
		return gw_err_set(err, ENOSPC, "route %s: neighbour table is full", text);
	gw_neigh_hold(nh);
	r = route_find(vrf, prefix->addr, prefix->len);
	old = r == NULL ? 0 : r->nh;
	if (r == NULL)
		r = route_new(vrf, prefix);
	ret = r == NULL
		? -ENOMEM
		: gw_rib_set(&gw_vrfs[vrf].rib, prefix->addr, prefix->len, GW_FIB_ROUTE, nh);
	if (ret < 0) {
		if (r != NULL && old == 0)
			route_drop(r);
		gw_neigh_release(nh);
		return gw_err_set(err, -ret, "route %s: no memory", text);
	}
	r->via = via;
	r->nh = nh;
	r->mark = mark;
	if (old != 0)
		gw_neigh_release(old);
	gw_tunnel_routes_changed();
	return 0;
}

static void route_delete(struct gw_route *r)
{
	gw_rib_del(&gw_vrfs[r->vrf].rib, r->prefix, r->len, GW_FIB_ROUTE);
	gw_neigh_release(r->nh);
	route_drop(r);
	gw_tunnel_routes_changed();
}

int gw_route_del(uint16_t vrf, const struct gw_prefix4 *prefix, struct gw_err *err)
{
	struct gw_route *r = route_find(vrf, prefix->addr, prefix->len);
	char text[GW_PREFIX4_LEN];

	if (r == NULL)
		return gw_err_set(err, ENOENT, "no route %s in VRF %s (show route)",
			gw_prefix4_str(prefix->addr, prefix->len, text), gw_vrfs[vrf].name);
	route_delete(r);
	return 0;
}

struct walk {
	void (*fn)(const struct gw_route *r, void *arg);
	void *arg;
};

static void walk_node(const void *node, VISIT visit, void *arg)
{
	const struct walk *w = arg;

	if (visit == postorder || visit == leaf)
		w->fn(*(struct gw_route *const *)node, w->arg);
}

void gw_route_walk(void (*fn)(const struct gw_route *r, void *arg), void *arg)
{
	struct walk w = {.fn = fn, .arg = arg};

	twalk_r(routes, walk_node, &w);
}

uint32_t gw_route_count(void)
{
	return count;
}

void gw_route_marks_begin(void)
{
	mark++;
}

struct stale {
	struct gw_route **r;
	uint32_t n;
};

static void stale_collect(const struct gw_route *r, void *arg)
{
	struct stale *stale = arg;

	if (r->mark != mark)
		stale->r[stale->n++] = route_find(r->vrf, r->prefix, r->len);
}

void gw_route_marks_sweep(void)
{
	struct stale stale = {.r = calloc(count + 1, sizeof(*stale.r))};

	if (stale.r == NULL)
		return; // they stay until the next reload
	gw_route_walk(stale_collect, &stale);
	for (uint32_t i = 0; i < stale.n; i++)
		route_delete(stale.r[i]);
	free(stale.r);
}

void gw_route_fini(void)
{
	tdestroy(routes, free);
	routes = NULL;
	count = 0;
}
