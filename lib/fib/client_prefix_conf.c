// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// Section "client_prefixes": prefixes of VRF "default" whose addresses are clients', beside the
// segments. Of another VRF, a segment that discards says the same.

#include <errno.h>
#include <string.h>

#include "config/config.h"
#include "fib/prefix_plan.h"
#include "fib/vrf.h"

#define ORDER 61

static json_t *applied; // what the configuration that was loaded last names

static bool list_has(const json_t *list, const char *prefix)
{
	for (size_t i = 0; i < json_array_size(list); i++) {
		if (strcmp(json_string_value(json_array_get(list, i)), prefix) == 0)
			return true;
	}
	return false;
}

static int prefixes_check(struct gw_conf *conf, json_t *value, size_t index, struct gw_err *err)
{
	int ret = 0;

	for (size_t i = 0; i < json_array_size(value) && ret == 0; i++) {
		struct gw_conf_prefix p = {.family = AF_INET};
		const char *text = json_string_value(json_array_get(value, i));

		if (!gw_prefix4_parse(text, &p.p4))
			p.family = AF_INET6;
		ret = gw_prefix_plan_check(conf, "client_prefixes", gw_conf_path(conf, "%zu", i), 0,
			&p, i, "IPv6 clients", err);
	}
	return ret;
}

// The new ones first, the old ones go at the end: what both name is never missing.
static int prefixes_begin(struct gw_conf *conf, struct gw_err *err)
{
	const json_t *value = gw_conf_get(conf, "client_prefixes");

	for (size_t i = 0; i < json_array_size(value); i++) {
		const char *text = json_string_value(json_array_get(value, i));
		struct gw_prefix4 p;

		if (list_has(applied, text))
			continue;
		gw_prefix4_parse(text, &p);
		if (gw_client_prefix_add(0, p.addr, p.len) < 0)
			return gw_conf_fail(conf, err, ENOMEM,
				gw_conf_path(conf, "/client_prefixes/%zu", i), "no memory");
	}
	return 0;
}

static int prefixes_end(struct gw_conf *conf, struct gw_err *err)
{
	json_t *value = gw_conf_get(conf, "client_prefixes");

	for (size_t i = 0; i < json_array_size(applied); i++) {
		const char *text = json_string_value(json_array_get(applied, i));
		struct gw_prefix4 p;

		if (list_has(value, text))
			continue;
		gw_prefix4_parse(text, &p);
		gw_client_prefix_del(0, p.addr, p.len);
	}
	json_decref(applied);
	applied = json_incref(value);
	return 0;
}

static json_t *prefixes_save(void)
{
	return json_incref(applied);
}

GW_CONF_SECTION(client_prefixes,
	{.value = {"client_prefixes",
		 "prefixes of clients of all user planes beside the segments, for the no-loop "
		 "rules",
		 GW_CONF_ARRAY, .of = GW_CONF_OF(GW_CONF_PREFIX)},
		.order = ORDER,
		.check = prefixes_check,
		.begin = prefixes_begin,
		.end = prefixes_end,
		.save = prefixes_save});
