// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// Section "host_routes": times and bounds of the host routes of servers.

#include <string.h>

#include "config/config.h"
#include "host_route/host_route.h"
#include "neigh/neigh.h"
#include "publish/publish.h"

#define ORDER 6 // before everything that has neighbours

static const struct gw_conf_field damping_fields[] = {
	{"flaps", "withdrawals in the window that are free, default 5", GW_CONF_U32, .max = 1000},
	{"window_s",
		"seconds without a withdrawal after which those before are forgotten, default 10",
		GW_CONF_U32, .min = 1, .max = 3600},
	{"hold_s",
		"seconds that a server which flaps must be there before it is published again, "
		"default 5",
		GW_CONF_U32, .max = 3600},
	{},
};

static const struct gw_conf_field fields[] = {
	{"keepalive_ms",
		"milliseconds without a word from a server before it is probed, default 1000",
		GW_CONF_U32, .min = 10, .max = 3600000},
	{"probe_ms", "milliseconds between probes, default 200", GW_CONF_U32, .min = 10,
		.max = 60000},
	{"probes", "probes without an answer before the route goes, default 3", GW_CONF_U32,
		.min = 1, .max = 100},
	{"cost", "at which the routes are published, default 20", GW_CONF_U32, .min = 1,
		.max = GW_PUBLISH_COST_MAX},
	{"max_per_port", "servers of a port, default 1024", GW_CONF_U32, .min = 1, .max = 32768},
	{"max", "servers of all ports, default 16384", GW_CONF_U32, .min = 1, .max = 32768},
	{"exclude", "addresses that are no server's: those of the other switch", GW_CONF_ARRAY,
		.max = GW_HOST_ROUTE_EXCLUDES, .of = GW_CONF_OF(GW_CONF_PREFIX)},
	{"damping", "of servers that come and go; a withdrawal is never delayed", GW_CONF_OBJECT,
		.fields = damping_fields},
	{},
};

static json_t *applied;

static uint32_t number(const json_t *o, const char *key, uint32_t dflt)
{
	const json_t *v = json_object_get(o, key);

	return v != NULL ? (uint32_t)json_integer_value(v) : dflt;
}

static void set(const json_t *value)
{
	const json_t *damping = json_object_get(value, "damping");
	const json_t *exclude = json_object_get(value, "exclude");
	struct gw_host_route_conf c = gw_host_route_conf_default;
	struct gw_servers_conf *s = &c.servers;

	gw_neigh_server_conf = (struct gw_neigh_server_conf){
		.keepalive_ms = number(value, "keepalive_ms", 1000),
		.probe_ms = number(value, "probe_ms", 200),
		.probes = number(value, "probes", 3),
	};
	c.cost = number(value, "cost", c.cost);
	s->max_per_port = number(value, "max_per_port", s->max_per_port);
	s->max = number(value, "max", s->max);
	s->damp_flaps = number(damping, "flaps", s->damp_flaps);
	s->damp_window_us = number(damping, "window_s", 10) * 1000000ull;
	s->damp_hold_us = number(damping, "hold_s", 5) * 1000000ull;
	c.exclude_count = (uint32_t)json_array_size(exclude);
	for (uint32_t i = 0; i < c.exclude_count; i++)
		gw_prefix_parse(json_string_value(json_array_get(exclude, i)), &c.exclude[i]);
	gw_host_route_conf_set(&c);
}

static int host_routes_begin(struct gw_conf *conf, struct gw_err *err)
{
	json_t *value = gw_conf_get(conf, "host_routes");

	json_decref(applied);
	applied = json_incref(value);
	set(value);
	return 0;
}

static json_t *host_routes_save(void)
{
	return json_object_size(applied) > 0 ? json_incref(applied) : NULL;
}

GW_CONF_SECTION(host_routes,
	{.value = {"host_routes",
		 "times and bounds of the host routes of servers (host_routes of ports)",
		 GW_CONF_OBJECT, .fields = fields},
		.order = ORDER,
		.begin = host_routes_begin,
		.save = host_routes_save});
