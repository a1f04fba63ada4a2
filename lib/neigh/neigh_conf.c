// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// Configuration "arp": times and bounds, of both families.

#include "config/config.h"
#include "neigh/neigh.h"

#define ORDER 5 // before everything that has neighbours

static const struct gw_conf_field fields[] = {
	{"age_s", "seconds without a word from a neighbor before it is probed, default 300",
		GW_CONF_U32, .min = 1, .max = 86400},
	{"retry_ms", "milliseconds between requests, default 1000", GW_CONF_U32, .min = 10,
		.max = 60000},
	{"tries", "requests before giving up, default 3", GW_CONF_U32, .min = 1, .max = 100},
	{"hold_per_neighbor", "packets that wait for one neighbor, default 8", GW_CONF_U32,
		.min = 1, .max = 1024},
	{"hold_total", "packets that wait for all neighbors, default 1024", GW_CONF_U32, .min = 1,
		.max = 65536},
	{"max_neighbors", "neighbors beside static ones, default 65536", GW_CONF_U32, .min = 16,
		.max = 262144},
	{},
};

// In the order of `fields`.
static const struct {
	uint32_t *value;
	uint32_t dflt;
} values[] = {
	{&gw_neigh_conf.age_s, 300},
	{&gw_neigh_conf.retry_ms, 1000},
	{&gw_neigh_conf.tries, 3},
	{&gw_neigh_conf.hold_per_neigh, 8},
	{&gw_neigh_conf.hold_total, 1024},
	{&gw_neigh_conf.max, 65536},
};

static_assert(
	sizeof(fields) / sizeof(fields[0]) == sizeof(values) / sizeof(values[0]) + 1, "pairs");

static int arp_begin(struct gw_conf *conf, struct gw_err *err)
{
	for (unsigned i = 0; fields[i].key != NULL; i++)
		*values[i].value = values[i].dflt;
	return 0;
}

static int arp_apply(struct gw_conf *conf, json_t *value, size_t index, struct gw_err *err)
{
	for (unsigned i = 0; fields[i].key != NULL; i++) {
		const json_t *given = json_object_get(value, fields[i].key);

		if (given != NULL)
			*values[i].value = (uint32_t)json_integer_value(given);
	}
	return 0;
}

static json_t *arp_save(void)
{
	json_t *o = json_object();

	for (unsigned i = 0; fields[i].key != NULL; i++) {
		if (*values[i].value != values[i].dflt)
			json_object_set_new(o, fields[i].key, json_integer(*values[i].value));
	}
	if (json_object_size(o) > 0)
		return o;
	json_decref(o);
	return NULL;
}

GW_CONF_SECTION(arp,
	{.value = {"arp",
		 "times and bounds of address resolution, by ARP and by neighbour discovery",
		 GW_CONF_OBJECT, .fields = fields},
		.order = ORDER,
		.begin = arp_begin,
		.apply = arp_apply,
		.save = arp_save});
