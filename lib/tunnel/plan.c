// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "tunnel/plan.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "tunnel/plan_check.h"

static void plan_drop(void *data)
{
	struct gw_paths_plan *plan = data;

	free(plan->v);
	json_decref(plan->names);
}

struct gw_path_plan *gw_path_plan_find(const struct gw_paths_plan *plan, const char *name)
{
	const json_t *i = json_object_get(plan->names, name);

	return i == NULL ? NULL : &plan->v[json_integer_value(i)];
}

static const char *path_of(struct gw_conf *conf, const struct gw_path_plan *p)
{
	return gw_conf_path(conf, "/%s/%u", p->group ? "tunnel_groups" : "tunnels", p->at);
}

const char *gw_path_plan_place(struct gw_conf *conf, const struct gw_path_plan *p)
{
	return gw_conf_place(conf, path_of(conf, p));
}

static int plan_add(struct gw_conf *conf, struct gw_paths_plan *plan, json_t *value, uint32_t at,
	bool group, struct gw_path_plan **out, struct gw_err *err)
{
	struct gw_path_plan *p = &plan->v[plan->count], *twin;

	p->name = json_string_value(json_object_get(value, "name"));
	p->group = group;
	p->at = at;
	twin = gw_path_plan_find(plan, p->name);
	if (twin != NULL)
		return gw_conf_fail(conf, err, EEXIST,
			gw_conf_path(conf, "%s/name", path_of(conf, p)),
			"%s is the name of %s already (tunnels and tunnel groups share their "
			"names)",
			p->name, gw_path_plan_place(conf, twin));
	if (json_object_set_new(plan->names, p->name, json_integer(plan->count)) < 0)
		return gw_err_set(err, ENOMEM, "no memory");
	plan->count++;
	*out = p;
	return 0;
}

static int tunnel_add(struct gw_conf *conf, struct gw_paths_plan *plan,
	struct gw_ifaces_plan *ifaces, json_t *value, uint32_t at, struct gw_err *err)
{
	const char *local = json_string_value(json_object_get(value, "local"));
	const char *remote = json_string_value(json_object_get(value, "remote"));
	const char *vrf = json_string_value(json_object_get(value, "vrf"));
	struct gw_path_plan *p;
	int ret = plan_add(conf, plan, value, at, false, &p, err);

	if (ret < 0)
		return ret;
	p->spec = (struct gw_tunnel_spec){
		.name = p->name,
		.vni = (uint32_t)json_integer_value(json_object_get(value, "vni")),
		.vrf = vrf != NULL ? vrf : "default",
		.symmetric = json_is_true(json_object_get(value, "symmetric")),
		.mss_clamp = json_is_true(json_object_get(value, "mss_clamp")),
	};
	if (!gw_ip4_parse(local, &p->spec.local) || !gw_ip4_parse(remote, &p->spec.remote))
		return gw_conf_fail(conf, err, ENOTSUP,
			gw_conf_path(conf, "/tunnels/%u/%s", at,
				strchr(local, ':') != NULL ? "local" : "remote"),
			"IPv6 tunnel ends are not forwarded by this version");
	ret = gw_tunnel_plan_ends(conf, ifaces, p, err);
	if (ret == 0)
		ret = gw_vrf_plan_get(conf, ifaces, p->spec.vrf,
			gw_conf_path(conf, "/tunnels/%u/vrf", at), &p->vrf, err);
	return ret;
}

// A tunnel that a group names.
static int member_find(struct gw_conf *conf, struct gw_paths_plan *plan,
	const struct gw_path_plan *g, const char *key, const char *name,
	const struct gw_path_plan **out, struct gw_err *err)
{
	const struct gw_path_plan *t = gw_path_plan_find(plan, name);
	const char *path = gw_conf_path(conf, "/tunnel_groups/%u/%s", g->at, key);

	if (t == NULL)
		return gw_conf_fail(conf, err, ENOENT, path, "no tunnel \"%s\" in /tunnels", name);
	if (t->group)
		return gw_conf_fail(conf, err, EINVAL, path,
			"%s is a tunnel group, %s; a group is made of tunnels", name,
			gw_path_plan_place(conf, t));
	*out = t;
	return 0;
}

