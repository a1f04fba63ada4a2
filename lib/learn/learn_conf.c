// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// Section "learn".

#include <errno.h>
#include <string.h>

#include "config/config.h"
#include "learn/learn.h"
#include "learn/protocol.h"

#define ORDER	   52 // after the configured routes, which come first
#define TABLE	   254
#define MAX_ROUTES 100000

static const struct gw_conf_field fields[] = {
	{"table", "table of the kernel, default 254, which is main", GW_CONF_U32, .min = 1,
		.max = UINT32_MAX},
	{"protocols",
		"numbers of the protocols whose routes are learned, default those of FRR and BIRD: "
		"11, 12, 42, 186 to 197",
		GW_CONF_ARRAY, .min = 1, .max = 64,
		.of = GW_CONF_OF(GW_CONF_U32, .min = 1, .max = 255)},
	{"max_routes", "most that are learned, default 100000", GW_CONF_U32, .min = 1,
		.max = 4000000},
	{},
};

static json_t *applied;
static bool given;

static void protocol_set(struct gw_learn_conf *c, uint32_t protocol)
{
	c->protocols[protocol / 8] |= (uint8_t)(1u << protocol % 8);
}

static uint32_t number(const json_t *o, const char *key, uint32_t dflt)
{
	const json_t *v = json_object_get(o, key);

	return v != NULL ? (uint32_t)json_integer_value(v) : dflt;
}

static void conf_read(const json_t *value, struct gw_learn_conf *c)
{
	const json_t *protocols = json_object_get(value, "protocols");

	*c = (struct gw_learn_conf){
		.on = true,
		.table = number(value, "table", TABLE),
		.max_routes = number(value, "max_routes", MAX_ROUTES),
	};
	for (size_t i = 0; i < json_array_size(protocols); i++)
		protocol_set(c, (uint32_t)json_integer_value(json_array_get(protocols, i)));
	for (uint32_t p = 0; p < 256 && protocols == NULL; p++) {
		if (gw_protocol_is_routing((uint8_t)p))
			protocol_set(c, p);
	}
}

// The table of what we publish is no table to learn from, unless it is main.
static int table_check(struct gw_conf *conf, uint32_t table, const json_t *published,
	const char *where, struct gw_err *err)
{
	if (published == NULL || table == TABLE || (uint32_t)json_integer_value(published) != table)
		return 0;
	return gw_conf_fail(conf, err, EINVAL, "table", "%u is where we publish, %s", table,
		gw_conf_place(conf, where));
}

static int learn_check(struct gw_conf *conf, json_t *value, size_t index, struct gw_err *err)
{
	json_t *publish = gw_conf_get(conf, "publish"), *tables, *table;
	struct gw_learn_conf c;
	const char *cost;
	int ret;

	conf_read(value, &c);
	ret = table_check(conf, c.table, json_object_get(publish, "table"), "/publish/table", err);
	tables = json_object_get(publish, "cost_tables");
	json_object_foreach (tables, cost, table) {
		if (ret == 0)
			ret = table_check(conf, c.table, table,
				gw_conf_path(conf, "/publish/cost_tables/%s", cost), err);
	}
	return ret;
}

static int learn_begin(struct gw_conf *conf, struct gw_err *err)
{
	given = gw_conf_get(conf, "learn") != NULL;
	return 0;
}

static int learn_apply(struct gw_conf *conf, json_t *value, size_t index, struct gw_err *err)
{
	struct gw_learn_conf c;

	if (applied != NULL && json_equal(applied, value))
		return 0;
	conf_read(value, &c);
	json_decref(applied);
	applied = json_incref(value);
	return gw_learn_conf(&c, err);
}

static int learn_end(struct gw_conf *conf, struct gw_err *err)
{
	const struct gw_learn_conf off = {0};

	gw_learn_again(); // interfaces and addresses may be others
	if (given || applied == NULL)
		return 0;
	json_decref(applied);
	applied = NULL;
	return gw_learn_conf(&off, err);
}

static json_t *learn_save(void)
{
	return applied != NULL ? json_incref(applied) : NULL;
}

GW_CONF_SECTION(learn,
	{.value = {"learn",
		 "ordinary routes that a routing daemon put into the kernel; none: they are not "
		 "learned",
		 GW_CONF_OBJECT, .fields = fields},
		.order = ORDER,
		.check = learn_check,
		.begin = learn_begin,
		.apply = learn_apply,
		.end = learn_end,
		.save = learn_save});
