// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "host/host_save.h"

#include <string.h>

#include "fib/segment.h"
#include "host/host.h"
#include "host/rate.h"
#include "iface/save.h"
#include "port/port.h"
#include "tunnel/tunnel.h"

// An interface that only its hosts brought into being is not saved as one.
static void place_save(json_t *o, uint16_t iface)
{
	const struct gw_iface_info *info = &gw_iface_infos[iface];
	json_t *vlans;

	if (!gw_iface_is_plain(iface)) {
		json_object_set_new(o, "interface", json_string(info->name));
		return;
	}
	json_object_set_new(o, "port", json_string(gw_ports[gw_ifaces[iface].port].name));
	if (info->outer == 0)
		return;
	vlans = json_pack("[i]", info->outer);
	if (info->inner != 0)
		json_array_append_new(vlans, json_integer(info->inner));
	json_object_set_new(o, "vlans", vlans);
}

json_t *gw_host_save_next(size_t *cursor)
{
	uint32_t i = gw_host_next((uint32_t)*cursor);
	const struct gw_host_info *info = &gw_host_infos[i];
	uint64_t where = gw_host_where(&gw_host_down[i]), word = where & GW_HOST_MAC;
	char ip[GW_IP4_LEN], text[GW_MAC_LEN];
	struct gw_mac mac;
	json_t *o;

	if (i == 0)
		return NULL;
	*cursor = i;
	memcpy(mac.b, &word, sizeof(mac.b)); // little-endian: in the order of the wire
	o = json_pack("{s:s, s:s}", "ip", gw_ip4_str(info->ip, ip), "mac", gw_mac_str(&mac, text));
	place_save(o, gw_where_iface(where));
	if (info->publish)
		json_object_set_new(o, "publish", json_true());
	if (info->cost != GW_SEGMENT_COST)
		json_object_set_new(o, "cost", json_integer(info->cost));
	if (gw_host_down_extra[i].flags & GW_HOST_STANDBY)
		json_object_set_new(o, "standby", json_true());
	if (info->symmetric != 0)
		json_object_set_new(o, "symmetric", json_string(gw_path_name(info->symmetric)));
	gw_rate_json_set(o, "ingress", gw_host_up_extra[i].profile);
	gw_rate_json_set(o, "egress", gw_host_down_extra[i].profile);
	return o;
}