static int group_add(struct gw_conf *conf, struct gw_paths_plan *plan,
	const struct gw_ifaces_plan *ifaces, json_t *value, uint32_t at, struct gw_err *err)
{
	const char *in_use = json_string_value(json_object_get(value, "in_use"));
	const struct gw_path_plan *a = NULL, *b = NULL;
	struct gw_path_plan *p;
	int ret = plan_add(conf, plan, value, at, true, &p, err);

	if (ret < 0)
		return ret;
	p->on_backup = in_use != NULL && strcmp(in_use, "backup") == 0;
	p->active = json_string_value(json_object_get(value, "active"));
	p->backup = json_string_value(json_object_get(value, "backup"));
	ret = member_find(conf, plan, p, "active", p->active, &a, err);
	if (ret == 0)
		ret = member_find(conf, plan, p, "backup", p->backup, &b, err);
	if (ret < 0)
		return ret;
	p->vrf = a->vrf;
	if (a->vrf != b->vrf)
		return gw_conf_fail(conf, err, EINVAL, gw_conf_path(conf, "/tunnel_groups/%u", at),
			"%s carries VRF %s, %s, but %s carries VRF %s, %s: they must be the same",
			a->name, ifaces->vrfs[a->vrf].name, gw_path_plan_place(conf, a), b->name,
			ifaces->vrfs[b->vrf].name, gw_path_plan_place(conf, b));
	return 0;
}

int gw_paths_plan(struct gw_conf *conf, struct gw_paths_plan **out, struct gw_err *err)
{
	struct gw_paths_plan *plan = gw_conf_scratch(conf, "tunnels", sizeof(*plan), plan_drop);
	json_t *tunnels = gw_conf_get(conf, "tunnels"),
	       *groups = gw_conf_get(conf, "tunnel_groups");
	size_t n = json_array_size(tunnels), m = json_array_size(groups);
	struct gw_ifaces_plan *ifaces;
	int ret = 0;

	if (plan == NULL)
		return gw_err_set(err, ENOMEM, "no memory");
	*out = plan;
	if (plan->done)
		return 0;
	ret = gw_ifaces_plan(conf, &ifaces, err);
	if (ret < 0)
		return ret;
	plan->v = calloc(n + m + 1, sizeof(*plan->v));
	plan->names = json_object();
	if (plan->v == NULL || plan->names == NULL)
		return gw_err_set(err, ENOMEM, "no memory");
	for (uint32_t i = 0; i < n && ret == 0; i++)
		ret = tunnel_add(conf, plan, ifaces, json_array_get(tunnels, i), i, err);
	if (ret == 0)
		ret = gw_tunnel_plan_keys(conf, plan, err);
	for (uint32_t i = 0; i < m && ret == 0; i++)
		ret = group_add(conf, plan, ifaces, json_array_get(groups, i), i, err);
	plan->done = ret == 0;
	return ret;
}

int gw_path_plan_of(struct gw_conf *conf, const char *name, bool group_only, const char *path,
	const char *vrf_name, const char *vrf_path, struct gw_path_plan **out, struct gw_err *err)
{
	struct gw_ifaces_plan *ifaces;
	struct gw_paths_plan *plan;
	int ret = gw_paths_plan(conf, &plan, err);

	if (ret == 0)
		ret = gw_ifaces_plan(conf, &ifaces, err);
	if (ret < 0)
		return ret;
	*out = gw_path_plan_find(plan, name);
	if (*out == NULL || (group_only && !(*out)->group))
		return gw_conf_fail(conf, err, ENOENT, path, "no tunnel%s \"%s\" in /tunnel%s",
			group_only ? " group" : " or tunnel group", name,
			group_only ? "_groups" : "s and /tunnel_groups");
	if (strcmp(ifaces->vrfs[(*out)->vrf].name, vrf_name) != 0)
		return gw_conf_fail(conf, err, EINVAL, path,
			"%s carries VRF %s, %s, but VRF %s is meant, %s", name,
			ifaces->vrfs[(*out)->vrf].name, gw_path_plan_place(conf, *out), vrf_name,
			gw_conf_place(conf, vrf_path));
	return 0;
}

uint16_t gw_path_plan_running(struct gw_path_plan *p)
{
	if (p->path == 0)
		p->path = gw_path_find(p->name);
	return p->path;
}
