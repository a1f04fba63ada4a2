// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// Own IPv6 addresses of interfaces and what they mean for the FIB.

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "dp/rcu.h"
#include "fib/vrf.h"
#include "iface/addr.h"
#include "neigh/neigh.h"

struct in6_addr gw_iface_link_local_of(const struct gw_mac *mac)
{
	const uint8_t *b = mac->b;

	return (struct in6_addr){
		.s6_addr = {0xfe, 0x80, [8] = b[0] ^ 2, b[1], b[2], 0xff, 0xfe, b[3], b[4], b[5]}};
}

const char *gw_iface_addr6_wrong(const struct in6_addr *ip)
{
	if (IN6_IS_ADDR_LINKLOCAL(ip))
		return "link-local: an interface makes that one of its own from its MAC address "
		       "(RFC 4291 2.5.6)";
	if (IN6_IS_ADDR_MULTICAST(ip))
		return "multicast (RFC 4291 2.7)";
	if (IN6_IS_ADDR_UNSPECIFIED(ip) || IN6_IS_ADDR_LOOPBACK(ip))
		return "never on a link (RFC 4291 2.5.2, 2.5.3)";
	if (IN6_IS_ADDR_V4MAPPED(ip))
		return "it stands for an IPv4 address: write that (RFC 4291 2.5.5.2)";
	return NULL;
}

bool gw_iface_has_address6(uint16_t iface, const struct in6_addr *ip)
{
	const struct gw_iface_info *info = &gw_iface_infos[iface];

	for (unsigned i = 0; i < info->addr6_count; i++) {
		if (gw_ip6_eq(&info->addrs6[i].p.addr, ip))
			return true;
	}
	return gw_ip6_eq(&info->link_local, ip);
}

bool gw_iface_source6(uint16_t iface, const struct in6_addr *peer, struct in6_addr *src)
{
	const struct gw_iface_info *info = &gw_iface_infos[iface];

	if (IN6_IS_ADDR_LINKLOCAL(peer)) {
		*src = info->link_local;
		return true;
	}
	if (info->addr6_count == 0)
		return false;
	*src = info->addrs6[0].p.addr;
	for (unsigned i = 0; i < info->addr6_count; i++) {
		if (gw_prefix6_has(&info->addrs6[i].p, peer)) {
			*src = info->addrs6[i].p.addr;
			break;
		}
	}
	return true;
}

uint16_t gw_iface_addr6_owner(uint16_t vrf, const struct in6_addr *ip)
{
	return (uint16_t)gw_fib_index(gw_rib6_get(&gw_vrfs[vrf].rib6, ip, 128, GW_FIB_LOCAL));
}

static bool is_subnet(const struct gw_iface_addr6 *a)
{
	return !a->gateway && a->p.len < 128;
}

// An interface of the VRF that has the address, or the connected subnet, too: maybe the same one,
// by another address.
static uint16_t addr_elsewhere(uint16_t iface, const struct gw_iface_addr6 *a, bool subnet)
{
	uint16_t i = 0;

	while ((i = gw_iface_next(i)) != 0) {
		const struct gw_iface_info *info = &gw_iface_infos[i];

		if (gw_ifaces[i].vrf != gw_ifaces[iface].vrf)
			continue;
		for (unsigned k = 0; k < info->addr6_count; k++) {
			const struct gw_iface_addr6 *b = &info->addrs6[k];

			if (subnet ? is_subnet(b) && b->p.len == a->p.len &&
						gw_prefix6_has(&a->p, &b->p.addr)
				   : gw_ip6_eq(&b->p.addr, &a->p.addr))
				return i;
		}
	}
	return 0;
}

static int addr_install(uint16_t iface, const struct gw_iface_addr6 *a, struct gw_err *err)
{
	uint16_t vrf = gw_ifaces[iface].vrf;
	struct gw_rib6 *rib = &gw_vrfs[vrf].rib6;
	struct in6_addr prefix = gw_ip6_masked(&a->p.addr, a->p.len);
	int ret = 0;

	if (gw_iface_addr6_owner(vrf, &a->p.addr) == 0)
		ret = gw_rib6_set(rib, &a->p.addr, 128, GW_FIB_LOCAL, iface);
	if (ret < 0)
		return gw_err_set(err, -ret, "no memory for an own address");
	if (is_subnet(a))
		ret = gw_rib6_set(rib, &prefix, a->p.len, GW_FIB_CONNECTED, iface);
	return ret < 0 ? gw_err_set(err, -ret, "no memory for a connected subnet") : 0;
}

