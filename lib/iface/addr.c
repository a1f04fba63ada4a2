// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// Own addresses of interfaces and what they mean for the FIB.

#include "iface/addr.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "fib/vrf.h"
#include "neigh/neigh.h"
#include "tunnel/tunnel.h"

bool gw_iface_has_address(uint16_t iface, uint32_t ip)
{
	const struct gw_iface_info *info = &gw_iface_infos[iface];

	for (unsigned i = 0; i < info->addr_count; i++) {
		if (info->addrs[i].p.addr == ip)
			return true;
	}
	return false;
}

bool gw_iface_source(uint16_t iface, uint32_t peer, uint32_t *ip)
{
	const struct gw_iface_info *info = &gw_iface_infos[iface];

	if (info->addr_count == 0)
		return false;
	*ip = info->addrs[0].p.addr;
	for (unsigned i = 0; i < info->addr_count; i++) {
		if (gw_prefix4_has(&info->addrs[i].p, peer)) {
			*ip = info->addrs[i].p.addr;
			break;
		}
	}
	return true;
}

uint16_t gw_iface_addr_owner(uint16_t vrf, uint32_t ip)
{
	uint32_t res = gw_rib_get(&gw_vrfs[vrf].rib, ip, 32, GW_FIB_LOCAL);

	return (uint16_t)gw_fib_index(res);
}

// An interface of the VRF that has the address, or the connected subnet, too: maybe the same one,
// by another address.
static uint16_t addr_elsewhere(uint16_t iface, const struct gw_iface_addr *a, bool subnet)
{
	uint16_t i = 0;

	while ((i = gw_iface_next(i)) != 0) {
		const struct gw_iface_info *info = &gw_iface_infos[i];

		if (gw_ifaces[i].vrf != gw_ifaces[iface].vrf)
			continue;
		for (unsigned k = 0; k < info->addr_count; k++) {
			const struct gw_iface_addr *b = &info->addrs[k];

			if (subnet ? !b->gateway && b->p.len == a->p.len &&
						gw_prefix4_has(&a->p, b->p.addr)
				   : b->p.addr == a->p.addr)
				return i;
		}
	}
	return 0;
}

static int addr_install(uint16_t iface, const struct gw_iface_addr *a, struct gw_err *err)
{
	struct gw_rib *rib = &gw_vrfs[gw_ifaces[iface].vrf].rib;
	char text[GW_PREFIX4_LEN];
	int ret;

	if (gw_rib_get(rib, a->p.addr, 32, GW_FIB_HOST) != 0)
		return gw_err_set(err, EEXIST, "interface %s: address %s is a host's (show host)",
			gw_iface_infos[iface].name, gw_prefix4_str(a->p.addr, a->p.len, text));
	if (gw_iface_addr_owner(gw_ifaces[iface].vrf, a->p.addr) == 0) {
		ret = gw_rib_set(rib, a->p.addr, 32, GW_FIB_LOCAL, iface);
		if (ret < 0)
			return gw_err_set(err, -ret, "no memory for an own address");
	}
	if (a->gateway || a->p.len == 32)
		return 0;
	ret = gw_rib_set(rib, a->p.addr & gw_mask4(a->p.len), a->p.len, GW_FIB_CONNECTED, iface);
	return ret < 0 ? gw_err_set(err, -ret, "no memory for a connected subnet") : 0;
}

static void addr_remove(uint16_t iface, const struct gw_iface_addr *a)
{
	struct gw_rib *rib = &gw_vrfs[gw_ifaces[iface].vrf].rib;
	uint32_t prefix = a->p.addr & gw_mask4(a->p.len);
	uint16_t other;

	if (gw_iface_addr_owner(gw_ifaces[iface].vrf, a->p.addr) == iface) {
		other = addr_elsewhere(iface, a, false);
		if (other != 0)
			gw_rib_set(rib, a->p.addr, 32, GW_FIB_LOCAL, other);
		else
			gw_rib_del(rib, a->p.addr, 32, GW_FIB_LOCAL);
	}
	if (a->gateway || a->p.len == 32 ||
		gw_fib_index(gw_rib_get(rib, prefix, a->p.len, GW_FIB_CONNECTED)) != iface)
		return;
	other = addr_elsewhere(iface, a, true);
	if (other != 0)
		gw_rib_set(rib, prefix, a->p.len, GW_FIB_CONNECTED, other);
	else
		gw_rib_del(rib, prefix, a->p.len, GW_FIB_CONNECTED);
}

static bool addr_in(const struct gw_iface_addr *a, const struct gw_iface_addr *list, unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		if (list[i].p.addr == a->p.addr && list[i].p.len == a->p.len &&
			list[i].gateway == a->gateway)
			return true;
	}
	return false;
}

int gw_iface_addrs_set(
	uint16_t iface, const struct gw_iface_addr *addrs, uint8_t count, struct gw_err *err)
{
	struct gw_iface_info *info = &gw_iface_infos[iface];
	struct gw_iface_addr *list = NULL, *old = info->addrs;
	unsigned old_count = info->addr_count;
	unsigned done = 0;
	int ret = 0;

	if (count > 0) {
		list = calloc(count, sizeof(*list));
		if (list == NULL)
			return gw_err_set(err, ENOMEM, "no memory for addresses");
		memcpy(list, addrs, count * sizeof(*list));
	}
	for (; done < count && ret == 0; done++) {
		if (!addr_in(&list[done], old, old_count))
			ret = addr_install(iface, &list[done], err);
	}
	info->addrs = list;
	info->addr_count = count;
	if (ret < 0) { // back to what was
		info->addrs = old;
		info->addr_count = (uint8_t)old_count;
		for (unsigned i = 0; i < done; i++) {
			if (!addr_in(&list[i], old, old_count))
				addr_remove(iface, &list[i]);
		}
		free(list);
		return ret;
	}
	for (unsigned i = 0; i < old_count; i++) {
		if (!addr_in(&old[i], list, count))
			addr_remove(iface, &old[i]);
	}
	free(old);
	gw_neigh_iface_changed(iface);
	gw_tunnel_routes_changed();
	return 0;
}
