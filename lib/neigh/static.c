// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "neigh/static.h"

#include <string.h>

#include "fib/nexthop.h"
#include "iface/iface.h"
#include "neigh/neigh.h"
#include "neigh/table.h"

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
