// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "sr_mcast/conf_check.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "iface/plan.h"
#include "sr_mcast/conf_read.h"
#include "sr_mcast/flow_check.h"
#include "sr_mcast/group.h"

struct receiver_key {
	struct gw_ip group;
	uint32_t vrf, iface; // of the plan
};

// The section under check. Maps lead to the place where a key stands first.
struct check {
	struct gw_conf *conf;
	struct gw_ifaces_plan *plan;
	json_t *trees, *flows, *receivers;
	struct gw_map by_source;   // tree source -> tree + 1
	struct gw_map by_branch;   // first address -> tree << 10 | branch, + 1
	struct gw_map by_flow;	   // gw_flow_key, VRF of the plan -> flow + 1
	struct gw_map by_receiver; // receiver_key -> receiver + 1
	uint32_t *flow_of;	   // of a tree: flow + 1 that leads into it first
	struct gw_mcast_tree_row row;
};

static_assert(GW_MAX_BRANCHES == 1u << 10, "bits of a branch in by_branch");

static int map_make(struct gw_map *m, size_t key_len, size_t expected)
{
	return gw_map_init(m, (uint32_t)key_len, (uint32_t)expected, (uint32_t)expected + 1,
		gw_map_record_free, gw_hash32_table_free);
}

static int check_begin(struct check *c)
{
	size_t trees = json_array_size(c->trees), flows = json_array_size(c->flows), ports = 0;
	size_t i;
	json_t *o;

	json_array_foreach (c->receivers, i, o)
		ports += json_array_size(json_object_get(o, "ports"));
	c->flow_of = calloc(trees + 1, sizeof(*c->flow_of));
	if (c->flow_of == NULL || map_make(&c->by_source, sizeof(struct in6_addr), trees) < 0 ||
		map_make(&c->by_branch, sizeof(struct in6_addr), GW_MAX_DESTS) < 0 ||
		map_make(&c->by_flow, sizeof(struct gw_flow_key), flows) < 0 ||
		map_make(&c->by_receiver, sizeof(struct receiver_key), ports) < 0)
		return -ENOMEM;
	return 0;
}

static void check_end(struct check *c)
{
	free(c->flow_of);
	gw_map_fini(&c->by_source);
	gw_map_fini(&c->by_branch);
	gw_map_fini(&c->by_flow);
	gw_map_fini(&c->by_receiver);
	free(c);
}

static int no_memory(struct gw_err *err)
{
	return gw_err_set(err, ENOMEM, "no memory");
}

static int vrf_check(
	struct check *c, const char *vrf, const char *path, uint16_t *index, struct gw_err *err)
{
	int i = gw_vrf_plan_find(c->plan, vrf);
	char names[200];

	if (i < 0)
		return gw_conf_fail(c->conf, err, ENOENT, path,
			"no port, interface or tunnel is in VRF \"%s\" (there: %s)", vrf,
			gw_vrf_plan_names(c->plan, names, sizeof(names)));
	*index = (uint16_t)i;
	return 0;
}

// An interface in that VRF.
static int port_check(struct check *c, const char *name, const char *path, const char *section,
	size_t at, uint16_t vrf, const char *vrf_path, uint32_t *iface, struct gw_err *err)
{
	struct gw_iface_plan *p;
	int ret = gw_iface_plan_of_name(c->conf, c->plan, name, path, section, at, &p, err);

	if (ret < 0)
		return ret;
	if (strcmp(p->vrf_name, c->plan->vrfs[vrf].name) != 0)
		return gw_conf_fail(c->conf, err, EINVAL, path,
			"%s is in VRF %s, %s, but VRF %s is meant, %s", p->name, p->vrf_name,
			gw_iface_plan_place(c->conf, p), c->plan->vrfs[vrf].name,
			gw_conf_place(c->conf, vrf_path));
	*iface = (uint32_t)json_integer_value(json_object_get(c->plan->names, p->name));
	return 0;
}

