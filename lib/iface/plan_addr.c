// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// Addresses of the interfaces of a configuration in hand.

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "iface/plan_int.h"
#include "ip4/ip4.h"

// Lists of addresses of an interface: those of its port when it is the untagged one, its own. An
// address gets a connected subnet on a network port, unless it stands under "gateways".
#define LISTS 4

struct list {
	const json_t *values;
	const char *path;
	bool gateway;
};

// What the port has together with the other device of an MLAG pair.
static unsigned virtual_list(struct gw_conf *conf, const struct gw_iface_plan *p, struct list *list)
{
	const json_t *members = json_object_get(gw_conf_get(conf, "mlag"), "members");

	for (unsigned i = 0; i < json_array_size(members); i++) {
		const json_t *m = json_array_get(members, i);

		if (strcmp(json_string_value(json_object_get(m, "port")), p->port->name) != 0)
			continue;
		*list = (struct list){json_object_get(m, "virtual_addresses"),
			gw_conf_path(conf, "/mlag/members/%u/virtual_addresses", i), true};
		return 1;
	}
	return 0;
}

static unsigned lists_of(struct gw_conf *conf, const struct gw_iface_plan *p,
	const struct gw_ports_plan *ports, struct list lists[static LISTS])
{
	// Servers with host routes: the subnet is behind several ports, and other switches.
	bool access = p->port->role == GW_ROLE_ACCESS || p->port->host_routes;
	const char *path = gw_iface_plan_path(conf, p);
	unsigned n = 0;

	if (p->vlan_count == 0)
		lists[n++] = (struct list){json_object_get(p->port->value, "addresses"),
			gw_conf_path(conf, "/ports/%u/addresses", (unsigned)(p->port - ports->v)),
			access};
	if (p->vlan_count == 0 && p->port->mlag == GW_MLAG_MEMBER)
		n += virtual_list(conf, p, &lists[n]);
	if (p->value == NULL)
		return n;
	lists[n++] = (struct list){json_object_get(p->value, "addresses"),
		gw_conf_path(conf, "%s/addresses", path), access};
	lists[n++] = (struct list){json_object_get(p->value, "gateways"),
		gw_conf_path(conf, "%s/gateways", path), true};
	return n;
}

static const struct gw_ports_plan *ports_of(struct gw_conf *conf)
{
	return gw_conf_scratch(conf, "ports", sizeof(struct gw_ports_plan), NULL); // is there
}

// An address of either family, without its prefix length.
static bool address_parse(const char *text, struct gw_ip *ip)
{
	struct gw_prefix4 p4;
	struct gw_prefix6 p6;

	if (gw_prefix4_parse(text, &p4))
		*ip = gw_ip_of4(p4.addr);
	else if (gw_prefix6_parse(text, &p6))
		*ip = gw_ip_of6(&p6.addr);
	else
		return false;
	return true;
}

static const char *place_of(
	struct gw_conf *conf, const struct gw_iface_plan *p, const struct gw_ip *ip)
{
	struct list lists[LISTS];
	unsigned n = lists_of(conf, p, ports_of(conf), lists);

	for (unsigned k = 0; k < n; k++) {
		for (unsigned i = 0; i < json_array_size(lists[k].values); i++) {
			struct gw_ip here;

			if (address_parse(
				    json_string_value(json_array_get(lists[k].values, i)), &here) &&
				gw_ip_eq(&here, ip))
				return gw_conf_place(
					conf, gw_conf_path(conf, "%s/%u", lists[k].path, i));
		}
	}
	return gw_iface_plan_place(conf, p);
}

const char *gw_iface_plan_addr_place(
	struct gw_conf *conf, const struct gw_iface_plan *p, uint32_t ip)
{
	struct gw_ip v = gw_ip_of4(ip);

	return place_of(conf, p, &v);
}

const char *gw_iface_plan_addr6_place(
	struct gw_conf *conf, const struct gw_iface_plan *p, const struct in6_addr *ip)
{
	struct gw_ip v = gw_ip_of6(ip);

	return place_of(conf, p, &v);
}

const struct gw_iface_plan *gw_iface_plan_own(
	const struct gw_ifaces_plan *plan, uint16_t vrf, uint32_t ip)
{
	const struct gw_hash32_table *own = plan->vrfs[vrf].own.table;
	uint32_t i = own == NULL ? 0 : gw_hash32_get(own, ip);

	return i == 0 ? NULL : plan->v[i - 1];
}

const struct gw_iface_plan *gw_iface_plan_connected(
	const struct gw_ifaces_plan *plan, uint16_t vrf, uint32_t ip)
{
	const struct gw_subnet_plan *best = NULL;

	for (uint32_t i = 0; i < plan->subnet_count; i++) {
		const struct gw_subnet_plan *s = &plan->subnets[i];

		if (plan->v[s->iface]->vrf == vrf && gw_prefix4_has(&s->p, ip) &&
			(best == NULL || s->p.len > best->p.len))
			best = s;
	}
	return best == NULL ? NULL : plan->v[best->iface];
}

