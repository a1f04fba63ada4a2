// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "iface/save.h"

#include "fib/vrf.h"
#include "port/port.h"
#include "tunnel/tunnel.h"

struct gw_iface_spec gw_iface_spec_of(uint16_t i)
{
	const struct gw_iface *ifc = &gw_ifaces[i];
	const struct gw_iface_info *info = &gw_iface_infos[i];
	const struct gw_port *port = &gw_ports[ifc->port];
	// On a port that is not for clients a fallback has no meaning.
	bool fallback = ifc->fallback != 0 && ifc->role == GW_ROLE_ACCESS;

	return (struct gw_iface_spec){
		.name = info->name,
		.port = port->name,
		.vrf = ifc->vrf != port->vrf ? gw_vrfs[ifc->vrf].name : NULL,
		.vlans = {info->outer, info->inner},
		.vlan_count = (uint8_t)((info->outer != 0) + (info->inner != 0)),
		.tpid = info->tpid != gw_iface_tpid(info->inner != 0) ? info->tpid : 0,
		.mtu = ifc->mtu != port->mtu ? ifc->mtu : 0,
		.fallback = fallback ? gw_path_name(ifc->fallback) : NULL,
		.addrs = info->addrs,
		.addr_count = info->addr_count,
		.addrs6 = info->addrs6,
		.addr6_count = info->addr6_count,
		.half = ifc->half,
		.no_proxy_arp = !info->proxy_arp,
		.implicit = info->implicit,
	};
}

bool gw_iface_spec_is_plain(const struct gw_iface_spec *spec)
{
	return spec->implicit && spec->half == GW_HALF_ACTIVE && spec->fallback == NULL &&
		spec->mtu == 0 && spec->vrf == NULL && !spec->no_proxy_arp;
}

bool gw_iface_is_plain(uint16_t i)
{
	const struct gw_iface_spec spec = gw_iface_spec_of(i);

	return gw_iface_spec_is_plain(&spec);
}

json_t *gw_iface_spec_addrs_json(const struct gw_iface_spec *spec, bool gateway)
{
	json_t *list = json_array();
	char text[GW_PREFIX6_LEN];

	for (unsigned k = 0; k < spec->addr_count; k++) {
		const struct gw_iface_addr *a = &spec->addrs[k];

		if (a->gateway == gateway)
			json_array_append_new(
				list, json_string(gw_prefix4_str(a->p.addr, a->p.len, text)));
	}
	for (unsigned k = 0; k < spec->addr6_count; k++) {
		const struct gw_iface_addr6 *a = &spec->addrs6[k];

		if (a->gateway == gateway)
			json_array_append_new(
				list, json_string(gw_prefix6_str(&a->p.addr, a->p.len, text)));
	}
	return list;
}

json_t *gw_iface_addrs_save(uint16_t i, bool gateway)
{
	const struct gw_iface_spec spec = gw_iface_spec_of(i);

	return gw_iface_spec_addrs_json(&spec, gateway);
}

json_t *gw_iface_spec_json(const struct gw_iface_spec *spec)
{
	json_t *vlans = json_array();
	json_t *o = json_pack("{s:s, s:s, s:o, s:s}", "name", spec->name, "port", spec->port,
		"vlans", vlans, "state", spec->half == GW_HALF_STANDBY ? "standby" : "active");

	for (uint8_t k = 0; k < spec->vlan_count; k++)
		json_array_append_new(vlans, json_integer(spec->vlans[k]));
	if (spec->fallback != NULL)
		json_object_set_new(o, "fallback", json_string(spec->fallback));
	if (spec->vrf != NULL)
		json_object_set_new(o, "vrf", json_string(spec->vrf));
	if (spec->mtu != 0)
		json_object_set_new(o, "mtu", json_integer(spec->mtu));
	if (spec->no_proxy_arp)
		json_object_set_new(o, "proxy_arp", json_false());
	if (spec->tpid != 0)
		json_object_set_new(
			o, "tpid", json_string(spec->tpid == 0x88a8 ? "0x88a8" : "0x8100"));
	gw_save_unless_empty(o, "addresses", gw_iface_spec_addrs_json(spec, false));
	gw_save_unless_empty(o, "gateways", gw_iface_spec_addrs_json(spec, true));
	return o;
}

void gw_save_unless_empty(json_t *to, const char *key, json_t *value)
{
	if (json_array_size(value) + json_object_size(value) > 0)
		json_object_set(to, key, value);
	json_decref(value);
}