static int branches_note(struct check *c, uint32_t at, struct gw_err *err)
{
	for (uint32_t i = 0; i < c->row.spec.n; i++) {
		int ret = 0;

		if (gw_map_get(&c->by_branch, &c->row.branches[i]) == 0)
			ret = gw_map_set(&c->by_branch, &c->row.branches[i], (at << 10 | i) + 1);
		if (ret == -ENOSPC || c->by_branch.count > GW_MAX_DESTS)
			return gw_conf_fail(c->conf, err, ENOSPC,
				gw_conf_path(c->conf, "trees/%u/branches/%u", at, i),
				"more than %u different first addresses", GW_MAX_DESTS);
		if (ret < 0)
			return no_memory(err);
	}
	return 0;
}

static int tree_check(struct check *c, const struct gw_sr_conf *sr, uint32_t at, struct gw_err *err)
{
	struct gw_mcast_fault fault;
	struct gw_err why = {0};
	char text[GW_IP6_LEN];
	const char *path;
	uint32_t twin;
	uint16_t vrf;

	gw_mcast_tree_read(json_array_get(c->trees, at), &c->row);
	c->row.spec.decap = c->row.decap != NULL;
	if (gw_mcast_tree_check(sr, &c->row.spec, &fault, &why) < 0) {
		path = gw_conf_path(
			c->conf, "trees/%u%s%s", at, fault.path[0] == '\0' ? "" : "/", fault.path);
		if (fault.other[0] == '\0')
			return gw_conf_fail(c->conf, err, why.code, path, "%s", why.text);
		return gw_conf_fail(c->conf, err, why.code, path, "%s, first in %s", why.text,
			gw_conf_place(
				c->conf, gw_conf_path(c->conf, "trees/%u/%s", at, fault.other)));
	}
	twin = gw_map_get(&c->by_source, &c->row.spec.source);
	if (twin != 0)
		return gw_conf_fail(c->conf, err, EEXIST,
			gw_conf_path(c->conf, "trees/%u/source", at), "%s is that of %s already",
			gw_ip6_str(&c->row.spec.source, text),
			gw_conf_place(c->conf, gw_conf_path(c->conf, "trees/%u", twin - 1)));
	if (gw_map_set(&c->by_source, &c->row.spec.source, at + 1) < 0)
		return no_memory(err);
	if (c->row.decap != NULL &&
		vrf_check(c, c->row.decap, gw_conf_path(c->conf, "trees/%u/decap", at), &vrf, err) <
			0)
		return -err->code;
	return branches_note(c, at, err);
}

// Where the blocks overlap, a tree's source may be some node's first address.
static int sources_check(struct check *c, struct gw_err *err)
{
	uint32_t cursor = 0, tree;
	const struct in6_addr *source;
	char text[GW_IP6_LEN];

	while ((source = gw_map_next(&c->by_source, &cursor, &tree)) != NULL) {
		uint32_t branch = gw_map_get(&c->by_branch, source);

		if (branch == 0)
			continue;
		return gw_conf_fail(c->conf, err, EINVAL,
			gw_conf_path(c->conf, "trees/%u/source", tree - 1),
			"%s is a first address: a branch leads there, %s", gw_ip6_str(source, text),
			gw_conf_place(c->conf,
				gw_conf_path(c->conf, "trees/%u/branches/%u", (branch - 1) >> 10,
					(branch - 1) & (GW_MAX_BRANCHES - 1))));
	}
	return 0;
}

static int flow_tree_check(struct check *c, const struct gw_mcast_flow_row *row, uint32_t at,
	uint16_t vrf, struct gw_err *err)
{
	uint32_t tree = gw_map_get(&c->by_source, &row->tree), first;
	struct gw_mcast_flow_row other;
	char text[GW_IP6_LEN];
	const char *path = gw_conf_path(c->conf, "flows/%u/tree", at);

	gw_ip6_str(&row->tree, text);
	if (tree == 0)
		return gw_conf_fail(
			c->conf, err, ENOENT, path, "no tree %s in /sr_mcast/trees", text);
	first = c->flow_of[tree - 1];
	if (first == 0) {
		c->flow_of[tree - 1] = at + 1;
		return 0;
	}
	gw_mcast_flow_read(json_array_get(c->flows, first - 1), &other);
	if (strcmp(other.vrf, c->plan->vrfs[vrf].name) == 0)
		return 0;
	return gw_conf_fail(c->conf, err, EINVAL, path,
		"tree %s carries flows of VRF %s, %s, not of VRF %s: a tree carries one VRF", text,
		other.vrf, gw_conf_place(c->conf, gw_conf_path(c->conf, "flows/%u", first - 1)),
		row->vrf);
}

