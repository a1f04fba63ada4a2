// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// Section "tunnels".

#include <errno.h>
#include <string.h>

#include "config/wrap.h"
#include "fib/vrf.h"
#include "port/port.h"
#include "tunnel/group_conf.h"
#include "tunnel/marks.h"
#include "tunnel/plan.h"

#define ORDER 20 // after the addresses that they start at

static const char *const types[] = {"vxlan-gpe", NULL};

static const struct gw_conf_field fields[] = {
	{"name", "name of the tunnel, shared with tunnel groups", GW_CONF_NAME, .required = true},
	{"type", "vxlan-gpe", GW_CONF_ENUM, .values = types},
	{"vni", "VXLAN network identifier", GW_CONF_U32, .required = true, .max = (1u << 24) - 1},
	{"vrf", "VRF of the packets inside, default \"default\"", GW_CONF_NAME},
	{"local", "own address, one of a network port's", GW_CONF_IP, .required = true},
	{"remote", "address of the other user plane", GW_CONF_IP, .required = true},
	{"symmetric", "upstream tunnel: packets come out of it as if from an interface",
		GW_CONF_BOOL},
	{"mss_clamp", "lower the MSS of TCP connections to what the tunnel takes", GW_CONF_BOOL},
	{},
};

static uint16_t running_of(const struct gw_path_plan *p)
{
	if (gw_tunnels == NULL || p->group) // --check: nothing runs
		return 0;
	return gw_tunnel_lookup(p->spec.local, p->spec.remote, p->spec.vni);
}

// One VNI is of one VRF at a time: packets of two would mix while a reload is under way.
static int vrf_check(struct gw_conf *conf, const struct gw_path_plan *p, struct gw_err *err)
{
	uint16_t i = running_of(p);

	if (i == 0 || strcmp(gw_vrfs[gw_tunnels[i].vrf].name, p->spec.vrf) == 0)
		return 0;
	return gw_conf_fail(conf, err, EBUSY, gw_conf_path(conf, "/tunnels/%u/vrf", p->at),
		"the tunnel with these addresses and VNI runs for VRF %s: choose another VNI, or "
		"reload without it first",
		gw_vrfs[gw_tunnels[i].vrf].name);
}

static int tunnels_check(struct gw_conf *conf, json_t *value, size_t index, struct gw_err *err)
{
	struct gw_paths_plan *plan;
	int ret = gw_paths_plan(conf, &plan, err);

	for (uint32_t i = 0; ret == 0 && i < plan->count; i++)
		ret = vrf_check(conf, &plan->v[i], err);
	return ret;
}

// The running tunnels with ends and VNI of a planned one are that one and get its name; those that
// are not planned lose theirs.
static int tunnels_begin(struct gw_conf *conf, struct gw_err *err)
{
	struct gw_paths_plan *plan;
	int ret = gw_paths_plan(conf, &plan, err);

	if (ret < 0)
		return ret;
	gw_tunnel_marks_begin();
	for (uint32_t i = 0; i < plan->count; i++)
		gw_tunnel_mark(running_of(&plan->v[i])); // 0 is no tunnel and has a mark as well
	for (uint16_t i = 0; (i = gw_tunnel_next(i)) != 0;) {
		if (!gw_tunnel_marked(i))
			gw_tunnel_retire(i);
	}
	for (uint32_t i = 0; i < plan->count; i++) {
		uint16_t running = running_of(&plan->v[i]);

		if (running != 0)
			gw_tunnel_rename(running, plan->v[i].name);
	}
	return gw_tunnel_groups_match(conf, plan, err);
}

static int tunnels_apply(struct gw_conf *conf, json_t *value, size_t index, struct gw_err *err)
{
	struct gw_paths_plan *plan;
	int ret = gw_paths_plan(conf, &plan, err);

	for (uint32_t i = 0; ret == 0 && i < plan->count; i++) {
		const struct gw_path_plan *p = &plan->v[i];
		struct gw_err why = {0};

		if (p->group)
			break;
		if (gw_tunnel_add(&p->spec, &why) < 0)
			return gw_conf_wrap(conf, err, gw_conf_path(conf, "%u", p->at), &why);
		gw_tunnel_mark(running_of(p));
	}
	return ret;
}

static int tunnels_end(struct gw_conf *conf, struct gw_err *err)
{
	return gw_tunnel_marks_sweep(err);
}

static json_t *tunnel_save(uint16_t i)
{
	const struct gw_tunnel *t = &gw_tunnels[i];
	char local[GW_IP4_LEN], remote[GW_IP4_LEN];
	json_t *o = json_pack("{s:s, s:s, s:i, s:s, s:s, s:s}", "name", gw_tunnel_infos[i].name,
		"type", types[0], "vni", (int)t->vni, "vrf", gw_vrfs[t->vrf].name, "local",
		gw_ip4_str(t->local, local), "remote", gw_ip4_str(t->remote, remote));

	if (t->symmetric)
		json_object_set_new(o, "symmetric", json_true());
	if (gw_tunnel_infos[i].mss_clamp)
		json_object_set_new(o, "mss_clamp", json_true());
	return o;
}

static json_t *tunnels_save(void)
{
	json_t *list = json_array();

	for (uint16_t i = 0; (i = gw_tunnel_next(i)) != 0;)
		json_array_append_new(list, tunnel_save(i));
	return list;
}

GW_CONF_SECTION(tunnels,
	{.value = {"tunnels",
		 "to other user planes; a reload removes those that the file does not name",
		 GW_CONF_ARRAY, .max = GW_MAX_TUNNELS - 1,
		 .of = GW_CONF_OF(GW_CONF_OBJECT, .fields = fields)},
		.order = ORDER,
		.check = tunnels_check,
		.begin = tunnels_begin,
		.apply = tunnels_apply,
		.end = tunnels_end,
		.save = tunnels_save});
