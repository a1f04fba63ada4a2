// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "neigh/static.h"

#include <errno.h>
#include <string.h>

#include "fib/nexthop.h"
#include "iface/iface.h"
#include "neigh/entry.h"

uint32_t gw_neigh_static_generation;

int gw_neigh_static_add(
	uint16_t iface, struct gw_ip ip, const struct gw_mac *mac, struct gw_err *err)
{
	uint64_t word = gw_neigh_mac_word(mac->b);
	const char *on = gw_iface_infos[iface].name;
	char text[GW_IP_LEN], mac_text[GW_MAC_LEN];

	gw_ip_str(&ip, text);
	if ((mac->b[0] & 1) != 0 || word == 0)
		return gw_err_set(err, EINVAL,
			"neighbor %s: %s is no device's MAC address (unicast, not all zeros)", text,
			gw_mac_str(mac, mac_text));
	if (gw_ifaces[iface].role == GW_ROLE_ACCESS)
		return gw_err_set(err, EINVAL,
			"neighbor %s: %s is an access interface: what is there are hosts (add "
			"host)",
			text, on);
	if (gw_neigh_is_own(iface, ip))
		return gw_err_set(
			err, EEXIST, "neighbor %s: an own address (show interface)", text);
	if (!gw_neigh_on_link(iface, ip))
		return gw_err_set(err, EINVAL,
			"neighbor %s: no host's address in a connected subnet of interface %s "
			"(show interface %s)",
			text, on, on);
	gw_neigh_static_generation++;
	if (gw_neigh_fix(iface, ip, word) == 0)
		return gw_err_set(err, ENOSPC, "neighbor %s: there are %u already", text,
			GW_MAX_NEXTHOPS - 1);
	return 0;
}

int gw_neigh_static_del(uint16_t iface, struct gw_ip ip, struct gw_err *err)
{
	uint32_t nh = gw_neigh_find(iface, ip);
	char text[GW_IP_LEN];

	if (nh == 0 || !gw_neigh_is_static(nh))
		return gw_err_set(err, ENOENT,
			"neighbor %s: no static one on interface %s (show neighbor)",
			gw_ip_str(&ip, text), gw_iface_infos[iface].name);
	gw_neigh_static_generation++;
	gw_neigh_unfix(nh);
	return 0;
}

bool gw_neigh_is_static(uint32_t nh)
{
	return gw_neighs[nh].state == GW_NEIGH_STATIC;
}

void gw_neigh_statics_sweep(bool (*keep)(uint16_t iface, struct gw_ip ip, void *arg), void *arg)
{
	for (uint32_t nh = 0; (nh = gw_neigh_next(nh)) != 0;) {
		uint16_t iface = gw_nexthops[nh].iface;
		struct gw_ip ip = gw_neighs[nh].ip;

		if (gw_neighs[nh].state == GW_NEIGH_STATIC && !keep(iface, ip, arg))
			gw_neigh_static_del(iface, ip, NULL); // is there: cannot fail
	}
}

json_t *gw_neigh_statics_json(void)
{
	json_t *all = json_object();

	for (uint32_t nh = 0; (nh = gw_neigh_next(nh)) != 0;) {
		const struct gw_nexthop *n = &gw_nexthops[nh];
		const char *name = gw_iface_infos[n->iface].name;
		char ip[GW_IP_LEN], text[GW_MAC_LEN];
		struct gw_mac mac;

		if (gw_neighs[nh].state != GW_NEIGH_STATIC)
			continue;
		if (json_object_get(all, name) == NULL)
			json_object_set_new(all, name, json_object());
		memcpy(mac.b, &n->mac, sizeof(mac.b)); // little-endian: in the order of the wire
		json_object_set_new(json_object_get(all, name), gw_ip_str(&gw_neighs[nh].ip, ip),
			json_string(gw_mac_str(&mac, text)));
	}
	return all;
}
