// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "iface/plan_int.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define IFACES_MAX (GW_MAX_IFACES - 2)

static void plan_drop(void *data)
{
	struct gw_ifaces_plan *plan = data;

	for (uint32_t i = 0; i < plan->count; i++) {
		free(plan->v[i]->addrs);
		free(plan->v[i]->addrs6);
		free(plan->v[i]);
	}
	free(plan->v);
	json_decref(plan->names);
	gw_hash32_fini(&plan->vlans);
	for (uint16_t i = 0; i < plan->vrf_count; i++) {
		gw_hash32_fini(&plan->vrfs[i].own);
		json_decref(plan->vrfs[i].own6);
	}
	free(plan->vrfs);
	free(plan->subnets);
	free(plan->subnets6);
}

const char *gw_iface_plan_path(struct gw_conf *conf, const struct gw_iface_plan *p)
{
	return gw_conf_path(conf, "/%s/%u", p->section, p->at);
}

const char *gw_iface_plan_place(struct gw_conf *conf, const struct gw_iface_plan *p)
{
	return gw_conf_place(conf, gw_iface_plan_path(conf, p));
}

struct gw_iface_plan *gw_iface_plan_find(const struct gw_ifaces_plan *plan, const char *name)
{
	const json_t *i = json_object_get(plan->names, name);

	return i == NULL ? NULL : plan->v[json_integer_value(i)];
}

struct gw_iface_plan *gw_iface_plan_by_key(const struct gw_ifaces_plan *plan,
	const struct gw_port_plan *port, uint16_t outer, uint16_t inner)
{
	uint16_t index = (uint16_t)(port - plan->ports->v);
	uint32_t i = gw_hash32_get(plan->vlans.table, gw_iface_vlan_key(index, outer, inner));

	return i == 0 ? NULL : plan->v[i - 1];
}

struct gw_iface_plan *gw_iface_plan_by_vlans(
	const struct gw_ifaces_plan *plan, const char *port, uint16_t outer, uint16_t inner)
{
	int i = gw_port_plan_find(plan->ports, port);

	return i < 0 ? NULL : gw_iface_plan_by_key(plan, &plan->ports->v[i], outer, inner);
}

static bool is_ports_own(const struct gw_iface_plan *p)
{
	return p->vlan_count == 0 && strcmp(p->name, p->port->name) == 0;
}

int gw_iface_plan_name_check(struct gw_conf *conf, const struct gw_ifaces_plan *plan,
	const struct gw_iface_plan *p, const char *path, struct gw_err *err)
{
	const struct gw_iface_plan *twin = gw_iface_plan_find(plan, p->name);
	int port = gw_port_plan_find(plan->ports, p->name);

	if (twin != NULL)
		return gw_conf_fail(conf, err, EEXIST, path, "%s is the name of %s already",
			p->name, gw_iface_plan_place(conf, twin));
	if (port >= 0 && !is_ports_own(p))
		return gw_conf_fail(conf, err, EEXIST, path,
			"%s is the name of port %s: only its untagged interface may be called so",
			p->name, gw_conf_place(conf, gw_conf_path(conf, "/ports/%d/name", port)));
	return 0;
}

int gw_iface_plan_add(struct gw_conf *conf, struct gw_ifaces_plan *plan, struct gw_iface_plan *p,
	const char *path, struct gw_err *err)
{
	uint16_t port = (uint16_t)(p->port - plan->ports->v);
	uint32_t key = gw_iface_vlan_key(port, gw_iface_plan_outer(p), gw_iface_plan_inner(p));
	struct gw_iface_plan **v = plan->v;

	if (plan->count == IFACES_MAX) {
		free(p);
		return gw_conf_fail(conf, err, ENOSPC, path, "more than %u interfaces", IFACES_MAX);
	}
	if (plan->count == plan->size) {
		v = realloc(v, (plan->size * 2 + 64) * sizeof(*v));
		if (v != NULL) {
			plan->v = v;
			plan->size = plan->size * 2 + 64;
		}
	}
	if (v == NULL || gw_hash32_set(&plan->vlans, key, plan->count + 1) < 0 ||
		json_object_set_new(plan->names, p->name, json_integer(plan->count)) < 0) {
		free(p);
		return gw_err_set(err, ENOMEM, "no memory");
	}
	plan->v[plan->count++] = p;
	return 0;
}

struct gw_iface_plan *gw_iface_plan_new(const struct gw_port_plan *port)
{
	struct gw_iface_plan *p = calloc(1, sizeof(*p));

	if (p == NULL)
		return NULL;
	p->port = port;
	p->vrf_name = port->vrf;
	p->mtu = port->mtu;
	return p;
}

static int addrs_of_role(
	struct gw_conf *conf, struct gw_ifaces_plan *plan, enum gw_role role, struct gw_err *err)
{
	int ret = 0;

	for (uint32_t i = 0; i < plan->count && ret == 0; i++) {
		if (plan->v[i]->port->role == role)
			ret = gw_iface_plan_addrs(conf, plan, i, err);
	}
	return ret;
}

static int plan_fill(struct gw_conf *conf, struct gw_ifaces_plan *plan, struct gw_err *err)
{
	json_t *ifaces = gw_conf_get(conf, "interfaces");
	uint16_t vrf;
	int ret = gw_vrf_plan_get(conf, plan, "default", "/ports", &vrf, err);

	for (uint32_t i = 0; i < json_array_size(ifaces) && ret == 0; i++)
		ret = gw_iface_plan_named(conf, plan, json_array_get(ifaces, i), i, err);
	for (uint32_t i = 0; i < plan->ports->count && ret == 0; i++)
		ret = gw_iface_plan_untagged(conf, plan, i, err);
	for (uint32_t i = 0; i < plan->ports->count && ret == 0; i++)
		ret = gw_vrf_plan_get(conf, plan, plan->ports->v[i].vrf,
			gw_conf_path(conf, "/ports/%u/vrf", i), &vrf, err);
	for (uint32_t i = 0; i < plan->count && ret == 0; i++) {
		struct gw_iface_plan *p = plan->v[i];

		ret = gw_vrf_plan_get(
			conf, plan, p->vrf_name, gw_iface_plan_path(conf, p), &p->vrf, err);
	}
	// A gateway that is the address of a network port is the one in the wrong place.
	if (ret == 0)
		ret = addrs_of_role(conf, plan, GW_ROLE_NETWORK, err);
	if (ret == 0)
		ret = addrs_of_role(conf, plan, GW_ROLE_ACCESS, err);
	for (uint32_t i = 0; i < plan->count && ret == 0; i++)
		ret = gw_iface_plan_neighbors(conf, plan, i, err);
	return ret;
}

int gw_ifaces_plan(struct gw_conf *conf, struct gw_ifaces_plan **out, struct gw_err *err)
{
	struct gw_ifaces_plan *plan = gw_conf_scratch(conf, "interfaces", sizeof(*plan), plan_drop);
	int ret;

	if (plan == NULL)
		return gw_err_set(err, ENOMEM, "no memory");
	*out = plan;
	if (plan->done)
		return 0;
	ret = gw_ports_plan(conf, &plan->ports, err);
	if (ret < 0)
		return ret;
	plan->names = json_object();
	if (plan->names == NULL || gw_hash32_init(&plan->vlans, 64, gw_hash32_table_free) < 0)
		return gw_err_set(err, ENOMEM, "no memory");
	ret = plan_fill(conf, plan, err);
	plan->done = ret == 0;
	return ret;
}
