// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "host/publish.h"

#include <errno.h>
#include <stdlib.h>

#include "base/tree.h"
#include "publish/publish.h"

// Few of all hosts: a tree of their own by address, for an interface that is switched.
struct published {
	uint32_t ip;
	uint32_t host; // 0: not made yet
};

static int published_cmp(const void *a, const void *b)
{
	const struct published *x = a, *y = b;

	return (x->ip > y->ip) - (x->ip < y->ip);
}

static struct gw_tree tree = {.cmp = published_cmp}; // VRF default only

static struct published *published_find(uint32_t ip)
{
	return gw_tree_find(&tree, &(struct published){.ip = ip});
}

static bool published_add(uint32_t ip)
{
	const struct published key = {.ip = ip};

	return gw_tree_put(&tree, &key, sizeof(key)) != NULL;
}

int gw_host_publish_prepare(uint16_t vrf, const struct gw_host_spec *spec, struct gw_err *err)
{
	const struct gw_prefix prefix = gw_prefix_of4(spec->ip, 32);
	int ret;

	if (!spec->publish) {
		gw_host_unpublish(vrf, spec->ip);
		return 0;
	}
	ret = gw_publish_check(vrf, &prefix, spec->cost, err);
	if (ret < 0)
		return ret;
	if (!published_add(spec->ip))
		return gw_err_set(err, ENOMEM, "no memory for another published host");
	if (spec->standby || gw_ifaces[spec->iface].half != GW_HALF_ACTIVE) {
		gw_publish_del(GW_PUBLISH_HOST, vrf, &prefix);
		return 0;
	}
	return gw_publish_set(GW_PUBLISH_HOST, vrf, &prefix, spec->cost, err);
}

void gw_host_published(uint32_t host)
{
	struct published *p = published_find(gw_host_infos[host].ip);

	if (p != NULL && gw_host_infos[host].vrf == 0)
		p->host = host;
}

void gw_host_unpublish(uint16_t vrf, uint32_t ip)
{
	const struct gw_prefix prefix = gw_prefix_of4(ip, 32);
	struct published *p = vrf == 0 ? published_find(ip) : NULL;

	if (p == NULL)
		return;
	gw_publish_del(GW_PUBLISH_HOST, vrf, &prefix);
	gw_tree_drop(&tree, p);
}

static void switched(void *item, void *arg)
{
	const struct published *p = item;
	const struct gw_prefix prefix = gw_prefix_of4(p->ip, 32);
	const uint16_t iface = *(const uint16_t *)arg;

	if (p->host == 0 || gw_where_iface(gw_host_place(p->host)) != iface ||
		gw_host_standby(p->host))
		return;
	if (gw_ifaces[iface].half == GW_HALF_ACTIVE)
		gw_publish_again(GW_PUBLISH_HOST, &prefix, gw_host_infos[p->host].cost);
	else
		gw_publish_del(GW_PUBLISH_HOST, 0, &prefix);
}

void gw_host_publish_switched(uint16_t iface)
{
	gw_tree_walk(&tree, switched, &iface);
}

static void unpublish(void *item, void *)
{
	const struct gw_prefix prefix = gw_prefix_of4(((struct published *)item)->ip, 32);

	gw_publish_del(GW_PUBLISH_HOST, 0, &prefix);
}

void gw_host_publish_fini(void)
{
	gw_tree_walk(&tree, unpublish, NULL);
	gw_tree_fini(&tree, free);
}