static int subnet_add(struct gw_ifaces_plan *plan, const struct gw_prefix4 *p, uint32_t iface)
{
	struct gw_subnet_plan *subnets =
		realloc(plan->subnets, (plan->subnet_count + 1) * sizeof(*subnets));

	if (subnets == NULL)
		return -ENOMEM;
	plan->subnets = subnets;
	subnets[plan->subnet_count++] = (struct gw_subnet_plan){*p, iface};
	return 0;
}

// RFC 1122 3.2.1.3: a host part of all zeros or all ones is no host's; RFC 3021: in a /31 it is.
static bool host_part_ok(const struct gw_prefix4 *p)
{
	uint32_t host = p->addr & ~gw_mask4(p->len);

	return p->len >= 31 || (host != 0 && host != ~gw_mask4(p->len));
}

static int addr_check(struct gw_conf *conf, const struct gw_ifaces_plan *plan,
	const struct gw_iface_plan *p, const struct gw_iface_addr *a, const char *path,
	struct gw_err *err)
{
	const struct gw_iface_plan *other = gw_iface_plan_own(plan, p->vrf, a->p.addr);
	bool network = p->port->role == GW_ROLE_NETWORK && !p->port->host_routes;
	char text[GW_IP4_LEN];

	gw_ip4_str(a->p.addr, text);
	if (!gw_ip4_source_ok(a->p.addr) || !host_part_ok(&a->p))
		return gw_conf_fail(conf, err, EINVAL, path,
			"%s/%u is no address that a device can have (address of the device, not of "
			"the subnet)",
			text, a->p.len);
	// Gateways of several access interfaces may be one address; a network port's is its own.
	if (other != NULL &&
		(other == p || network ||
			(other->port->role == GW_ROLE_NETWORK && !other->port->host_routes)))
		return gw_conf_fail(conf, err, EEXIST, path,
			"%s is an address of interface %s already, %s", text, other->name,
			gw_iface_plan_addr_place(conf, other, a->p.addr));
	return 0;
}

static int addr_add(struct gw_conf *conf, struct gw_ifaces_plan *plan, uint32_t i,
	const struct gw_iface_addr *a, const char *path, struct gw_err *err)
{
	struct gw_iface_plan *p = plan->v[i];
	struct gw_hash32 *own = &plan->vrfs[p->vrf].own;
	int ret = addr_check(conf, plan, p, a, path, err);

	if (ret < 0)
		return ret;
	p->addrs[p->addr_count++] = *a;
	if (own->table == NULL)
		ret = gw_hash32_init(own, 64, gw_hash32_table_free);
	// Of a gateway that several have, the first: it is only asked for to name a place.
	if (ret == 0 && gw_hash32_get(own->table, a->p.addr) == 0)
		ret = gw_hash32_set(own, a->p.addr, i + 1);
	if (ret == 0 && !a->gateway && a->p.len < 32)
		ret = subnet_add(plan, &a->p, i);
	return ret < 0 ? gw_err_set(err, -ret, "no memory") : 0;
}

int gw_iface_plan_addrs(
	struct gw_conf *conf, struct gw_ifaces_plan *plan, uint32_t i, struct gw_err *err)
{
	struct gw_iface_plan *p = plan->v[i];
	struct list lists[LISTS];
	unsigned n = lists_of(conf, p, plan->ports, lists);
	size_t count = 0;
	int ret = 0;

	for (unsigned k = 0; k < n; k++)
		count += json_array_size(lists[k].values);
	p->addrs = calloc(count + 1, sizeof(*p->addrs));
	p->addrs6 = calloc(count + 1, sizeof(*p->addrs6));
	if (p->addrs == NULL || p->addrs6 == NULL)
		return gw_err_set(err, ENOMEM, "no memory");
	for (unsigned k = 0; k < n; k++) {
		// Copied: the paths below take its place.
		char base[100];

		snprintf(base, sizeof(base), "%s", lists[k].path);
		for (unsigned j = 0; j < json_array_size(lists[k].values) && ret == 0; j++) {
			const char *text = json_string_value(json_array_get(lists[k].values, j));
			const char *path = gw_conf_path(conf, "%s/%u", base, j);
			struct gw_iface_addr a = {.gateway = lists[k].gateway};
			struct gw_iface_addr6 a6 = {.gateway = lists[k].gateway};

			if (gw_prefix4_parse(text, &a.p))
				ret = addr_add(conf, plan, i, &a, path, err);
			else if (gw_prefix6_parse(text, &a6.p))
				ret = gw_iface_plan_addr6_add(conf, plan, i, &a6, path, err);
		}
	}
	return ret;
}
