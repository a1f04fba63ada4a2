// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// Where planned interfaces come from: elements of "interfaces", ports, hosts.

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "iface/plan_int.h"

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
		gw_iface_plan_by_key(plan, p->port, gw_iface_plan_outer(p), gw_iface_plan_inner(p));
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
	if (p->half == GW_HALF_STANDBY && p->port->role != GW_ROLE_ACCESS)
		return gw_conf_fail(conf, err, EINVAL, gw_conf_path(conf, "%s/state", path),
			"only interfaces of clients have a standby half, and port %s is not of "
			"role access",
			p->port->name);
	return gw_iface_plan_name_check(conf, plan, p, gw_conf_path(conf, "%s/name", path), err);
}

int gw_iface_plan_named(struct gw_conf *conf, struct gw_ifaces_plan *plan, json_t *value,
	uint32_t at, struct gw_err *err)
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
	p = gw_iface_plan_new(&plan->ports->v[i]);
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
	return gw_iface_plan_add(conf, plan, p, gw_conf_path(conf, "/interfaces/%u", at), err);
}

int gw_iface_plan_untagged(
	struct gw_conf *conf, struct gw_ifaces_plan *plan, uint32_t at, struct gw_err *err)
{
	const struct gw_port_plan *port = &plan->ports->v[at];
	json_t *neighbors = json_object_get(port->value, "neighbors");
	struct gw_iface_plan *p;
	int ret;

	if (gw_iface_plan_by_key(plan, port, 0, 0) != NULL)
		return 0;
	if (port->role == GW_ROLE_ACCESS && json_object_size(neighbors) == 0 &&
		json_array_size(json_object_get(port->value, "addresses")) == 0)
		return 0;
	p = gw_iface_plan_new(port);
	if (p == NULL)
		return gw_err_set(err, ENOMEM, "no memory");
	snprintf(p->name, sizeof(p->name), "%s", port->name);
	p->section = "ports";
	p->at = at;
	p->neighbors[0] = neighbors;
	ret = gw_iface_plan_name_check(
		conf, plan, p, gw_conf_path(conf, "/ports/%u/name", at), err);
	if (ret < 0) {
		free(p);
		return ret;
	}
	return gw_iface_plan_add(conf, plan, p, gw_conf_path(conf, "/ports/%u", at), err);
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
			"interface %s has a name of more than %zu characters: give it one in "
			"/interfaces",
			name, sizeof(p->name) - 1);
	}
	memcpy(p->name, name, (size_t)n + 1);
	ret = gw_iface_plan_name_check(conf, plan, p, path, err);
	if (ret == 0)
		ret = gw_vrf_plan_get(conf, plan, p->vrf_name, path, &p->vrf, err);
	if (ret < 0) {
		free(p);
		return ret;
	}
	return gw_iface_plan_add(conf, plan, p, path, err);
}

// Of the element `at` of `section`, which names a port and maybe VLANs.
static int iface_of(struct gw_conf *conf, struct gw_ifaces_plan *plan,
	const struct gw_port_plan *port, const uint16_t tags[static 2], uint8_t tag_count,
	const char *section, size_t at, struct gw_iface_plan **out, struct gw_err *err)
{
	struct gw_iface_plan *p;
	int ret;

	*out = gw_iface_plan_by_key(plan, port, tags[0], tags[1]);
	if (*out != NULL)
		return 0;
	p = gw_iface_plan_new(port);
	if (p == NULL)
		return gw_err_set(err, ENOMEM, "no memory");
	p->section = section;
	p->at = (uint32_t)at;
	p->vlan_count = tag_count;
	memcpy(p->vlans, tags, sizeof(p->vlans));
	ret = host_iface_add(conf, plan, p, err);
	if (ret == 0)
		*out = plan->v[plan->count - 1];
	return ret;
}

int gw_iface_plan_of_host(struct gw_conf *conf, struct gw_ifaces_plan *plan, const char *port,
	const uint32_t *vlans, uint32_t vlan_count, size_t at, struct gw_iface_plan **out,
	struct gw_err *err)
{
	uint16_t tags[2] = {0, 0};
	int i = gw_port_plan_find(plan->ports, port);
	char names[200];

	for (uint32_t k = 0; k < vlan_count; k++)
		tags[k] = (uint16_t)vlans[k];
	if (i < 0)
		return gw_conf_fail(conf, err, ENOENT, gw_conf_path(conf, "/hosts/%zu/port", at),
			"no port \"%s\" in /ports (there: %s)", port,
			gw_port_plan_names(plan->ports, names, sizeof(names)));
	return iface_of(
		conf, plan, &plan->ports->v[i], tags, (uint8_t)vlan_count, "hosts", at, out, err);
}

int gw_iface_plan_of_name(struct gw_conf *conf, struct gw_ifaces_plan *plan, const char *name,
	const char *path, const char *section, size_t at, struct gw_iface_plan **out,
	struct gw_err *err)
{
	static const uint16_t untagged[2];
	int i = gw_port_plan_find(plan->ports, name);
	char names[200];

	*out = gw_iface_plan_find(plan, name);
	if (*out != NULL)
		return 0;
	if (i < 0)
		return gw_conf_fail(conf, err, ENOENT, path,
			"no \"%s\" in /interfaces or /ports (ports: %s)", name,
			gw_port_plan_names(plan->ports, names, sizeof(names)));
	return iface_of(conf, plan, &plan->ports->v[i], untagged, 0, section, at, out, err);
}
