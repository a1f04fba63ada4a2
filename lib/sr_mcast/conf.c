// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// Section "sr_mcast". What a new file adds is there before what it leaves out goes: trees, then
// flows, then receivers come; receivers, flows, trees go.

#include <errno.h>
#include <stdlib.h>

#include "config/wrap.h"
#include "fib/vrf.h"
#include "sr_mcast/conf_check.h"
#include "sr_mcast/conf_read.h"
#include "sr_mcast/conf_save.h"
#include "sr_mcast/flow.h"
#include "sr_mcast/ifaces.h"
#include "sr_mcast/receiver.h"

#define ORDER 55 // after the interfaces and routes that it names and needs

static const struct gw_conf_field tree_fields[] = {
	{"source", "address of the tree, inside tree_block", GW_CONF_IP6, .required = true},
	{"branches", "first addresses of the next nodes, inside first_block", GW_CONF_ARRAY,
		.max = GW_MAX_BRANCHES, .of = GW_CONF_OF(GW_CONF_IP6)},
	{"decap", "VRF whose receivers get the packets here; none: no leaf", GW_CONF_NAME},
	{"hop_limit_threshold", "packets with a lower hop limit are dropped, default 0: none",
		GW_CONF_U32, .max = 255},
	{},
};

static const char *const any_source[] = {"*", NULL};

static const struct gw_conf_field flow_fields[] = {
	{"vrf", "default \"default\"", GW_CONF_NAME},
	{"source", "sender; \"*\" or none: any", GW_CONF_IP, .values = any_source},
	{"group", "multicast group of the same family", GW_CONF_IP, .required = true},
	{"tree", "source address of one of the trees", GW_CONF_IP6, .required = true},
	{"ports",
		"interfaces, or ports for their untagged ones, that the flow comes in by; none: "
		"those of the VRF's route to the source",
		GW_CONF_ARRAY, .max = GW_MAX_FLOW_PORTS, .of = GW_CONF_OF(GW_CONF_NAME)},
	{},
};

static const struct gw_conf_field receiver_fields[] = {
	{"vrf", "default \"default\"", GW_CONF_NAME},
	{"group", "multicast group", GW_CONF_IP, .required = true},
	{"ports", "interfaces, or ports for their untagged ones", GW_CONF_ARRAY, .required = true,
		.min = 1, .max = GW_MAX_IFACES, .of = GW_CONF_OF(GW_CONF_NAME)},
	{"sources", "only from these; none: from any", GW_CONF_ARRAY, .max = 1024,
		.of = GW_CONF_OF(GW_CONF_IP)},
	{},
};

static const char *const copy[] = {"copy", NULL};

static const struct gw_conf_field fields[] = {
	{"first_address", "address of this node, one for all trees", GW_CONF_IP6, .required = true},
	{"first_block", "prefix of the first addresses of all nodes", GW_CONF_PREFIX6,
		.required = true},
	{"tree_block", "prefix of the source addresses of all trees", GW_CONF_PREFIX6,
		.required = true},
	{"hop_limit",
		"of packets that start here: 1..255, default 64, or \"copy\" of the packet's own",
		GW_CONF_ANY, .min = 1, .max = 255, .values = copy},
	{"traffic_class",
		"of packets that start here: \"copy\" of the packet's own, the default, or 0..255",
		GW_CONF_ANY, .max = 255, .values = copy},
	{"trees", "what this node does with the packets of a tree", GW_CONF_ARRAY,
		.max = GW_MAX_TREES, .of = GW_CONF_OF(GW_CONF_OBJECT, .fields = tree_fields)},
	{"flows", "multicast that starts into a tree here", GW_CONF_ARRAY, .max = GW_MAX_FLOWS,
		.of = GW_CONF_OF(GW_CONF_OBJECT, .fields = flow_fields)},
	{"receivers", "who gets a group besides those that ask by IGMP or MLD", GW_CONF_ARRAY,
		.max = GW_MAX_GROUPS, .of = GW_CONF_OF(GW_CONF_OBJECT, .fields = receiver_fields)},
	{},
};

static int begin(struct gw_conf *conf, struct gw_err *err)
{
	gw_mcast_tree_marks_begin();
	gw_mcast_flow_marks_begin();
	gw_receiver_marks_begin();
	return 0;
}

static int tree_apply(struct gw_conf *conf, const json_t *o, size_t at, struct gw_err *err)
{
	static struct gw_mcast_tree_row row; // too large for a stack
	struct gw_err why = {0};
	uint16_t vrf;

	gw_mcast_tree_read(o, &row);
	if (row.decap != NULL && gw_vrf_find(row.decap, &vrf, &why) == 0)
		row.spec.decap = vrf + 1;
	if (why.code != 0 || gw_mcast_tree_set(&row.spec, &why) < 0)
		return gw_conf_wrap(conf, err, gw_conf_path(conf, "trees/%zu", at), &why);
	return 0;
}

