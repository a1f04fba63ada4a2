// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "fib/via.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "fib/fib.h"
#include "fib/vrf.h"
#include "iface/iface.h"
#include "neigh/neigh.h"

// RFC 4291 2.5.6: a link-local address says nothing without its link.
static int link_iface(uint16_t vrf, const char *route, const char *hop,
	const struct gw_ip_zone *via, uint16_t *iface, struct gw_err *err)
{
	if (via->zone[0] == '\0')
		return gw_err_set(err, EINVAL,
			"route %s: via %s is link-local: say on which interface, %s%%INTERFACE",
			route, hop, hop);
	*iface = gw_iface_find(via->zone);
	if (*iface == 0)
		return gw_err_set(err, ENOENT,
			"route %s: via %s: no interface \"%s\" (show interface)", route, hop,
			via->zone);
	if (gw_ifaces[*iface].vrf != vrf)
		return gw_err_set(err, EINVAL,
			"route %s: via %s: interface %s is in VRF %s, the route in VRF %s", route,
			hop, via->zone, gw_vrfs[gw_ifaces[*iface].vrf].name, gw_vrfs[vrf].name);
	return 0;
}

static int subnet_iface(uint16_t vrf, const char *route, const char *hop,
	const struct gw_ip_zone *via, uint16_t *iface, struct gw_err *err)
{
	if (via->zone[0] != '\0')
		return gw_err_set(err, EINVAL,
			"route %s: via %s: only a link-local address goes with an interface", route,
			hop);
	*iface = gw_fib_connected(vrf, &via->ip);
	if (*iface == 0)
		return gw_err_set(err, ENETUNREACH,
			"route %s: via %s is on no connected subnet of VRF %s (show interface)",
			route, hop, gw_vrfs[vrf].name);
	return 0;
}

static bool is_own(uint16_t vrf, uint16_t iface, const struct gw_ip *ip)
{
	const struct gw_prefix p = {.addr = *ip, .len = gw_ip_is4(ip) ? 32 : 128};

	if (IN6_IS_ADDR_LINKLOCAL(&ip->a))
		return gw_iface_has_address6(iface, &ip->a);
	return gw_fib_get(vrf, &p, GW_FIB_LOCAL) != 0;
}

int gw_via_resolve(uint16_t vrf, const struct gw_prefix *prefix, const struct gw_ip_zone *via,
	uint32_t *nh, struct gw_err *err)
{
	char route[GW_PREFIX_LEN], hop[GW_IP_ZONE_LEN];
	uint16_t iface = 0;
	int ret;

	gw_prefix_str(prefix, route);
	gw_ip_zone_str(via, hop);
	if (gw_prefix_is4(prefix) != gw_ip_is4(&via->ip))
		return gw_err_set(err, EINVAL,
			"route %s: via %s is no next hop for it: an %s address is", route, hop,
			gw_prefix_is4(prefix) ? "IPv4" : "IPv6");
	if (IN6_IS_ADDR_LINKLOCAL(&via->ip.a))
		ret = link_iface(vrf, route, hop, via, &iface, err);
	else
		ret = subnet_iface(vrf, route, hop, via, &iface, err);
	if (ret < 0)
		return ret;
	if (is_own(vrf, iface, &via->ip))
		return gw_err_set(err, EINVAL, "route %s: via %s is an own address", route, hop);
	*nh = gw_neigh_get(iface, via->ip);
	if (*nh == 0)
		return gw_err_set(err, ENOSPC, "route %s: neighbour table is full", route);
	gw_neigh_hold(*nh);
	return 0;
}

static struct gw_ip_zone via_of(uint32_t nh)
{
	struct gw_ip_zone v = {.ip = gw_neigh_ip(nh)};

	if (IN6_IS_ADDR_LINKLOCAL(&v.ip.a))
		snprintf(v.zone, sizeof(v.zone), "%s", gw_iface_infos[gw_nexthops[nh].iface].name);
	return v;
}

uint32_t gw_vias_of(uint32_t res, struct gw_ip_zone vias[static GW_MULTIPATH_MAX])
{
	uint32_t nh[GW_MULTIPATH_MAX];
	uint32_t n = gw_fib_nexthops(res, nh);

	for (uint32_t i = 0; i < n; i++)
		vias[i] = via_of(nh[i]);
	return n;
}

static bool via_among(const struct gw_ip_zone *via, const struct gw_ip_zone *vias, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		if (gw_ip_eq(&via->ip, &vias[i].ip) && strcmp(via->zone, vias[i].zone) == 0)
			return true;
	}
	return false;
}

bool gw_vias_same(
	const struct gw_ip_zone *a, uint32_t n_a, const struct gw_ip_zone *b, uint32_t n_b)
{
	bool same = n_a == n_b;

	for (uint32_t i = 0; i < n_a && same; i++)
		same = via_among(&a[i], b, n_b) && via_among(&b[i], a, n_a);
	return same;
}

char *gw_vias_str(const struct gw_ip_zone *vias, uint32_t n, char buf[static GW_VIAS_LEN])
{
	char hop[GW_IP_ZONE_LEN];
	size_t at = 0;

	buf[0] = '\0';
	for (uint32_t i = 0; i < n && at < GW_VIAS_LEN; i++)
		at += (size_t)snprintf(buf + at, GW_VIAS_LEN - at, "%s%s", i == 0 ? "" : ",",
			gw_ip_zone_str(&vias[i], hop));
	return buf;
}

bool gw_vias_parse(const char *s, struct gw_ip_zone vias[static GW_MULTIPATH_MAX], uint32_t *n)
{
	char hop[GW_IP_ZONE_LEN];
	size_t len;

	for (*n = 0; *n < GW_MULTIPATH_MAX; s += len + 1) {
		len = strcspn(s, ",");
		if (len >= sizeof(hop))
			return false;
		memcpy(hop, s, len);
		hop[len] = '\0';
		if (!gw_ip_zone_parse(hop, &vias[*n]))
			return false;
		++*n;
		if (s[len] == '\0')
			return true;
	}
	return false;
}
