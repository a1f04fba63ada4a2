// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// Section "linkage".

#include <errno.h>
#include <string.h>

#include "config/config.h"
#include "linkage/linkage.h"
#include "port/plan.h"
#include "port/port.h"

#define ORDER 90 // after everything that ports are for

static const char *const adjacencies[] = {"none", "route", "neighbor", NULL};

static const struct gw_conf_field damping_fields[] = {
	{"flaps", "times that the downlinks may go down in the window without more, default 3",
		GW_CONF_U32, .max = 1000},
	{"window_s", "seconds of being up after which those before are forgotten, default 60",
		GW_CONF_U32, .min = 1, .max = 86400},
	{"max_s", "most seconds that the delay grows to, default 60", GW_CONF_U32, .min = 1,
		.max = 3600},
	{},
};

static const struct gw_conf_field fields[] = {
	{"name", "name of the group", GW_CONF_NAME, .required = true},
	{"uplinks", "ports, physical or virtual", GW_CONF_ARRAY, .required = true, .min = 1,
		.max = GW_LINKAGE_UPLINKS, .of = GW_CONF_OF(GW_CONF_NAME)},
	{"downlinks", "ports that go down with too few uplinks, so that their other ends see it",
		GW_CONF_ARRAY, .required = true, .min = 1, .max = GW_LINKAGE_DOWNLINKS,
		.of = GW_CONF_OF(GW_CONF_NAME)},
	{"threshold", "uplinks that must be there, default 1", GW_CONF_U32, .min = 1,
		.max = GW_LINKAGE_UPLINKS},
	{"delay_up_ms", "for which the uplinks are well before the downlinks come up, default 3000",
		GW_CONF_U32, .max = 3600000},
	{"adjacency",
		"what an uplink must have beside its carrier before the downlinks come up: route, "
		"one of a routing protocol in the kernel; neighbor, a next hop that answers; none "
		"(default)",
		GW_CONF_ENUM, .values = adjacencies},
	{"adjacency_route", "the route that is waited for, default 0.0.0.0/0", GW_CONF_PREFIX},
	{"adjacency_loss_ms",
		"an uplink without its adjacency for so long counts as down; without this key only "
		"its return is waited for",
		GW_CONF_U32, .min = 1, .max = 3600000},
	{"damping", "of uplinks that come and go: the delay doubles with each time", GW_CONF_OBJECT,
		.fields = damping_fields},
	{},
};

static json_t *applied;

static uint32_t number(const json_t *o, const char *key, uint32_t dflt)
{
	const json_t *v = json_object_get(o, key);

	return v != NULL ? (uint32_t)json_integer_value(v) : dflt;
}

static const char *text(const json_t *o, const char *key)
{
	return json_string_value(json_object_get(o, key));
}

// A port of that list stands in the other list of some group, or twice.
static int use_check(struct gw_conf *conf, const json_t *groups, size_t g, const char *list,
	size_t at, struct gw_err *err)
{
	const char *name = json_string_value(
		json_array_get(json_object_get(json_array_get(groups, g), list), at));
	bool down = strcmp(list, "downlinks") == 0;

	for (size_t i = 0; i <= g; i++) {
		static const char *const lists[] = {"uplinks", "downlinks"};

		for (unsigned k = 0; k < 2; k++) {
			const json_t *v = json_object_get(json_array_get(groups, i), lists[k]);
			bool same = strcmp(lists[k], list) == 0;

			for (size_t n = 0; n < json_array_size(v); n++) {
				if (strcmp(json_string_value(json_array_get(v, n)), name) != 0 ||
					(same && i == g && n >= at) || (same && !down && i != g))
					continue;
				return gw_conf_fail(conf, err, EEXIST,
					gw_conf_path(conf, "%zu/%s/%zu", g, list, at),
					"port %s stands in %s already: a downlink is in one group "
					"and is nobody's uplink",
					name,
					gw_conf_place(conf,
						gw_conf_path(conf, "%zu/%s/%zu", i, lists[k], n)));
			}
		}
	}
	return 0;
}

static int ports_check(struct gw_conf *conf, const struct gw_ports_plan *ports,
	const json_t *groups, size_t g, const char *list, struct gw_err *err)
{
	const json_t *names = json_object_get(json_array_get(groups, g), list);
	char there[200];

	for (size_t i = 0; i < json_array_size(names); i++) {
		const char *name = json_string_value(json_array_get(names, i));
		const char *path = gw_conf_path(conf, "%zu/%s/%zu", g, list, i);
		int port = gw_port_plan_find(ports, name), ret;

		if (port < 0)
			return gw_conf_fail(conf, err, ENOENT, path,
				"no port \"%s\" in /ports (there: %s)", name,
				gw_port_plan_names(ports, there, sizeof(there)));
		if (ports->v[port].mlag != GW_MLAG_NO_PORT)
			return gw_conf_fail(conf, err, EINVAL, path,
				"port %s is one of an MLAG pair: a deployment has either a peer "
				"link or linkage",
				name);
		ret = use_check(conf, groups, g, list, i, err);
		if (ret < 0)
			return ret;
	}
	return 0;
}