static int flow_apply(const json_t *o, struct gw_err *why)
{
	struct gw_mcast_flow_spec spec = {0};
	struct gw_mcast_flow_row row;
	json_t *name;
	size_t i;
	int ret;

	gw_mcast_flow_read(o, &row);
	spec.source = row.source;
	spec.group = row.group;
	spec.tree = row.tree;
	ret = gw_vrf_find(row.vrf, &spec.vrf, why);
	json_array_foreach (row.ports, i, name) {
		if (ret == 0)
			ret = gw_mcast_iface_find(
				json_string_value(name), &spec.iface[spec.n_ifaces++], why);
	}
	return ret == 0 ? gw_mcast_flow_set(&spec, why) : ret;
}

// A flow may lead into a tree that carries another VRF as yet. Those start anew when all others are
// where they belong and what the file does not name has gone.
static int flows_apply(struct gw_conf *conf, const json_t *flows, struct gw_err *err)
{
	bool *late = calloc(json_array_size(flows) + 1, sizeof(*late)), any = false;
	int ret = 0;
	json_t *o;
	size_t i;

	if (late == NULL)
		return gw_err_set(err, ENOMEM, "no memory");
	json_array_foreach (flows, i, o) {
		late[i] = flow_apply(o, NULL) < 0;
		any |= late[i];
	}
	if (any)
		gw_mcast_flow_marks_sweep(); // the late ones among them
	json_array_foreach (flows, i, o) {
		struct gw_err why = {0};

		if (ret == 0 && late[i] && flow_apply(o, &why) < 0)
			ret = gw_conf_wrap(conf, err, gw_conf_path(conf, "flows/%zu", i), &why);
	}
	free(late);
	return ret;
}

static int receiver_apply(struct gw_conf *conf, const json_t *o, size_t at, struct gw_err *err)
{
	struct gw_mcast_receiver_row row;
	struct gw_err why = {0};
	uint16_t vrf, iface;
	json_t *name;
	size_t i;
	int ret;

	if (gw_mcast_receiver_read(o, &row) < 0)
		return gw_err_set(err, ENOMEM, "no memory");
	ret = gw_vrf_find(row.vrf, &vrf, &why);
	json_array_foreach (row.ports, i, name) {
		if (ret == 0)
			ret = gw_mcast_iface_find(json_string_value(name), &iface, &why);
		if (ret == 0)
			ret = gw_receiver_set(vrf, &row.group, iface, GW_RECEIVER_STATIC,
				row.n == 0, row.sources, row.n, &why);
	}
	free(row.sources);
	return ret == 0 ? 0
			: gw_conf_wrap(conf, err, gw_conf_path(conf, "receivers/%zu", at), &why);
}

static int apply(struct gw_conf *conf, json_t *section, size_t index, struct gw_err *err)
{
	struct gw_sr_conf sr;
	struct gw_err why = {0};
	const char *key;
	json_t *o;
	size_t i;
	int ret = 0;

	gw_sr_conf_read(section, &sr, &key); // checked
	if (gw_sr_conf_set(&sr, &why) < 0)
		return gw_conf_wrap(conf, err, "", &why);
	json_array_foreach (json_object_get(section, "trees"), i, o)
		ret = ret == 0 ? tree_apply(conf, o, i, err) : ret;
	if (ret == 0)
		ret = flows_apply(conf, json_object_get(section, "flows"), err);
	json_array_foreach (json_object_get(section, "receivers"), i, o)
		ret = ret == 0 ? receiver_apply(conf, o, i, err) : ret;
	return ret;
}

static int end(struct gw_conf *conf, struct gw_err *err)
{
	gw_receiver_marks_sweep();
	gw_mcast_flow_marks_sweep();
	gw_mcast_tree_marks_sweep();
	return gw_conf_get(conf, "sr_mcast") == NULL ? gw_sr_conf_set(NULL, err) : 0;
}

GW_CONF_SECTION(sr_mcast,
	{.value = {"sr_mcast",
		 "source-address-keyed multicast over segment routing; a reload removes the trees, "
		 "flows and receivers that the file does not name",
		 GW_CONF_OBJECT, .fields = fields},
		.order = ORDER,
		.check = gw_mcast_conf_check,
		.begin = begin,
		.apply = apply,
		.end = end,
		.save = gw_mcast_conf_save});