static void result_pass_on(struct gw_rib6 *rib, const struct in6_addr *prefix, uint8_t len,
	enum gw_fib_kind kind, uint16_t to)
{
	if (to != 0)
		gw_rib6_set(rib, prefix, len, kind, to); // replaces: cannot fail
	else
		gw_rib6_del(rib, prefix, len, kind);
}

static void addr_remove(uint16_t iface, const struct gw_iface_addr6 *a)
{
	uint16_t vrf = gw_ifaces[iface].vrf;
	struct gw_rib6 *rib = &gw_vrfs[vrf].rib6;
	struct in6_addr prefix = gw_ip6_masked(&a->p.addr, a->p.len);

	if (gw_iface_addr6_owner(vrf, &a->p.addr) == iface)
		result_pass_on(rib, &a->p.addr, 128, GW_FIB_LOCAL, addr_elsewhere(iface, a, false));
	if (is_subnet(a) &&
		gw_fib_index(gw_rib6_get(rib, &prefix, a->p.len, GW_FIB_CONNECTED)) == iface)
		result_pass_on(
			rib, &prefix, a->p.len, GW_FIB_CONNECTED, addr_elsewhere(iface, a, true));
}

static bool addr_in(
	const struct gw_iface_addr6 *a, const struct gw_iface_addr6 *list, unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		if (gw_ip6_eq(&list[i].p.addr, &a->p.addr) && list[i].p.len == a->p.len &&
			list[i].gateway == a->gateway)
			return true;
	}
	return false;
}

// Take away what is in `gone` and not in `stays`, which the interface has by now.
static void addrs_remove(uint16_t iface, const struct gw_iface_addr6 *gone, unsigned gone_count,
	const struct gw_iface_addr6 *stays, unsigned stays_count)
{
	for (unsigned i = 0; i < gone_count; i++) {
		if (!addr_in(&gone[i], stays, stays_count))
			addr_remove(iface, &gone[i]);
	}
}

// What workers compare sources with; NULL: no memory.
static struct gw_subnets6 *subnets_make(const struct gw_iface_addr6 *addrs, uint8_t count)
{
	static const struct in6_addr ones = {.s6_addr32 = {~0u, ~0u, ~0u, ~0u}};
	struct gw_subnets6 *s = malloc(sizeof(*s) + count * sizeof(s->v[0]));

	if (s == NULL)
		return NULL;
	s->n = count;
	for (unsigned i = 0; i < count; i++) {
		struct in6_addr mask = gw_ip6_masked(&ones, addrs[i].p.len);

		memcpy(s->v[i].addr, &addrs[i].p.addr, sizeof(s->v[i].addr));
		memcpy(s->v[i].mask, &mask, sizeof(s->v[i].mask));
	}
	return s;
}

static void subnets_publish(uint16_t iface, struct gw_subnets6 *subnets)
{
	struct gw_subnets6 *old = (struct gw_subnets6 *)gw_ifaces[iface].subnets6;

	__atomic_store_n(&gw_ifaces[iface].subnets6, subnets, __ATOMIC_RELEASE);
	if (old != NULL)
		gw_rcu_defer(free, old);
}

int gw_iface_addrs6_set(
	uint16_t iface, const struct gw_iface_addr6 *addrs, uint8_t count, struct gw_err *err)
{
	struct gw_iface_info *info = &gw_iface_infos[iface];
	struct gw_iface_addr6 *list = NULL, *old = info->addrs6;
	struct gw_subnets6 *subnets = NULL;
	uint8_t old_count = info->addr6_count, done = 0;
	int ret = 0;

	if (count == 0 && old_count == 0)
		return 0;
	if (count > 0) {
		list = calloc(count, sizeof(*list));
		subnets = subnets_make(addrs, count);
		if (list == NULL || subnets == NULL) {
			free(list);
			free(subnets);
			return gw_err_set(err, ENOMEM, "no memory for addresses");
		}
		memcpy(list, addrs, count * sizeof(*list));
	}
	for (; done < count && ret == 0; done++) {
		if (!addr_in(&list[done], old, old_count))
			ret = addr_install(iface, &list[done], err);
	}
	if (ret < 0) { // back to what was
		addrs_remove(iface, list, done, old, old_count);
		free(list);
		free(subnets);
		return ret;
	}
	subnets_publish(iface, subnets);
	info->addrs6 = list;
	info->addr6_count = count;
	addrs_remove(iface, old, old_count, list, count);
	free(old);
	gw_neigh_iface_changed(iface);
	return 0;
}
