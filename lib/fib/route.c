// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "fib/route.h"

#include <errno.h>
#include <stdlib.h>

#include "base/tree.h"
#include "fib/fib.h"
#include "fib/via.h"
#include "fib/vrf.h"
#include "neigh/neigh.h"
#include "tunnel/tunnel.h"

static uint32_t mark;

static int route_cmp(const void *a, const void *b)
{
	const struct gw_route *x = a, *y = b;

	if (x->vrf != y->vrf)
		return x->vrf < y->vrf ? -1 : 1;
	return gw_prefix_cmp(&x->prefix, &y->prefix);
}

static struct gw_tree routes = {.cmp = route_cmp};

static struct gw_route *route_find(uint16_t vrf, const struct gw_prefix *prefix)
{
	return gw_tree_find(&routes, &(struct gw_route){.vrf = vrf, .prefix = *prefix});
}

static struct gw_route *route_new(uint16_t vrf, const struct gw_prefix *prefix)
{
	const struct gw_route key = {.vrf = vrf, .prefix = *prefix};

	return gw_tree_put(&routes, &key, sizeof(key));
}

static int prefix_check(const struct gw_prefix *prefix, struct gw_err *err)
{
	const struct gw_prefix masked = gw_prefix_masked(prefix);
	char text[GW_PREFIX_LEN];

	if (gw_prefix_eq(prefix, &masked))
		return 0;
	return gw_err_set(err, EINVAL, "route %s: bits are set after the prefix length",
		gw_prefix_str(prefix, text));
}

static void nexthops_release(const uint32_t *nh, uint32_t n)
{
	while (n-- > 0)
		gw_neigh_release(nh[n]);
}

// The next hops of a route, each held.
static int vias_resolve(uint16_t vrf, const struct gw_prefix *prefix, const struct gw_ip_zone *vias,
	uint32_t n, uint32_t nh[static GW_ROUTE_VIAS], struct gw_err *err)
{
	char text[GW_PREFIX_LEN], hop[GW_IP_ZONE_LEN];

	for (uint32_t i = 0; i < n; i++) {
		int ret = gw_via_resolve(vrf, prefix, &vias[i], &nh[i], err);

		if (ret < 0) {
			nexthops_release(nh, i);
			return ret;
		}
		for (uint32_t k = 0; k < i; k++) {
			if (nh[k] != nh[i])
				continue;
			nexthops_release(nh, i + 1);
			return gw_err_set(err, EINVAL, "route %s: via %s stands twice",
				gw_prefix_str(prefix, text), gw_ip_zone_str(&vias[i], hop));
		}
	}
	return 0;
}

// What the look-up gives for these next hops; held in their place.
static int result_make(const uint32_t *nh, uint32_t n, uint32_t *res)
{
	uint32_t index;
	int ret;

	if (n == 1) {
		*res = gw_fib_result(GW_FIB_ROUTE, nh[0]);
		return 0;
	}
	ret = gw_multipath_get(nh, n, &index);
	nexthops_release(nh, n);
	*res = gw_fib_result(GW_FIB_MULTIPATH, index);
	return ret;
}

static uint32_t route_best(const uint32_t by[static GW_ROUTE_ORIGINS])
{
	return by[GW_ROUTE_STATIC] != 0 ? by[GW_ROUTE_STATIC] : by[GW_ROUTE_LEARNED];
}

// Readers find the old next hops or the new ones. `res` 0: none of this origin any more, which
// cannot fail unless another one takes its place.
static int route_put(struct gw_route *r, enum gw_route_origin origin, uint32_t res)
{
	uint32_t before = r->res, old = r->by[origin], now;
	int ret = 0;

	r->by[origin] = res;
	now = route_best(r->by);
	if (now != 0 && now != before)
		ret = gw_fib_set(r->vrf, &r->prefix, gw_fib_kind(now), gw_fib_index(now));
	if (ret < 0) {
		r->by[origin] = old;
		return ret;
	}
	if (before != 0 && (now == 0 || gw_fib_kind(before) != gw_fib_kind(now)))
		gw_fib_del(r->vrf, &r->prefix, gw_fib_kind(before));
	r->res = now;
	if (old != 0)
		gw_fib_release(old);
	return 0;
}

