// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// Section "interfaces": ports plus VLANs, and what is said of them. Those of network ports are made
// with the ports: tunnels start at their addresses. Those of access ports come after tunnels,
// which they name as fallback.

#include <errno.h>
#include <string.h>

#include "config/config.h"
#include "fib/vrf.h"
#include "iface/apply.h"
#include "iface/marks.h"
#include "iface/save.h"
#include "neigh/static.h"
#include "port/port.h"
#include "tunnel/plan.h"
#include "tunnel/tunnel.h"

#define ORDER	      40
#define ADDRESSES_MAX 64

static const char *const states[] = {"active", "standby", NULL};
static const char *const tpids[] = {"0x8100", "0x88a8", NULL};

static const struct gw_conf_field fields[] = {
	{"name", "name of the interface", GW_CONF_NAME, .required = true},
	{"port", "port that it is on", GW_CONF_NAME, .required = true},
	{"vlans", "VLAN tags, outer first; none: untagged", GW_CONF_ARRAY, .max = 2,
		.of = GW_CONF_OF(GW_CONF_U32, .min = 1, .max = 4094)},
	{"state",
		"active or standby at start, default active; a reload switches only when this has "
		"changed in the file",
		GW_CONF_ENUM, .values = states},
	{"fallback", "tunnel or tunnel group for packets to its clients while it is standby",
		GW_CONF_NAME},
	{"gateways", "own addresses towards clients: local only, no connected route", GW_CONF_ARRAY,
		.max = ADDRESSES_MAX, .of = GW_CONF_OF(GW_CONF_PREFIX)},
	{"addresses", "own addresses with their connected subnet; on an access port like gateways",
		GW_CONF_ARRAY, .max = ADDRESSES_MAX, .of = GW_CONF_OF(GW_CONF_PREFIX)},
	{"neighbors", "MAC addresses of static neighbors by IP address", GW_CONF_MAP,
		.keys = GW_CONF_IP, .of = GW_CONF_OF(GW_CONF_MAC)},
	{"vrf", "default that of the port", GW_CONF_NAME},
	{"mtu", "octets of an IP packet, default that of the port", GW_CONF_U32, .min = 68,
		.max = 9600},
	{"proxy_arp", "answer ARP for the neighbors of clients in their segment, default true",
		GW_CONF_BOOL},
	{"tpid", "EtherType of the outer tag sent, default 0x8100, of two tags 0x88a8",
		GW_CONF_ENUM, .values = tpids},
	{},
};

static int fallback_check(struct gw_conf *conf, const struct gw_paths_plan *paths,
	const struct gw_ifaces_plan *plan, const struct gw_iface_plan *p, struct gw_err *err)
{
	const char *at = gw_conf_path(conf, "%s/fallback", gw_iface_plan_path(conf, p));
	const struct gw_path_plan *path;

	if (p->fallback == NULL)
		return 0;
	path = gw_path_plan_find(paths, p->fallback);
	if (path == NULL)
		return gw_conf_fail(conf, err, ENOENT, at,
			"no tunnel or tunnel group \"%s\" in /tunnels and /tunnel_groups",
			p->fallback);
	if (path->vrf != p->vrf)
		return gw_conf_fail(conf, err, EINVAL, at,
			"%s carries VRF %s, %s, but interface %s is in VRF %s", path->name,
			plan->vrfs[path->vrf].name, gw_path_plan_place(conf, path), p->name,
			p->vrf_name);
	return 0;
}

static int ifaces_check(struct gw_conf *conf, json_t *value, size_t index, struct gw_err *err)
{
	struct gw_ifaces_plan *plan;
	struct gw_paths_plan *paths;
	int ret = gw_ifaces_plan(conf, &plan, err);

	if (ret == 0)
		ret = gw_paths_plan(conf, &paths, err);
	for (uint32_t i = 0; i < (ret == 0 ? plan->count : 0) && ret == 0; i++)
		ret = fallback_check(conf, paths, plan, plan->v[i], err);
	return ret;
}

// Also of a file without this section: a port may have one.
static int ifaces_begin(struct gw_conf *conf, struct gw_err *err)
{
	struct gw_ifaces_plan *plan;
	int ret = gw_ifaces_plan(conf, &plan, err);

	for (uint32_t i = 0; ret == 0 && i < plan->count; i++) {
		if (plan->v[i]->port->role == GW_ROLE_ACCESS)
			ret = gw_iface_apply(conf, plan->v[i], err);
	}
	// A host of the new configuration may have an address of an interface that goes.
	if (ret == 0)
		gw_iface_marks_clear();
	return ret;
}

static int ifaces_end(struct gw_conf *conf, struct gw_err *err)
{
	struct gw_ifaces_plan *plan;
	int ret = gw_ifaces_plan(conf, &plan, err);

	if (ret < 0)
		return ret;
	gw_ifaces_applied(plan);
	return gw_iface_marks_sweep(err);
}

static json_t *iface_save(uint16_t i, json_t *statics)
{
	const struct gw_iface_spec spec = gw_iface_spec_of(i);
	json_t *neighbors = json_incref(json_object_get(statics, spec.name));
	json_t *o = gw_iface_spec_json(&spec);

	gw_save_unless_empty(o, "neighbors", neighbors != NULL ? neighbors : json_object());
	return o;
}

static json_t *ifaces_save(void)
{
	json_t *statics = gw_neigh_statics_json(), *list = json_array();

	for (uint16_t i = 0; (i = gw_iface_next(i)) != 0;) {
		if (!gw_iface_is_plain(i))
			json_array_append_new(list, iface_save(i, statics));
	}
	json_decref(statics);
	return list;
}

GW_CONF_SECTION(interfaces,
	{.value = {"interfaces",
		 "ports plus VLANs; a reload removes those that the file does not name",
		 GW_CONF_ARRAY, .max = GW_MAX_IFACES - 2,
		 .of = GW_CONF_OF(GW_CONF_OBJECT, .fields = fields)},
		.order = ORDER,
		.check = ifaces_check,
		.begin = ifaces_begin,
		.end = ifaces_end,
		.save = ifaces_save});
