// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// IPv6 addresses of the interfaces of a configuration in hand.

#include <errno.h>
#include <stdlib.h>

#include "iface/addr.h"
#include "iface/plan_int.h"

#define MTU_MIN 1280 // RFC 8200 5

const struct gw_iface_plan *gw_iface_plan_own6(
	const struct gw_ifaces_plan *plan, uint16_t vrf, const struct in6_addr *ip)
{
	char text[GW_IP6_LEN];
	const json_t *i = json_object_get(plan->vrfs[vrf].own6, gw_ip6_str(ip, text));

	return i == NULL ? NULL : plan->v[json_integer_value(i)];
}

const struct gw_iface_plan *gw_iface_plan_connected6(
	const struct gw_ifaces_plan *plan, uint16_t vrf, const struct in6_addr *ip)
{
	const struct gw_subnet6_plan *best = NULL;

	for (uint32_t i = 0; i < plan->subnet6_count; i++) {
		const struct gw_subnet6_plan *s = &plan->subnets6[i];

		if (plan->v[s->iface]->vrf == vrf && gw_prefix6_has(&s->p, ip) &&
			(best == NULL || s->p.len > best->p.len))
			best = s;
	}
	return best == NULL ? NULL : plan->v[best->iface];
}

static int addr_check(struct gw_conf *conf, const struct gw_ifaces_plan *plan,
	const struct gw_iface_plan *p, const struct gw_iface_addr6 *a, const char *path,
	struct gw_err *err)
{
	const struct gw_iface_plan *other = gw_iface_plan_own6(plan, p->vrf, &a->p.addr);
	bool network = p->port->role == GW_ROLE_NETWORK && !p->port->host_routes;
	const char *wrong = gw_iface_addr6_wrong(&a->p.addr);
	char text[GW_IP6_LEN];

	gw_ip6_str(&a->p.addr, text);
	if (wrong != NULL)
		return gw_conf_fail(conf, err, EINVAL, path,
			"%s/%u is no address that a device can have: %s", text, a->p.len, wrong);
	if (p->mtu < MTU_MIN)
		return gw_conf_fail(conf, err, EINVAL, path,
			"%s: IPv6 takes an MTU of %d at least (RFC 8200 5), that of interface %s "
			"is %u",
			text, MTU_MIN, p->name, p->mtu);
	// Gateways of several access interfaces may be one address; a network port's is its own.
	if (other != NULL &&
		(other == p || network ||
			(other->port->role == GW_ROLE_NETWORK && !other->port->host_routes)))
		return gw_conf_fail(conf, err, EEXIST, path,
			"%s is an address of interface %s already, %s", text, other->name,
			gw_iface_plan_addr6_place(conf, other, &a->p.addr));
	return 0;
}

static int subnet_add(struct gw_ifaces_plan *plan, const struct gw_prefix6 *p, uint32_t iface)
{
	struct gw_subnet6_plan *subnets =
		realloc(plan->subnets6, (plan->subnet6_count + 1) * sizeof(*subnets));

	if (subnets == NULL)
		return -ENOMEM;
	plan->subnets6 = subnets;
	subnets[plan->subnet6_count++] = (struct gw_subnet6_plan){*p, iface};
	return 0;
}

// Of a gateway that several have, the first: it is only asked for to name a place.
static int own_add(struct gw_vrf_plan *vrf, const struct in6_addr *ip, uint32_t iface)
{
	char text[GW_IP6_LEN];

	gw_ip6_str(ip, text);
	if (vrf->own6 == NULL)
		vrf->own6 = json_object();
	if (json_object_get(vrf->own6, text) != NULL)
		return 0;
	return json_object_set_new(vrf->own6, text, json_integer(iface)) < 0 ? -ENOMEM : 0;
}

int gw_iface_plan_addr6_add(struct gw_conf *conf, struct gw_ifaces_plan *plan, uint32_t i,
	const struct gw_iface_addr6 *a, const char *path, struct gw_err *err)
{
	struct gw_iface_plan *p = plan->v[i];
	int ret = addr_check(conf, plan, p, a, path, err);

	if (ret < 0)
		return ret;
	p->addrs6[p->addr6_count++] = *a;
	ret = own_add(&plan->vrfs[p->vrf], &a->p.addr, i);
	if (ret == 0 && !a->gateway && a->p.len < 128)
		ret = subnet_add(plan, &a->p, i);
	return ret < 0 ? gw_err_set(err, -ret, "no memory") : 0;
}