static int route_set(enum gw_route_origin origin, uint16_t vrf, const struct gw_prefix *prefix,
	const struct gw_ip_zone *vias, uint32_t n, struct gw_err *err)
{
	uint32_t nh[GW_ROUTE_VIAS], res;
	char text[GW_PREFIX_LEN];
	struct gw_route *r;
	int ret = prefix_check(prefix, err);

	if (ret < 0)
		return ret;
	gw_prefix_str(prefix, text);
	if (n == 0 || n > GW_ROUTE_VIAS)
		return gw_err_set(err, EINVAL, "route %s: %u next hops; it takes 1 to %d", text, n,
			GW_ROUTE_VIAS);
	ret = vias_resolve(vrf, prefix, vias, n, nh, err);
	if (ret < 0)
		return ret;
	ret = result_make(nh, n, &res);
	if (ret < 0)
		return gw_err_set(
			err, -ret, "route %s: no room for another set of next hops", text);
	r = route_find(vrf, prefix);
	if (r == NULL)
		r = route_new(vrf, prefix);
	ret = r == NULL ? -ENOMEM : route_put(r, origin, res);
	if (ret < 0) {
		if (r != NULL && r->res == 0)
			gw_tree_drop(&routes, r);
		gw_fib_release(res);
		return gw_err_set(err, -ret, "route %s: no memory", text);
	}
	if (origin == GW_ROUTE_STATIC)
		r->mark = mark;
	gw_tunnel_routes_changed();
	return 0;
}

int gw_route_add(uint16_t vrf, const struct gw_prefix *prefix, const struct gw_ip_zone *vias,
	uint32_t n, struct gw_err *err)
{
	return route_set(GW_ROUTE_STATIC, vrf, prefix, vias, n, err);
}

int gw_route_learn(uint16_t vrf, const struct gw_prefix *prefix, const struct gw_ip_zone *vias,
	uint32_t n, struct gw_err *err)
{
	return route_set(GW_ROUTE_LEARNED, vrf, prefix, vias, n, err);
}

// Without memory for what would take its place, that goes too.
static void route_delete(struct gw_route *r, enum gw_route_origin origin)
{
	if (route_put(r, origin, 0) < 0) {
		for (int o = 0; o < GW_ROUTE_ORIGINS; o++) {
			if (o != (int)origin && r->by[o] != 0)
				gw_fib_release(r->by[o]);
			if (o != (int)origin)
				r->by[o] = 0;
		}
		route_put(r, origin, 0);
	}
	if (r->res == 0)
		gw_tree_drop(&routes, r);
	gw_tunnel_routes_changed();
}

void gw_route_unlearn(uint16_t vrf, const struct gw_prefix *prefix)
{
	struct gw_route *r = route_find(vrf, prefix);

	if (r != NULL && r->by[GW_ROUTE_LEARNED] != 0)
		route_delete(r, GW_ROUTE_LEARNED);
}

const struct gw_route *gw_route_find(uint16_t vrf, const struct gw_prefix *prefix)
{
	return route_find(vrf, prefix);
}

int gw_route_del(uint16_t vrf, const struct gw_prefix *prefix, const struct gw_ip_zone *vias,
	uint32_t n, struct gw_err *err)
{
	char text[GW_PREFIX_LEN], now[GW_VIAS_LEN], asked[GW_VIAS_LEN];
	struct gw_route *r = route_find(vrf, prefix);
	struct gw_ip_zone has[GW_ROUTE_VIAS];
	uint32_t count_now;

	gw_prefix_str(prefix, text);
	if (r == NULL)
		return gw_err_set(
			err, ENOENT, "no route %s in VRF %s (show route)", text, gw_vrfs[vrf].name);
	if (r->by[GW_ROUTE_STATIC] == 0)
		return gw_err_set(err, ENOENT,
			"route %s in VRF %s is learned from the kernel: delete it there", text,
			gw_vrfs[vrf].name);
	count_now = gw_vias_of(r->by[GW_ROUTE_STATIC], has);
	if (n > 0 && !gw_vias_same(has, count_now, vias, n))
		return gw_err_set(err, ENOENT, "route %s in VRF %s is via %s, not %s", text,
			gw_vrfs[vrf].name, gw_vias_str(has, count_now, now),
			gw_vias_str(vias, n, asked));
	route_delete(r, GW_ROUTE_STATIC);
	return 0;
}

struct walk {
	void (*fn)(const struct gw_route *r, void *arg);
	void *arg;
};

static void walk_one(void *item, void *arg)
{
	const struct walk *w = arg;

	w->fn(item, w->arg);
}

void gw_route_walk(void (*fn)(const struct gw_route *r, void *arg), void *arg)
{
	struct walk w = {.fn = fn, .arg = arg};

	gw_tree_walk(&routes, walk_one, &w);
}

uint32_t gw_route_count(void)
{
	return routes.count;
}

void gw_route_marks_begin(void)
{
	mark++;
}

static bool is_stale(void *item, void *)
{
	const struct gw_route *r = item;

	return r->by[GW_ROUTE_STATIC] != 0 && r->mark != mark;
}

void gw_route_marks_sweep(void)
{
	uint32_t n;
	void **stale = gw_tree_pick(&routes, is_stale, NULL, &n);

	// Without memory they stay until the next reload.
	for (uint32_t i = 0; i < n; i++)
		route_delete(stale[i], GW_ROUTE_STATIC);
	free(stale);
}

void gw_route_fini(void)
{
	gw_tree_fini(&routes, free);
}