static int flow_ports_check(struct check *c, const struct gw_mcast_flow_row *row, uint32_t at,
	uint16_t vrf, struct gw_err *err)
{
	uint32_t iface[GW_MAX_FLOW_PORTS];
	json_t *name;
	size_t i;

	json_array_foreach (row->ports, i, name) {
		int ret = port_check(c, json_string_value(name),
			gw_conf_path(c->conf, "flows/%u/ports/%zu", at, i), "sr_mcast/flows", at,
			vrf, gw_conf_path(c->conf, "flows/%u", at), &iface[i], err);

		if (ret < 0)
			return ret;
		for (size_t k = 0; k < i; k++) {
			if (iface[k] == iface[i])
				return gw_conf_fail(c->conf, err, EEXIST,
					gw_conf_path(c->conf, "flows/%u/ports/%zu", at, i),
					"%s is %s already", json_string_value(name),
					gw_conf_place(c->conf,
						gw_conf_path(
							c->conf, "flows/%u/ports/%zu", at, k)));
		}
	}
	return 0;
}

static int flow_check(struct check *c, uint32_t at, struct gw_err *err)
{
	struct gw_flow_key key = {0};
	struct gw_mcast_flow_row row;
	char s[GW_IP_LEN], g[GW_IP_LEN];
	struct gw_err why = {0};
	const char *field;
	uint16_t vrf = 0;
	uint32_t twin;
	int ret;

	gw_mcast_flow_read(json_array_get(c->flows, at), &row);
	if (gw_mcast_flow_check_addrs(&row.source, &row.group, &field, &why) < 0)
		return gw_conf_fail(c->conf, err, why.code,
			gw_conf_path(c->conf, "flows/%u/%s", at, field), "%s", why.text);
	ret = vrf_check(c, row.vrf, gw_conf_path(c->conf, "flows/%u/vrf", at), &vrf, err);
	if (ret < 0)
		return ret;
	key.source = row.source;
	key.group = row.group;
	key.vrf = vrf;
	twin = gw_map_get(&c->by_flow, &key);
	if (twin != 0)
		return gw_conf_fail(c->conf, err, EEXIST, gw_conf_path(c->conf, "flows/%u", at),
			"(%s, %s) of VRF %s is in %s already: a flow has one tree",
			gw_ip_is_any(&row.source) ? "*" : gw_ip_str(&row.source, s),
			gw_ip_str(&row.group, g), row.vrf,
			gw_conf_place(c->conf, gw_conf_path(c->conf, "flows/%u", twin - 1)));
	if (gw_map_set(&c->by_flow, &key, at + 1) < 0)
		return no_memory(err);
	ret = flow_tree_check(c, &row, at, vrf, err);
	return ret == 0 ? flow_ports_check(c, &row, at, vrf, err) : ret;
}

static int receiver_port_check(struct check *c, const struct gw_mcast_receiver_row *row,
	uint32_t at, size_t i, uint16_t vrf, struct gw_err *err)
{
	struct receiver_key key = {.group = row->group, .vrf = vrf};
	const char *name = json_string_value(json_array_get(row->ports, i));
	const char *path = gw_conf_path(c->conf, "receivers/%u/ports/%zu", at, i);
	char g[GW_IP_LEN];
	uint32_t twin;
	int ret = port_check(c, name, path, "sr_mcast/receivers", at, vrf,
		gw_conf_path(c->conf, "receivers/%u", at), &key.iface, err);

	if (ret < 0)
		return ret;
	twin = gw_map_get(&c->by_receiver, &key);
	if (twin != 0)
		return gw_conf_fail(c->conf, err, EEXIST, path,
			"%s receives %s already, %s: name its sources in one place", name,
			gw_ip_str(&row->group, g),
			gw_conf_place(c->conf, gw_conf_path(c->conf, "receivers/%u", twin - 1)));
	return gw_map_set(&c->by_receiver, &key, at + 1) < 0 ? no_memory(err) : 0;
}

