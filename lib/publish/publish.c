// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "publish/publish.h"

#include <errno.h>
#include <stdlib.h>

#include "base/log.h"
#include "base/tree.h"
#include "dp/worker.h"
#include "fib/vrf.h"
#include "publish/kernel.h"
#include "publish/table.h"
#include "slow/slow.h"

GW_LOG_MODULE("publish");

#define MAX_WATCHERS 4
#define SETTLE_US    20000
#define AGAIN_US     1000000

// What is wanted, and could not be when nobody waited for an answer.
struct again {
	struct gw_prefix prefix;
	enum gw_publish_origin origin;
	uint32_t cost;
};

struct gw_publish_table gw_publish_table;

static void (*watchers[MAX_WATCHERS])(const struct gw_prefix *prefix, bool wanted);
static unsigned watcher_count;

// Said once each time that four fifths of the limit are reached.
static void limit_warn(void)
{
	static bool warned;
	uint64_t n = gw_publish_table.wanted, max = gw_publish_table.conf.max_prefixes;
	bool near = gw_publish_table.conf.on && n * 5 >= max * 4;

	if (near && !warned)
		LOG(WARNING, "%lu prefixes of at most %lu (/publish/max_prefixes) are published", n,
			max);
	warned = near;
}

static void changed(const struct gw_prefix *prefix, bool wanted)
{
	limit_warn();
	for (unsigned i = 0; i < watcher_count; i++)
		watchers[i](prefix, wanted);
}

__attribute__((constructor)) static void table_start(void)
{
	gw_publish_table_init(&gw_publish_table);
	gw_publish_table.changed = changed;
}

int gw_publish_check(
	uint16_t vrf, const struct gw_prefix *prefix, uint32_t cost, struct gw_err *err)
{
	char text[GW_PREFIX_LEN];

	gw_prefix_str(prefix, text);
	if (vrf != 0)
		return gw_err_set(err, ENOTSUP,
			"publish %s: only routes of VRF default are published, not of VRF %s", text,
			gw_vrfs[vrf].name);
	if (cost == 0 || cost > GW_PUBLISH_COST_MAX)
		return gw_err_set(err, EINVAL, "publish %s: cost %u; it is 1 to %u", text, cost,
			GW_PUBLISH_COST_MAX);
	return 0;
}

static int again_cmp(const void *a, const void *b)
{
	const struct again *x = a, *y = b;
	int c = gw_prefix_cmp(&x->prefix, &y->prefix);

	return c != 0 ? c : (int)x->origin - (int)y->origin;
}

static struct gw_tree waiting = {.cmp = again_cmp};

static void again_forget(enum gw_publish_origin origin, const struct gw_prefix *prefix)
{
	struct again *a = NULL;

	if (waiting.count > 0)
		a = gw_tree_find(&waiting, &(struct again){.prefix = *prefix, .origin = origin});
	if (a != NULL)
		gw_tree_drop(&waiting, a);
}

int gw_publish_set(enum gw_publish_origin origin, uint16_t vrf, const struct gw_prefix *prefix,
	uint32_t cost, struct gw_err *err)
{
	const struct gw_prefix p = gw_prefix_masked(prefix);
	char text[GW_PREFIX_LEN];
	int ret = gw_publish_check(vrf, &p, cost, err);

	if (ret < 0)
		return ret;
	ret = gw_publish_table_want(&gw_publish_table, origin, &p, cost);
	if (ret == -ENOSPC)
		return gw_err_set(err, ENOSPC,
			"publish %s: %u prefixes are published already, the limit "
			"/publish/max_prefixes",
			gw_prefix_str(&p, text), gw_publish_table.wanted);
	if (ret < 0)
		return gw_err_set(err, -ret, "publish %s: no memory", gw_prefix_str(&p, text));
	again_forget(origin, &p);
	return 0;
}

static bool again_can(void *item, void *)
{
	const struct again *a = item;

	return gw_publish_table_want(&gw_publish_table, a->origin, &a->prefix, a->cost) == 0;
}

static bool again_poll(uint64_t)
{
	uint32_t n;
	void **done = gw_tree_pick(&waiting, again_can, NULL, &n);

	for (uint32_t i = 0; i < n; i++)
		gw_tree_drop(&waiting, done[i]);
	free(done);
	return false;
}

void gw_publish_again(enum gw_publish_origin origin, const struct gw_prefix *prefix, uint32_t cost)
{
	const struct again key = {
		.prefix = gw_prefix_masked(prefix), .origin = origin, .cost = cost};
	struct gw_err err = {0};
	int ret = gw_publish_set(origin, 0, prefix, cost, &err);

	if (ret == 0)
		return;
	LOG(WARNING, "%s", err.text);
	again_forget(origin, &key.prefix); // another cost
	if ((ret == -ENOSPC || ret == -ENOMEM) && gw_tree_put(&waiting, &key, sizeof(key)) != NULL)
		gw_slow_every(AGAIN_US, again_poll);
}

void gw_publish_del(enum gw_publish_origin origin, uint16_t vrf, const struct gw_prefix *prefix)
{
	const struct gw_prefix p = gw_prefix_masked(prefix);

	if (vrf != 0)
		return;
	again_forget(origin, &p);
	// Cannot fail: nothing is made.
	gw_publish_table_want(&gw_publish_table, origin, &p, GW_PUBLISH_NO_COST);
}

bool gw_publish_wants(const struct gw_prefix *prefix)
{
	const struct gw_publish_entry *e = gw_publish_table_find(&gw_publish_table, prefix);

	return e != NULL && gw_publish_entry_cost(e) != GW_PUBLISH_NO_COST;
}

void gw_publish_watch(void (*fn)(const struct gw_prefix *prefix, bool wanted))
{
	if (watcher_count < MAX_WATCHERS)
		watchers[watcher_count++] = fn;
}

void gw_publish_flush(void)
{
	if (gw_stop)
		gw_publish_kernel_write_all();
	else
		gw_publish_kernel_start();
}

void gw_publish_settle(void)
{
	if (gw_stop)
		gw_publish_kernel_write_all();
	else
		gw_publish_kernel_withdraw(SETTLE_US);
}
