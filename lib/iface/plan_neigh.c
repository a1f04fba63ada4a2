// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// Static neighbours of the interfaces of a configuration in hand.

#include <errno.h>
#include <string.h>

#include "iface/plan.h"

static bool subnet_has(const struct gw_iface_plan *p, uint32_t ip)
{
	for (unsigned i = 0; i < p->addr_count; i++) {
		const struct gw_iface_addr *a = &p->addrs[i];
		uint32_t host = ip & ~gw_mask4(a->p.len);

		if (!a->gateway && a->p.len < 32 && gw_prefix4_has(&a->p, ip) &&
			(a->p.len == 31 || (host != 0 && host != ~gw_mask4(a->p.len))))
			return true;
	}
	return false;
}

static bool subnet6_has(const struct gw_iface_plan *p, const struct in6_addr *ip)
{
	for (unsigned i = 0; i < p->addr6_count; i++) {
		const struct gw_iface_addr6 *a = &p->addrs6[i];

		if (!a->gateway && a->p.len < 128 && gw_prefix6_has(&a->p, ip))
			return true;
	}
	return IN6_IS_ADDR_LINKLOCAL(ip);
}

static int neighbor_check(struct gw_conf *conf, const struct gw_ifaces_plan *plan,
	const struct gw_iface_plan *p, const char *key, const char *value, const char *path,
	struct gw_err *err)
{
	const struct gw_iface_plan *own;
	struct in6_addr ip6;
	struct gw_mac mac;
	uint32_t ip;

	gw_mac_parse(value, &mac);
	if (!gw_mac_is_device(&mac))
		return gw_conf_fail(conf, err, EINVAL, path,
			"%s is no device's MAC address (unicast, not all zeros)", value);
	if (!gw_ip4_parse(key, &ip)) {
		gw_ip6_parse(key, &ip6);
		own = gw_iface_plan_own6(plan, p->vrf, &ip6);
		if (own != NULL)
			return gw_conf_fail(conf, err, EEXIST, path,
				"is an own address of interface %s, %s", own->name,
				gw_iface_plan_addr6_place(conf, own, &ip6));
		if (p->port->role == GW_ROLE_NETWORK && subnet6_has(p, &ip6))
			return 0;
	} else {
		own = gw_iface_plan_own(plan, p->vrf, ip);
		if (own != NULL)
			return gw_conf_fail(conf, err, EEXIST, path,
				"is an own address of interface %s, %s", own->name,
				gw_iface_plan_addr_place(conf, own, ip));
		if (subnet_has(p, ip))
			return 0;
	}
	if (p->port->role == GW_ROLE_ACCESS)
		return gw_conf_fail(conf, err, EINVAL, path,
			"port %s is of role access: what is there are hosts (/hosts), not "
			"neighbors",
			p->port->name);
	return gw_conf_fail(conf, err, EINVAL, path,
		"is no host's address in a connected subnet of interface %s", p->name);
}

int gw_iface_plan_neighbors(
	struct gw_conf *conf, const struct gw_ifaces_plan *plan, uint32_t i, struct gw_err *err)
{
	const struct gw_iface_plan *p = plan->v[i];
	char base[2][100];
	int ret = 0;

	snprintf(base[0], sizeof(base[0]), "/ports/%u/neighbors",
		(unsigned)(p->port - plan->ports->v));
	snprintf(base[1], sizeof(base[1]), "%s/neighbors", gw_iface_plan_path(conf, p));
	for (unsigned k = 0; k < 2; k++) {
		const char *key;
		json_t *value;

		json_object_foreach (p->neighbors[k], key, value) {
			ret = neighbor_check(conf, plan, p, key, json_string_value(value),
				gw_conf_path(conf, "%s/%s", base[k], key), err);
			if (ret < 0)
				return ret;
		}
	}
	return ret;
}
