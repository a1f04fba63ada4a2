// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include <string.h>

#include "fib/vrf.h"
#include "host/host.h"
#include "host/rate.h"
#include "tunnel/tunnel.h"

static const char *state(bool standby, const struct gw_iface *ifc)
{
	if (ifc->half == GW_HALF_ACTIVE && !standby)
		return "active";
	return ifc->fallback != 0 ? "fallback" : "standby";
}

void gw_rate_json_set(json_t *o, const char *key, uint16_t profile)
{
	const struct gw_rate *r = gw_rate_of(profile);
	json_t *rate;

	if (profile == 0)
		return;
	rate = json_pack("{s:I, s:I}", "cir_kbps", (json_int_t)r->cir_kbps, "cbs_bytes",
		(json_int_t)r->cbs_bytes);
	// Without a peak rate the meter has the committed one twice.
	if (r->pir_kbps != r->cir_kbps || r->pbs_bytes != r->cbs_bytes)
		json_object_update_new(rate,
			json_pack("{s:I, s:I}", "pir_kbps", (json_int_t)r->pir_kbps, "pbs_bytes",
				(json_int_t)r->pbs_bytes));
	json_object_set_new(o, key, rate);
}

json_t *gw_host_json(uint32_t host)
{
	const struct gw_host_extra *up = &gw_host_up_extra[host], *down = &gw_host_down_extra[host];
	const struct gw_host_counts rx = gw_host_counts(&gw_host_up[host], up);
	const struct gw_host_counts tx = gw_host_counts(&gw_host_down[host], down);
	const struct gw_host_policed over_rx = gw_host_policed_up[host];
	const struct gw_host_policed over_tx = gw_host_policed_down[host];
	const struct gw_host_info *info = &gw_host_infos[host];
	uint64_t where = gw_host_place(host);
	const struct gw_iface *ifc = &gw_ifaces[gw_where_iface(where)];
	bool standby = down->flags & GW_HOST_STANDBY;
	char ip[GW_IP4_LEN], text[GW_MAC_LEN];
	struct gw_mac mac;
	json_t *o;

	memcpy(mac.b, &where, sizeof(mac.b)); // little-endian: in the order of the wire
	o = json_pack("{s:s, s:s, s:s, s:s, s:s, s:b, s:s?, s:b, s:I, s:s?}", "ip",
		gw_ip4_str(info->ip, ip), "mac", gw_mac_str(&mac, text), "interface",
		gw_iface_infos[gw_where_iface(where)].name, "vrf", gw_vrfs[info->vrf].name, "state",
		state(standby, ifc), "standby", standby, "fallback",
		ifc->fallback != 0 ? gw_path_name(ifc->fallback) : NULL, "publish",
		info->publish != 0, "cost", (json_int_t)info->cost, "symmetric",
		info->symmetric != 0 ? gw_path_name(info->symmetric) : NULL);
	gw_rate_json_set(o, "ingress", up->profile);
	gw_rate_json_set(o, "egress", down->profile);
	json_object_update_new(o,
		json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I}", "rx_packets",
			(json_int_t)rx.packets, "rx_octets", (json_int_t)rx.octets, "tx_packets",
			(json_int_t)tx.packets, "tx_octets", (json_int_t)tx.octets,
			"policed_rx_packets", (json_int_t)over_rx.packets, "policed_rx_octets",
			(json_int_t)over_rx.octets, "policed_tx_packets",
			(json_int_t)over_tx.packets, "policed_tx_octets",
			(json_int_t)over_tx.octets));
	return o;
}
