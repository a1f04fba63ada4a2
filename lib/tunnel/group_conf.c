// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// Section "tunnel_groups". Which tunnel is in use follows the file only when the file's word has
// changed since it was loaded last: what was switched by command stays switched.

#include "tunnel/group_conf.h"

#include <string.h>

#include "config/wrap.h"
#include "fib/vrf.h"
#include "tunnel/marks.h"

#define ORDER	   30
#define GROUPS_MAX 4096

static json_t *states; // name -> what the file said when it was loaded last

static const char *const uses[] = {"active", "backup", NULL};

static const struct gw_conf_field fields[] = {
	{"name", "name of the group, shared with tunnels", GW_CONF_NAME, .required = true},
	{"active", "tunnel", GW_CONF_NAME, .required = true},
	{"backup", "tunnel of the same VRF", GW_CONF_NAME, .required = true},
	{"in_use",
		"which is used at start, default active; a reload switches only when this has "
		"changed in the file",
		GW_CONF_ENUM, .values = uses},
	{},
};

int gw_tunnel_groups_match(
	struct gw_conf *conf, const struct gw_paths_plan *plan, struct gw_err *err)
{
	struct gw_tunnel_group *g = NULL;
	struct gw_ifaces_plan *ifaces;
	int ret = gw_ifaces_plan(conf, &ifaces, err);

	while (ret == 0 && (g = gw_tunnel_group_next(g)) != NULL) {
		const struct gw_path_plan *p = gw_path_plan_find(plan, g->name);

		if (p == NULL || !p->group ||
			strcmp(ifaces->vrfs[p->vrf].name, gw_vrfs[gw_path_vrf(g->path)].name) != 0)
			gw_tunnel_group_retire(g);
	}
	return ret;
}

static int groups_check(struct gw_conf *conf, json_t *value, size_t index, struct gw_err *err)
{
	struct gw_paths_plan *plan;

	return gw_paths_plan(conf, &plan, err);
}

static int group_apply(struct gw_conf *conf, const struct gw_path_plan *p, struct gw_err *err)
{
	const char *before = json_string_value(json_object_get(states, p->name));
	bool is_new = gw_tunnel_group_find(p->name) == NULL;
	const char *path = gw_conf_path(conf, "%u", p->at);
	struct gw_err why = {0};

	if (gw_tunnel_group_add(p->name, p->active, p->backup, &why) < 0)
		return gw_conf_wrap(conf, err, path, &why);
	gw_tunnel_group_mark(gw_tunnel_group_find(p->name));
	if (!is_new && before != NULL && strcmp(before, uses[p->on_backup]) == 0)
		return 0;
	if (gw_tunnel_group_switch(p->name, p->on_backup, &why) < 0)
		return gw_conf_wrap(conf, err, path, &why);
	return 0;
}

static int groups_apply(struct gw_conf *conf, json_t *value, size_t index, struct gw_err *err)
{
	struct gw_paths_plan *plan;
	int ret = gw_paths_plan(conf, &plan, err);

	for (uint32_t i = 0; ret == 0 && i < plan->count; i++) {
		if (plan->v[i].group)
			ret = group_apply(conf, &plan->v[i], err);
	}
	return ret;
}

static int groups_end(struct gw_conf *conf, struct gw_err *err)
{
	struct gw_paths_plan *plan;
	int ret = gw_paths_plan(conf, &plan, err);

	if (ret < 0)
		return ret;
	json_decref(states);
	states = json_object();
	for (uint32_t i = 0; i < plan->count; i++) {
		const struct gw_path_plan *p = &plan->v[i];

		if (p->group)
			json_object_set_new(states, p->name, json_string(uses[p->on_backup]));
	}
	return gw_tunnel_group_marks_sweep(err);
}

static json_t *groups_save(void)
{
	struct gw_tunnel_group *g = NULL;
	json_t *list = json_array();

	while ((g = gw_tunnel_group_next(g)) != NULL)
		json_array_append_new(list,
			json_pack("{s:s, s:s, s:s, s:s}", "name", g->name, "active",
				gw_tunnel_infos[g->active].name, "backup",
				gw_tunnel_infos[g->backup].name, "in_use", uses[g->on_backup]));
	return list;
}

GW_CONF_SECTION(tunnel_groups,
	{.value = {"tunnel_groups",
		 "pairs of tunnels, one in use; a reload removes those that the file does not name",
		 GW_CONF_ARRAY, .max = GROUPS_MAX,
		 .of = GW_CONF_OF(GW_CONF_OBJECT, .fields = fields)},
		.order = ORDER,
		.check = groups_check,
		.apply = groups_apply,
		.end = groups_end,
		.save = groups_save});
