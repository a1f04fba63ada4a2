// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "fib/host_tunnel.h"

#include <errno.h>
#include <stdlib.h>

#include "base/addr.h"
#include "base/heap.h"
#include "base/tree.h"
#include "fib/vrf.h"
#include "ip4/ip4.h"
#include "slow/slow.h"
#include "tunnel/tunnel.h"

struct lifetime {
	struct gw_heap_node end; // first: the heap gives this back
	uint32_t ip;
	uint16_t vrf;
};

static struct gw_heap ends;
static struct gw_hash32 marked[GW_MAX_VRFS]; // addresses that the new configuration names

static int lifetime_cmp(const void *a, const void *b)
{
	const struct lifetime *x = a, *y = b;

	if (x->vrf != y->vrf)
		return x->vrf < y->vrf ? -1 : 1;
	return x->ip < y->ip ? -1 : x->ip > y->ip;
}

static struct gw_tree lifetimes = {.cmp = lifetime_cmp};

static struct lifetime *lifetime_find(uint16_t vrf, uint32_t ip)
{
	return gw_tree_find(&lifetimes, &(struct lifetime){.vrf = vrf, .ip = ip});
}

static void lifetime_drop(struct lifetime *l)
{
	if (l == NULL)
		return;
	gw_heap_remove(&ends, &l->end);
	gw_tree_drop(&lifetimes, l);
}

static int lifetime_set(uint16_t vrf, uint32_t ip, uint32_t ms)
{
	const struct lifetime key = {.vrf = vrf, .ip = ip};
	struct lifetime *l = gw_tree_put(&lifetimes, &key, sizeof(key));
	uint64_t end = gw_slow_now_us() + ms * 1000ull;

	if (l == NULL)
		return -ENOMEM;
	if (gw_heap_set(&ends, &l->end, end) < 0) {
		lifetime_drop(l);
		return -ENOMEM;
	}
	return 0;
}

static void entry_delete(uint16_t vrf, uint32_t ip)
{
	struct gw_rib *rib = &gw_vrfs[vrf].rib;
	uint32_t res = gw_rib_get(rib, ip, 32, GW_FIB_HOST_TUNNEL);

	gw_rib_del(rib, ip, 32, GW_FIB_HOST_TUNNEL);
	gw_path_release((uint16_t)gw_fib_index(res));
	lifetime_drop(lifetime_find(vrf, ip));
}

static bool lifetimes_poll(uint64_t now_us)
{
	struct gw_heap_node *n;
	bool work = false;

	while ((n = gw_heap_first(&ends)) != NULL && n->key <= now_us) {
		struct lifetime *l = (struct lifetime *)n;

		entry_delete(l->vrf, l->ip);
		gw_slow_event(GW_EV_lifetime_expired);
		work = true;
	}
	return work;
}

int gw_host_tunnel_init(void)
{
	gw_slow_every(0, lifetimes_poll);
	return 0;
}

void gw_host_tunnel_fini(void)
{
	gw_tree_fini(&lifetimes, free);
	gw_heap_fini(&ends);
}

int gw_host_tunnel_add(
	uint16_t vrf, uint32_t ip, uint16_t path, uint32_t lifetime_ms, struct gw_err *err)
{
	struct gw_rib *rib = &gw_vrfs[vrf].rib;
	uint32_t old = gw_rib_get(rib, ip, 32, GW_FIB_HOST_TUNNEL);
	char text[GW_IP4_LEN];
	int ret = 0;

	if (!gw_ip4_source_ok(ip))
		return gw_err_set(
			err, EINVAL, "host-tunnel %s: no address of a host", gw_ip4_str(ip, text));
	if (gw_rib_get(rib, ip, 32, GW_FIB_LOCAL) != 0)
		return gw_err_set(err, EEXIST, "host-tunnel %s: is an own address (show interface)",
			gw_ip4_str(ip, text));
	if (gw_path_vrf(path) != vrf)
		return gw_err_set(err, EINVAL, "host-tunnel %s: %s carries VRF %s, not %s",
			gw_ip4_str(ip, text), gw_path_name(path), gw_vrfs[gw_path_vrf(path)].name,
			gw_vrfs[vrf].name);
	if (lifetime_ms != 0)
		ret = lifetime_set(vrf, ip, lifetime_ms);
	else
		lifetime_drop(lifetime_find(vrf, ip));
	if (ret == 0)
		ret = gw_rib_set(rib, ip, 32, GW_FIB_HOST_TUNNEL, path);
	if (ret < 0) {
		if (old == 0)
			lifetime_drop(lifetime_find(vrf, ip));
		return gw_err_set(err, -ret, "host-tunnel %s: no memory", gw_ip4_str(ip, text));
	}
	gw_path_hold(path);
	gw_path_release((uint16_t)gw_fib_index(old));
	return 0;
}

int gw_host_tunnel_del(uint16_t vrf, uint32_t ip, struct gw_err *err)
{
	char text[GW_IP4_LEN];

	if (gw_rib_get(&gw_vrfs[vrf].rib, ip, 32, GW_FIB_HOST_TUNNEL) == 0)
		return gw_err_set(err, ENOENT, "no host-tunnel route %s in VRF %s",
			gw_ip4_str(ip, text), gw_vrfs[vrf].name);
	entry_delete(vrf, ip);
	return 0;
}

void gw_host_tunnel_superseded(uint16_t vrf, uint32_t ip)
{
	if (lifetime_find(vrf, ip) != NULL)
		entry_delete(vrf, ip);
}

uint32_t gw_host_tunnel_lifetime_ms(uint16_t vrf, uint32_t ip)
{
	const struct lifetime *l = lifetime_find(vrf, ip);
	uint64_t now = gw_slow_now_us();

	if (l == NULL)
		return 0;
	return l->end.key > now ? (uint32_t)((l->end.key - now + 999) / 1000) : 1;
}

bool gw_host_tunnel_next(uint16_t vrf, uint64_t *cursor, uint32_t *ip, uint16_t *path)
{
	const struct gw_rib *rib = &gw_vrfs[vrf].rib;
	uint32_t res;

	while (gw_hash32_next(&rib->exact, cursor, ip, &res)) {
		if (gw_fib_kind(res) != GW_FIB_HOST_TUNNEL)
			res = gw_rib_get(rib, *ip, 32, GW_FIB_HOST_TUNNEL); // behind a host route
		if (res != 0) {
			*path = (uint16_t)gw_fib_index(res);
			return true;
		}
	}
	return false;
}

static void table_now(struct gw_hash32_table *old)
{
	gw_hash32_table_free(old); // only the slow path reads marks
}

void gw_host_tunnel_mark(uint16_t vrf, uint32_t ip)
{
	if (marked[vrf].table == NULL && gw_hash32_init(&marked[vrf], 64, table_now) < 0)
		return;
	gw_hash32_set(&marked[vrf], ip, 1);
}

static bool is_marked(uint16_t vrf, uint32_t ip)
{
	return marked[vrf].table != NULL && gw_hash32_get(marked[vrf].table, ip) != 0;
}

void gw_host_tunnel_marks_sweep(void)
{
	for (uint16_t v = 0; v < gw_vrf_count; v++) {
		uint64_t cursor = 0;
		uint16_t path;
		uint32_t ip;

		while (gw_host_tunnel_next(v, &cursor, &ip, &path)) {
			if (!is_marked(v, ip) && lifetime_find(v, ip) == NULL)
				entry_delete(v, ip);
		}
		if (marked[v].table != NULL)
			gw_hash32_fini(&marked[v]);
	}
}
