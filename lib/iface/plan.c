// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "iface/plan.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define IFACES_MAX (GW_MAX_IFACES - 2)

static void plan_drop(void *data)
{
	struct gw_ifaces_plan *plan = data;

	for (uint32_t i = 0; i < plan->count; i++) {
		free(plan->v[i]->addrs);
		free(plan->v[i]);
	}
	free(plan->v);
	json_decref(plan->names);
	gw_hash32_fini(&plan->vlans);
	for (uint16_t i = 0; i < plan->vrf_count; i++)
		gw_hash32_fini(&plan->vrfs[i].own);
	free(plan->vrfs);
	free(plan->subnets);
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

static struct gw_iface_plan *by_key(const struct gw_ifaces_plan *plan,
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

	return i < 0 ? NULL : by_key(plan, &plan->ports->v[i], outer, inner);
}

static bool is_ports_own(const struct gw_iface_plan *p)
{
	return p->vlan_count == 0 && strcmp(p->name, p->port->name) == 0;
}

// Names are unique, also against those of ports, but for the untagged interface of the port.
static int name_check(struct gw_conf *conf, const struct gw_ifaces_plan *plan,
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

// Takes `p` over, also when it fails.
static int plan_add(struct gw_conf *conf, struct gw_ifaces_plan *plan, struct gw_iface_plan *p,
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

static struct gw_iface_plan *plan_new(const struct gw_port_plan *port)
{
	struct gw_iface_plan *p = calloc(1, sizeof(*p));

	if (p == NULL)
		return NULL;
	p->port = port;
	p->vrf_name = port->vrf;
	p->mtu = port->mtu;
	return p;
}

static void iface_read(json_t *value, struct gw_iface_plan *p)
{
	const json_t *vlans = json_object_get(value, "vlans"), *mtu = json_object_get(value, "mtu");
	const char *tpid = json_string_value(json_object_get(value, "tpid"));
	const char *vrf = json_string_value(json_object_get(value, "vrf"));
	const char *state = json_string_value(json_object_get(value, "state"));

	snprintf(p->name, sizeof(p->name), "%s", json_string_value(json_object_get(value, "name")));
	p->value = value;
	p->neighbors[1] = json_object_get(value, "neighbors");
	p->fallback = json_string_value(json_object_get(value, "fallback"));
	p->vlan_count = (uint8_t)json_array_size(vlans);
	for (uint8_t i = 0; i < p->vlan_count; i++)
		p->vlans[i] = (uint16_t)json_integer_value(json_array_get(vlans, i));
	if (vrf != NULL)
		p->vrf_name = vrf;
	if (mtu != NULL)
		p->mtu = (uint16_t)json_integer_value(mtu);
	if (tpid != NULL)
		p->tpid = (uint16_t)strtoul(tpid, NULL, 16);
	p->no_proxy_arp = json_is_false(json_object_get(value, "proxy_arp"));
	p->half = state != NULL && strcmp(state, "standby") == 0 ? GW_HALF_STANDBY : GW_HALF_ACTIVE;
}

static int iface_check(struct gw_conf *conf, const struct gw_ifaces_plan *plan,
	const struct gw_iface_plan *p, struct gw_err *err)
{
	const struct gw_iface_plan *twin =
		by_key(plan, p->port, gw_iface_plan_outer(p), gw_iface_plan_inner(p));
	const char *path = gw_iface_plan_path(conf, p);

	if (twin != NULL)
		return gw_conf_fail(conf, err, EEXIST, path,
			"port %s with these VLANs is interface %s already, %s", p->port->name,
			twin->name, gw_iface_plan_place(conf, twin));
	if (p->mtu > p->port->mtu)
		return gw_conf_fail(conf, err, EINVAL, gw_conf_path(conf, "%s/mtu", path),
			"%u is more than the port's %u", p->mtu, p->port->mtu);
	if (p->fallback != NULL && p->port->role == GW_ROLE_NETWORK)
		return gw_conf_fail(conf, err, EINVAL, gw_conf_path(conf, "%s/fallback", path),
			"a fallback is for clients, and port %s is of role network", p->port->name);
	return name_check(conf, plan, p, gw_conf_path(conf, "%s/name", path), err);
}

// An element of "interfaces".
static int named_add(struct gw_conf *conf, struct gw_ifaces_plan *plan, json_t *value, uint32_t at,
	struct gw_err *err)
{
	const char *port = json_string_value(json_object_get(value, "port"));
	int i = gw_port_plan_find(plan->ports, port);
	struct gw_iface_plan *p;
	char names[200];
	int ret;

	if (i < 0)
		return gw_conf_fail(conf, err, ENOENT,
			gw_conf_path(conf, "/interfaces/%u/port", at),
			"no port \"%s\" in /ports (there: %s)", port,
			gw_port_plan_names(plan->ports, names, sizeof(names)));
	p = plan_new(&plan->ports->v[i]);
	if (p == NULL)
		return gw_err_set(err, ENOMEM, "no memory");
	p->section = "interfaces";
	p->at = at;
	iface_read(value, p);
	if (p->vlan_count == 0)
		p->neighbors[0] = json_object_get(p->port->value, "neighbors");
	ret = iface_check(conf, plan, p, err);
	if (ret < 0) {
		free(p);
		return ret;
	}
	return plan_add(conf, plan, p, gw_conf_path(conf, "/interfaces/%u", at), err);
}

// The untagged interface of a port that has a use for one and does not find it in "interfaces".
static int untagged_add(
	struct gw_conf *conf, struct gw_ifaces_plan *plan, uint32_t at, struct gw_err *err)
{
	const struct gw_port_plan *port = &plan->ports->v[at];
	json_t *neighbors = json_object_get(port->value, "neighbors");
	struct gw_iface_plan *p;
	int ret;

	if (by_key(plan, port, 0, 0) != NULL)
		return 0;
	if (port->role == GW_ROLE_ACCESS && json_object_size(neighbors) == 0 &&
		json_array_size(json_object_get(port->value, "addresses")) == 0)
		return 0;
	p = plan_new(port);
	if (p == NULL)
		return gw_err_set(err, ENOMEM, "no memory");
	snprintf(p->name, sizeof(p->name), "%s", port->name);
	p->section = "ports";
	p->at = at;
	p->neighbors[0] = neighbors;
	ret = name_check(conf, plan, p, gw_conf_path(conf, "/ports/%u/name", at), err);
	if (ret < 0) {
		free(p);
		return ret;
	}
	return plan_add(conf, plan, p, gw_conf_path(conf, "/ports/%u", at), err);
}

static int host_iface_add(struct gw_conf *conf, struct gw_ifaces_plan *plan,
	struct gw_iface_plan *p, struct gw_err *err)
{
	const char *path = gw_iface_plan_path(conf, p);
	char name[sizeof(p->name) + 12];
	int n = snprintf(name, sizeof(name), "%s", p->port->name);
	int ret;

	for (uint8_t i = 0; i < p->vlan_count; i++)
		n += snprintf(name + n, sizeof(name) - (size_t)n, ".%u", p->vlans[i]);
	if (n >= (int)sizeof(p->name)) {
		free(p);
		return gw_conf_fail(conf, err, ENAMETOOLONG, path,
			"interface %s would have a name of more than %zu characters: give it one "
			"in "
			"/interfaces",
			name, sizeof(p->name) - 1);
	}
	memcpy(p->name, name, (size_t)n + 1);
	ret = name_check(conf, plan, p, path, err);
	if (ret == 0)
		ret = gw_vrf_plan_get(conf, plan, p->vrf_name, path, &p->vrf, err);
	if (ret < 0) {
		free(p);
		return ret;
	}
	return plan_add(conf, plan, p, path, err);
}

int gw_iface_plan_of_host(struct gw_conf *conf, struct gw_ifaces_plan *plan, const char *port,
	const uint32_t *vlans, uint32_t vlan_count, size_t at, struct gw_iface_plan **out,
	struct gw_err *err)
{
	uint16_t tags[2] = {0, 0};
	int i = gw_port_plan_find(plan->ports, port);
	struct gw_iface_plan *p;
	char names[200];
	int ret;

	for (uint32_t k = 0; k < vlan_count; k++)
		tags[k] = (uint16_t)vlans[k];
	if (i < 0)
		return gw_conf_fail(conf, err, ENOENT, gw_conf_path(conf, "/hosts/%zu/port", at),
			"no port \"%s\" in /ports (there: %s)", port,
			gw_port_plan_names(plan->ports, names, sizeof(names)));
	*out = by_key(plan, &plan->ports->v[i], tags[0], tags[1]);
	if (*out != NULL)
		return 0;
	p = plan_new(&plan->ports->v[i]);
	if (p == NULL)
		return gw_err_set(err, ENOMEM, "no memory");
	p->section = "hosts";
	p->at = (uint32_t)at;
	p->vlan_count = (uint8_t)vlan_count;
	memcpy(p->vlans, tags, sizeof(tags));
	ret = host_iface_add(conf, plan, p, err);
	if (ret == 0)
		*out = plan->v[plan->count - 1];
	return ret;
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
		ret = named_add(conf, plan, json_array_get(ifaces, i), i, err);
	for (uint32_t i = 0; i < plan->ports->count && ret == 0; i++)
		ret = untagged_add(conf, plan, i, err);
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
