// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "iface/save.h"

#include "iface/iface.h"
#include "port/port.h"

bool gw_iface_is_plain(uint16_t i)
{
	const struct gw_iface *ifc = &gw_ifaces[i];
	const struct gw_iface_info *info = &gw_iface_infos[i];
	const struct gw_port *port = &gw_ports[ifc->port];

	return info->implicit && ifc->half == GW_HALF_ACTIVE && ifc->fallback == 0 &&
		ifc->mtu == port->mtu && ifc->vrf == port->vrf && info->proxy_arp;
}

json_t *gw_iface_addrs_save(uint16_t i, bool gateway)
{
	const struct gw_iface_info *info = &gw_iface_infos[i];
	json_t *list = json_array();
	char text[GW_PREFIX6_LEN];

	for (unsigned k = 0; k < info->addr_count; k++) {
		const struct gw_iface_addr *a = &info->addrs[k];

		if (a->gateway == gateway)
			json_array_append_new(
				list, json_string(gw_prefix4_str(a->p.addr, a->p.len, text)));
	}
	for (unsigned k = 0; k < info->addr6_count; k++) {
		const struct gw_iface_addr6 *a = &info->addrs6[k];

		if (a->gateway == gateway)
			json_array_append_new(
				list, json_string(gw_prefix6_str(&a->p.addr, a->p.len, text)));
	}
	return list;
}

void gw_save_unless_empty(json_t *to, const char *key, json_t *value)
{
	if (json_array_size(value) + json_object_size(value) > 0)
		json_object_set(to, key, value);
	json_decref(value);
}