static int receiver_sources_check(
	struct check *c, const struct gw_mcast_receiver_row *row, uint32_t at, struct gw_err *err)
{
	char s[GW_IP_LEN], g[GW_IP_LEN];

	for (uint32_t i = 0; i < row->n; i++) {
		if (gw_group_source_ok(&row->sources[i]) &&
			gw_ip_is4(&row->sources[i]) == gw_ip_is4(&row->group))
			continue;
		return gw_conf_fail(c->conf, err, EINVAL,
			gw_conf_path(c->conf, "receivers/%u/sources/%u", at, i),
			"%s is no unicast address of a host of the family of group %s",
			gw_ip_str(&row->sources[i], s), gw_ip_str(&row->group, g));
	}
	return 0;
}

static int receiver_check(struct check *c, uint32_t at, struct gw_err *err)
{
	struct gw_mcast_receiver_row row;
	struct gw_err why = {0};
	uint16_t vrf = 0;
	int ret;

	if (gw_mcast_receiver_read(json_array_get(c->receivers, at), &row) < 0)
		return no_memory(err);
	if (gw_group_check(&row.group, &why) < 0)
		ret = gw_conf_fail(c->conf, err, why.code,
			gw_conf_path(c->conf, "receivers/%u/group", at), "%s", why.text);
	else
		ret = vrf_check(
			c, row.vrf, gw_conf_path(c->conf, "receivers/%u/vrf", at), &vrf, err);
	if (ret == 0)
		ret = receiver_sources_check(c, &row, at, err);
	for (size_t i = 0; ret == 0 && i < json_array_size(row.ports); i++)
		ret = receiver_port_check(c, &row, at, i, vrf, err);
	free(row.sources);
	return ret;
}

static int own_check(
	struct gw_conf *conf, const json_t *section, struct gw_sr_conf *sr, struct gw_err *err)
{
	struct gw_err why = {0};
	const char *key;

	if (!gw_sr_conf_read(section, sr, &key))
		return gw_conf_fail(conf, err, EINVAL, key, "a number %d..255 or \"copy\" will do",
			strcmp(key, "hop_limit") == 0);
	if (gw_sr_conf_check(sr, &key, &why) < 0)
		return gw_conf_fail(conf, err, why.code, key, "%s", why.text);
	return 0;
}

int gw_mcast_conf_check(struct gw_conf *conf, json_t *section, size_t index, struct gw_err *err)
{
	struct check *c = calloc(1, sizeof(*c));
	struct gw_sr_conf sr;
	int ret = own_check(conf, section, &sr, err);

	if (c == NULL)
		return no_memory(err);
	c->conf = conf;
	c->trees = json_object_get(section, "trees");
	c->flows = json_object_get(section, "flows");
	c->receivers = json_object_get(section, "receivers");
	if (ret == 0)
		ret = gw_ifaces_plan(conf, &c->plan, err);
	if (ret == 0 && check_begin(c) < 0)
		ret = no_memory(err);
	for (uint32_t i = 0; ret == 0 && i < json_array_size(c->trees); i++)
		ret = tree_check(c, &sr, i, err);
	if (ret == 0)
		ret = sources_check(c, err);
	for (uint32_t i = 0; ret == 0 && i < json_array_size(c->flows); i++)
		ret = flow_check(c, i, err);
	for (uint32_t i = 0; ret == 0 && i < json_array_size(c->receivers); i++)
		ret = receiver_check(c, i, err);
	check_end(c);
	return ret;
}
