// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "sr_mcast/conf_save.h"

#include "fib/vrf.h"
#include "iface/iface.h"
#include "sr_mcast/dest.h"
#include "sr_mcast/flow.h"
#include "sr_mcast/receiver.h"
#include "sr_mcast/tree.h"

static json_t *ip6_json(const struct in6_addr *ip)
{
	char text[GW_IP6_LEN];

	return json_string(gw_ip6_str(ip, text));
}

static json_t *ip_json(const struct gw_ip *ip)
{
	char text[GW_IP_LEN];

	return json_string(gw_ip_str(ip, text));
}

static json_t *prefix_json(const struct gw_prefix6 *p)
{
	char text[GW_PREFIX6_LEN];

	return json_string(gw_prefix6_str(&p->addr, p->len, text));
}

static json_t *tree_save(uint32_t i)
{
	const struct gw_mcast_tree *t = &gw_mcast_trees[i];
	const struct gw_mcast_branches *b = gw_mcast_branches(i);
	json_t *o = json_pack("{s:o}", "source", ip6_json(&t->source));
	json_t *branches = json_array();

	for (uint32_t k = 0; k < b->n; k++)
		json_array_append_new(branches, ip6_json(&gw_mcast_dests[b->b[k].dest].addr));
	json_object_set_new(o, "branches", branches);
	if (b->decap != 0)
		json_object_set_new(o, "decap", json_string(gw_vrfs[b->decap - 1].name));
	if (t->hop_limit_threshold != 0)
		json_object_set_new(o, "hop_limit_threshold", json_integer(t->hop_limit_threshold));
	return o;
}

static json_t *flow_save(uint32_t i)
{
	const struct gw_flow_key *key = gw_mcast_flow_key(i);
	const struct gw_mcast_flow *f = &gw_mcast_flows[i];
	json_t *o = json_pack("{s:s, s:o, s:o}", "vrf", gw_vrfs[key->vrf].name, "group",
		ip_json(&key->group), "tree", ip6_json(&gw_mcast_trees[f->tree].source));
	json_t *ports;

	if (!gw_ip_is_any(&key->source))
		json_object_set_new(o, "source", ip_json(&key->source));
	if (f->n_ifaces == 0)
		return o;
	ports = json_array();
	for (unsigned k = 0; k < f->n_ifaces; k++)
		json_array_append_new(ports, json_string(gw_iface_infos[f->iface[k]].name));
	json_object_set_new(o, "ports", ports);
	return o;
}

static bool sources_same(const struct gw_receiver_part *a, const struct gw_receiver_part *b)
{
	return a->n == b->n &&
		(a->n == 0 || memcmp(a->sources, b->sources, a->n * sizeof(*a->sources)) == 0);
}

static json_t *receiver_save(const struct gw_group_key *key, const struct gw_receiver_part *part)
{
	json_t *o = json_pack("{s:s, s:o, s:[]}", "vrf", gw_vrfs[key->vrf].name, "group",
		ip_json(&key->group), "ports");
	json_t *sources;

	if (part->n == 0)
		return o;
	sources = json_array();
	for (uint32_t i = 0; i < part->n; i++)
		json_array_append_new(sources, ip_json(&part->sources[i]));
	json_object_set_new(o, "sources", sources);
	return o;
}

// One element for the interfaces that want the same sources and stand side by side.
static void group_save(uint32_t group, json_t *list)
{
	const struct gw_receiver_part *before = NULL;
	json_t *o = NULL;

	for (const struct gw_receiver *r = gw_receiver_first(group); r != NULL; r = r->next) {
		const struct gw_receiver_part *part = &r->part[GW_RECEIVER_STATIC];

		if (!part->is)
			continue;
		if (before == NULL || !sources_same(before, part)) {
			o = receiver_save(gw_mcast_group_key(group), part);
			json_array_append_new(list, o);
		}
		json_array_append_new(
			json_object_get(o, "ports"), json_string(gw_iface_infos[r->iface].name));
		before = part;
	}
}

json_t *gw_mcast_conf_save(void)
{
	const struct gw_sr_conf *conf = gw_sr_conf_wanted();
	json_t *trees = json_array(), *flows = json_array(), *receivers = json_array(), *o;

	for (uint32_t i = 0; (i = gw_mcast_tree_next(i)) != 0;)
		json_array_append_new(trees, tree_save(i));
	for (uint32_t i = 0; (i = gw_mcast_flow_next(i)) != 0;)
		json_array_append_new(flows, flow_save(i));
	for (uint32_t i = 0; (i = gw_mcast_group_next(i)) != 0;)
		group_save(i, receivers);
	o = conf == NULL
		? NULL
		: json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "first_address",
			  ip6_json(&conf->first_address), "first_block",
			  prefix_json(&conf->first_block), "tree_block",
			  prefix_json(&conf->tree_block), "hop_limit",
			  conf->hop_limit_copy ? json_string("copy")
					       : json_integer(conf->hop_limit),
			  "traffic_class",
			  conf->pipe ? json_integer(conf->traffic_class) : json_string("copy"),
			  "trees", trees, "flows", flows, "receivers", receivers);
	if (o == NULL) {
		json_decref(trees);
		json_decref(flows);
		json_decref(receivers);
	}
	return o;
}