static int group_check(struct gw_conf *conf, const struct gw_ports_plan *ports,
	const json_t *groups, size_t g, struct gw_err *err)
{
	const json_t *o = json_array_get(groups, g);
	size_t uplinks = json_array_size(json_object_get(o, "uplinks"));
	const char *kind = text(o, "adjacency");
	int ret = 0;

	for (size_t i = 0; i < g; i++) {
		if (strcmp(text(json_array_get(groups, i), "name"), text(o, "name")) == 0)
			return gw_conf_fail(conf, err, EEXIST, gw_conf_path(conf, "%zu/name", g),
				"is the name of %s already",
				gw_conf_place(conf, gw_conf_path(conf, "%zu", i)));
	}
	if (number(o, "threshold", 1) > uplinks)
		return gw_conf_fail(conf, err, EINVAL, gw_conf_path(conf, "%zu/threshold", g),
			"%u uplinks are wanted of %zu", number(o, "threshold", 1), uplinks);
	if (json_object_get(o, "adjacency_route") != NULL &&
		(kind == NULL || strcmp(kind, "route") != 0))
		return gw_conf_fail(conf, err, EINVAL, gw_conf_path(conf, "%zu/adjacency_route", g),
			"goes with \"adjacency\": \"route\"");
	ret = ports_check(conf, ports, groups, g, "uplinks", err);
	if (ret == 0)
		ret = ports_check(conf, ports, groups, g, "downlinks", err);
	return ret;
}

static int linkage_check(struct gw_conf *conf, json_t *value, size_t index, struct gw_err *err)
{
	struct gw_ports_plan *ports;
	int ret = gw_ports_plan(conf, &ports, err);

	for (size_t g = 0; g < json_array_size(value) && ret == 0; g++)
		ret = group_check(conf, ports, value, g, err);
	return ret;
}

static enum gw_linkage_adjacency adjacency_read(const json_t *o)
{
	const char *kind = text(o, "adjacency");

	for (int i = 0; kind != NULL && adjacencies[i] != NULL; i++) {
		if (strcmp(kind, adjacencies[i]) == 0)
			return (enum gw_linkage_adjacency)i;
	}
	return GW_LINKAGE_ADJ_NONE;
}

static uint32_t ports_read(const json_t *names, uint16_t *out)
{
	uint32_t n = 0;

	for (size_t i = 0; i < json_array_size(names); i++) // they are there: it was checked
		n += gw_port_find(json_string_value(json_array_get(names, i)), &out[n]);
	return n;
}

static void group_read(const json_t *o, struct gw_linkage_spec *s)
{
	const json_t *damping = json_object_get(o, "damping");
	const char *route = text(o, "adjacency_route");

	memset(s, 0, sizeof(*s));
	snprintf(s->name, sizeof(s->name), "%s", text(o, "name"));
	s->adjacency = adjacency_read(o);
	gw_prefix_parse(route != NULL ? route : "0.0.0.0/0", &s->route);
	s->route = gw_prefix_masked(&s->route);
	s->conf = (struct gw_linkage_conf){
		.threshold = number(o, "threshold", 1),
		.adjacency = s->adjacency != GW_LINKAGE_ADJ_NONE,
		.adjacency_loss_us = number(o, "adjacency_loss_ms", 0) * 1000ull,
		.delay_up_us = number(o, "delay_up_ms", 3000) * 1000ull,
		.damp_flaps = number(damping, "flaps", 3),
		.damp_window_us = number(damping, "window_s", 60) * 1000000ull,
		.damp_max_us = number(damping, "max_s", 60) * 1000000ull,
	};
	s->uplink_count = ports_read(json_object_get(o, "uplinks"), s->uplink);
	s->downlink_count = ports_read(json_object_get(o, "downlinks"), s->downlink);
}

// After every section has been applied: the ports are there.
static int linkage_end(struct gw_conf *conf, struct gw_err *err)
{
	static struct gw_linkage_spec specs[GW_LINKAGE_GROUPS]; // too large for a stack
	json_t *value = gw_conf_get(conf, "linkage");

	for (size_t i = 0; i < json_array_size(value); i++)
		group_read(json_array_get(value, i), &specs[i]);
	gw_linkage_apply(specs, (uint32_t)json_array_size(value));
	json_decref(applied);
	applied = json_incref(value);
	return 0;
}

static json_t *linkage_save(void)
{
	return json_array_size(applied) > 0 ? json_incref(applied) : NULL;
}

GW_CONF_SECTION(linkage,
	{.value = {"linkage", "groups in which uplinks bind downlinks", GW_CONF_ARRAY,
		 .max = GW_LINKAGE_GROUPS, .of = GW_CONF_OF(GW_CONF_OBJECT, .fields = fields)},
		.order = ORDER,
		.check = linkage_check,
		.end = linkage_end,
		.save = linkage_save});
