// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "iface/try.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "config/try.h"
#include "fib/vrf.h"
#include "iface/addr.h"
#include "iface/save.h"
#include "neigh/static.h"
#include "port/port.h"

struct change {
	const char *name;
	const struct gw_port *port;
	bool untagged;
	const struct gw_iface_spec *spec; // NULL: it goes
	json_t *neighbors;		  // of it, NULL: none
};

static json_t *named(json_t *list, const char *name, size_t *at)
{
	for (*at = 0; *at < json_array_size(list); (*at)++) {
		json_t *o = json_array_get(list, *at);

		if (strcmp(json_string_value(json_object_get(o, "name")), name) == 0)
			return o;
	}
	return NULL;
}

static bool is_plain(const struct change *c)
{
	return c->spec != NULL && gw_iface_spec_is_plain(c->spec);
}

static void ifaces_edit(json_t *list, const struct change *c)
{
	json_t *o;
	size_t at;

	if (named(list, c->name, &at) != NULL)
		json_array_remove(list, at);
	if (c->spec == NULL || is_plain(c))
		return;
	o = gw_iface_spec_json(c->spec);
	if (c->neighbors != NULL)
		json_object_set(o, "neighbors", c->neighbors);
	json_array_append_new(list, o);
}

// A port has the addresses and neighbors of its own interface, unless that stands by itself.
static void ports_edit(json_t *list, const struct change *c)
{
	size_t at;
	json_t *o = named(list, c->port->name, &at);

	if (o == NULL || !c->untagged)
		return;
	json_object_del(o, "addresses");
	json_object_del(o, "neighbors");
	if (!is_plain(c))
		return;
	gw_save_unless_empty(
		o, "addresses", gw_iface_spec_addrs_json(c->spec, gw_port_has_gateways(c->port)));
	if (c->neighbors != NULL)
		json_object_set(o, "neighbors", c->neighbors);
}

static void edit(const char *section, json_t *value, void *arg)
{
	if (strcmp(section, "interfaces") == 0)
		ifaces_edit(value, arg);
	else if (strcmp(section, "ports") == 0)
		ports_edit(value, arg);
}

static int change_try(struct change *c, struct gw_err *err)
{
	json_t *statics = gw_neigh_statics_json();
	char what[80];
	int ret;

	snprintf(what, sizeof(what), c->spec == NULL ? "interface %s cannot go" : "interface %s",
		c->name);
	c->neighbors = json_object_get(statics, c->name);
	ret = gw_conf_try(what, edit, c, err);
	json_decref(statics);
	return ret;
}

// Clients may be too many to be in what is tried: those with an address that the interface wants.
static int clients_check(
	const struct gw_iface_spec *spec, const struct gw_port *port, struct gw_err *err)
{
	uint16_t vrf = port->vrf;
	char ip[GW_IP4_LEN];

	if (spec->vrf != NULL && gw_vrf_find(spec->vrf, &vrf, NULL) < 0)
		return 0; // the interface brings it into being
	for (unsigned i = 0; i < spec->addr_count; i++) {
		uint32_t addr = spec->addrs[i].p.addr;

		if (gw_rib_get(&gw_vrfs[vrf].rib, addr, 32, GW_FIB_HOST_TUNNEL) != 0)
			return gw_err_set(err, EEXIST,
				"interface %s: address %s is that of a host-tunnel route (show "
				"host-tunnel)",
				spec->name, gw_ip4_str(addr, ip));
	}
	return 0;
}

static bool has_gateway(uint16_t iface, const struct gw_iface_addr *a)
{
	const struct gw_iface_info *info = &gw_iface_infos[iface];

	for (unsigned i = 0; i < info->addr_count; i++) {
		const struct gw_iface_addr *b = &info->addrs[i];

		if (b->gateway && b->p.addr == a->p.addr && b->p.len == a->p.len)
			return true;
	}
	return false;
}

// One more interface of clients, whose gateway others have already: it takes nothing from anybody.
// There may be thousands of those, and what is tried grows with them.
static bool is_one_more(const struct gw_iface_spec *spec, const struct gw_port *port)
{
	uint16_t vrf = port->vrf, owner, same_name;

	if (gw_iface_find(spec->name) != 0 || gw_port_find(spec->name, &same_name) ||
		port->role != GW_ROLE_ACCESS || spec->mtu != 0 || spec->addr_count > 1 ||
		spec->addr6_count > 0)
		return false;
	if (spec->vrf != NULL && gw_vrf_find(spec->vrf, &vrf, NULL) < 0)
		return false;
	if (spec->addr_count == 0)
		return true;
	owner = gw_iface_addr_owner(vrf, spec->addrs[0].p.addr);
	return owner != 0 && gw_ifaces[owner].role == GW_ROLE_ACCESS &&
		has_gateway(owner, &spec->addrs[0]);
}

int gw_iface_try_add(const struct gw_iface_spec *spec, uint16_t port, struct gw_err *err)
{
	struct change c = {
		.name = spec->name,
		.port = &gw_ports[port],
		.untagged = spec->vlan_count == 0,
		.spec = spec,
	};
	int ret;

	if (is_one_more(spec, c.port))
		return 0;
	ret = clients_check(spec, c.port, err);
	return ret < 0 ? ret : change_try(&c, err);
}

int gw_iface_try_del(uint16_t iface, struct gw_err *err)
{
	const struct gw_port *port = &gw_ports[gw_ifaces[iface].port];
	struct change c = {
		.name = gw_iface_infos[iface].name,
		.port = port,
		.untagged = gw_iface_infos[iface].outer == 0,
	};

	if (c.untagged && port->mlag != GW_MLAG_NO_PORT)
		return gw_err_set(err, EBUSY,
			"interface %s cannot go: port %s is one of the MLAG pair (/mlag)", c.name,
			port->name);
	return change_try(&c, err);
}
