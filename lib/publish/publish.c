// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "publish/publish.h"

#include <errno.h>

#include "base/log.h"
#include "dp/worker.h"
#include "fib/vrf.h"
#include "publish/kernel.h"
#include "publish/table.h"

GW_LOG_MODULE("publish");

#define MAX_WATCHERS 4
#define SETTLE_US    20000

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
	return 0;
}

void gw_publish_again(enum gw_publish_origin origin, const struct gw_prefix *prefix, uint32_t cost)
{
	struct gw_err err = {0};

	if (gw_publish_set(origin, 0, prefix, cost, &err) < 0)
		LOG(WARNING, "%s", err.text);
}

void gw_publish_del(enum gw_publish_origin origin, uint16_t vrf, const struct gw_prefix *prefix)
{
	const struct gw_prefix p = gw_prefix_masked(prefix);

	if (vrf == 0) // cannot fail: nothing is made
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
