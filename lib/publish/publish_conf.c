// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// Section "publish".

#include "publish/publish_conf.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "publish/kernel.h"

#define ORDER	     45 // before what is published
#define PROTOCOL     200
#define TABLE	     100
#define MAX_PREFIXES 100000
#define STALE_MS     500
#define TABLE_LOCAL  255

static const struct gw_conf_field fields[] = {
	{"protocol", "number that marks our routes in the kernel, default 200", GW_CONF_U32,
		.min = 5, .max = 255},
	{"table",
		"table of the kernel for routes whose cost has none of its own, default 100; 254 "
		"is "
		"main",
		GW_CONF_U32, .min = 1, .max = UINT32_MAX},
	{"cost_tables", "tables by cost, for a routing protocol that does not see the metric",
		GW_CONF_MAP, .max = GW_PUBLISH_COSTS_MAX, .keys = GW_CONF_U32,
		.of = GW_CONF_OF(GW_CONF_U32, .min = 1, .max = UINT32_MAX)},
	{"max_prefixes", "most that are published, default 100000", GW_CONF_U32, .min = 1,
		.max = 1000000},
	{"stale_ms",
		"for which routes that were there at the start stay although nobody wants them "
		"yet, "
		"default 500",
		GW_CONF_U32, .max = 600000},
	{},
};

static json_t *applied;

int gw_publish_conf_check(struct gw_conf *conf, const char *vrf, struct gw_err *err)
{
	if (strcmp(vrf, "default") != 0)
		return gw_conf_fail(conf, err, ENOTSUP, "publish",
			"only routes of VRF default are published, and it is in VRF %s", vrf);
	return 0;
}

static uint32_t number(const json_t *o, const char *key, uint32_t dflt)
{
	const json_t *v = json_object_get(o, key);

	return v != NULL ? (uint32_t)json_integer_value(v) : dflt;
}

static void conf_read(const json_t *value, struct gw_publish_conf *c)
{
	const char *cost;
	json_t *table;

	*c = (struct gw_publish_conf){
		.on = true,
		.protocol = (uint8_t)number(value, "protocol", PROTOCOL),
		.table = number(value, "table", TABLE),
		.max_prefixes = number(value, "max_prefixes", MAX_PREFIXES),
		.stale_ms = number(value, "stale_ms", STALE_MS),
	};
	json_object_foreach (json_object_get(value, "cost_tables"), cost, table) {
		c->cost[c->n_costs].cost = (uint32_t)strtoul(cost, NULL, 10);
		c->cost[c->n_costs++].table = (uint32_t)json_integer_value(table);
	}
}

// Numbers that the kernel or a routing daemon takes for its own.
static bool protocol_taken(uint8_t protocol)
{
	return protocol == 11 || protocol == 12 || protocol == 99 ||
		(protocol >= 186 && protocol <= 197);
}

static int publish_check(struct gw_conf *conf, json_t *value, size_t index, struct gw_err *err)
{
	struct gw_publish_conf c;

	conf_read(value, &c);
	if (protocol_taken(c.protocol))
		return gw_conf_fail(conf, err, EINVAL, "protocol",
			"%u is that of a routing daemon (11, 12, 99 and 186 to 197 are)",
			c.protocol);
	if (c.table == TABLE_LOCAL)
		return gw_conf_fail(
			conf, err, EINVAL, "table", "255 is the kernel's table of own addresses");
	for (uint32_t i = 0; i < c.n_costs; i++) {
		const char *path = gw_conf_path(conf, "cost_tables/%u", c.cost[i].cost);

		if (c.cost[i].cost == 0 || c.cost[i].cost > GW_PUBLISH_COST_MAX)
			return gw_conf_fail(conf, err, EINVAL, path,
				"%u cannot be a cost; 1 to %u can", c.cost[i].cost,
				GW_PUBLISH_COST_MAX);
		if (c.cost[i].table == TABLE_LOCAL)
			return gw_conf_fail(conf, err, EINVAL, path,
				"255 is the kernel's table of own addresses");
	}
	return 0;
}

// A section that is gone is noticed when no apply follows.
static bool given;

static int publish_begin(struct gw_conf *conf, struct gw_err *err)
{
	given = gw_conf_get(conf, "publish") != NULL;
	return 0;
}

static int publish_apply(struct gw_conf *conf, json_t *value, size_t index, struct gw_err *err)
{
	struct gw_publish_conf c;

	if (applied != NULL && json_equal(applied, value))
		return 0;
	conf_read(value, &c);
	json_decref(applied);
	applied = json_incref(value);
	return gw_publish_kernel_conf(&c, err);
}

static int publish_end(struct gw_conf *conf, struct gw_err *err)
{
	const struct gw_publish_conf off = {.max_prefixes = UINT32_MAX};

	if (given || applied == NULL)
		return 0;
	json_decref(applied);
	applied = NULL;
	return gw_publish_kernel_conf(&off, err);
}

static json_t *publish_save(void)
{
	return applied != NULL ? json_incref(applied) : NULL;
}

GW_CONF_SECTION(publish,
	{.value = {"publish", "how routes become known to the network router; none: they do not",
		 GW_CONF_OBJECT, .fields = fields},
		.order = ORDER,
		.check = publish_check,
		.begin = publish_begin,
		.apply = publish_apply,
		.end = publish_end,
		.save = publish_save});
