// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "sr_mcast/conf_read.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define HOP_LIMIT 64

static struct in6_addr ip6_read(const json_t *text)
{
	struct in6_addr ip = {0};

	gw_ip6_parse(json_string_value(text), &ip); // validated
	return ip;
}

static struct gw_ip ip_read(const json_t *text)
{
	struct gw_ip ip = {0};

	if (text != NULL)
		gw_ip_parse(json_string_value(text), &ip);
	return ip;
}

static const char *vrf_read(const json_t *o)
{
	const char *vrf = json_string_value(json_object_get(o, "vrf"));

	return vrf != NULL ? vrf : "default";
}

// A number min..255, or "copy".
static bool octet_read(const json_t *v, unsigned min, uint8_t *number, bool *copy)
{
	json_int_t n = json_integer_value(v);

	if (v == NULL)
		return true;
	*copy = json_is_string(v) && strcmp(json_string_value(v), "copy") == 0;
	if (*copy)
		return true;
	*number = (uint8_t)n;
	return json_is_integer(v) && n >= min && n <= UINT8_MAX;
}

bool gw_sr_conf_read(const json_t *section, struct gw_sr_conf *conf, const char **key)
{
	bool copy = true;

	*conf = (struct gw_sr_conf){.first_address = ip6_read(json_object_get(section,
					    "first_"
					    "address")),
		.hop_limit = HOP_LIMIT};
	gw_prefix6_parse(
		json_string_value(json_object_get(section, "first_block")), &conf->first_block);
	gw_prefix6_parse(
		json_string_value(json_object_get(section, "tree_block")), &conf->tree_block);
	*key = "hop_limit";
	if (!octet_read(json_object_get(section, *key), 1, &conf->hop_limit, &conf->hop_limit_copy))
		return false;
	*key = "traffic_class";
	if (!octet_read(json_object_get(section, *key), 0, &conf->traffic_class, &copy))
		return false;
	conf->pipe = !copy;
	return true;
}

void gw_mcast_tree_read(const json_t *o, struct gw_mcast_tree_row *row)
{
	const json_t *branches = json_object_get(o, "branches");

	row->spec = (struct gw_mcast_tree_spec){.source = ip6_read(json_object_get(o, "source")),
		.branches = row->branches,
		.n = (uint32_t)json_array_size(branches),
		.hop_limit_threshold =
			(uint8_t)json_integer_value(json_object_get(o, "hop_limit_threshold"))};
	row->decap = json_string_value(json_object_get(o, "decap"));
	for (uint32_t i = 0; i < row->spec.n; i++)
		row->branches[i] = ip6_read(json_array_get(branches, i));
}

void gw_mcast_flow_read(const json_t *o, struct gw_mcast_flow_row *row)
{
	*row = (struct gw_mcast_flow_row){.source = ip_read(json_object_get(o, "source")),
		.group = ip_read(json_object_get(o, "group")),
		.tree = ip6_read(json_object_get(o, "tree")),
		.vrf = vrf_read(o),
		.ports = json_object_get(o, "ports")};
}

int gw_mcast_receiver_read(const json_t *o, struct gw_mcast_receiver_row *row)
{
	const json_t *sources = json_object_get(o, "sources");

	*row = (struct gw_mcast_receiver_row){.group = ip_read(json_object_get(o, "group")),
		.vrf = vrf_read(o),
		.ports = json_object_get(o, "ports"),
		.n = (uint32_t)json_array_size(sources)};
	if (row->n == 0)
		return 0;
	row->sources = malloc(row->n * sizeof(*row->sources));
	if (row->sources == NULL)
		return -ENOMEM;
	for (uint32_t i = 0; i < row->n; i++)
		row->sources[i] = ip_read(json_array_get(sources, i));
	return 0;
}
