// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "fib/fib_json.h"

#include <string.h>

#include "base/addr.h"
#include "fib/fib.h"
#include "fib/host_tunnel.h"
#include "fib/multipath.h"
#include "fib/nexthop.h"
#include "fib/route.h"
#include "fib/vrf.h"
#include "host/host.h"
#include "learn/learn.h"
#include "neigh/neigh.h"
#include "tunnel/path_cli.h"

const char *gw_fib_kind_name(enum gw_fib_kind kind)
{
	static const char *const names[GW_FIB_KINDS] = {
		[GW_FIB_NONE] = "none",
		[GW_FIB_LOCAL] = "local",
		[GW_FIB_HOST] = "host",
		[GW_FIB_HOST_TUNNEL] = "host-tunnel",
		[GW_FIB_SEGMENT] = "segment",
		[GW_FIB_MULTIPATH] = "route",
		[GW_FIB_ROUTE] = "route",
		[GW_FIB_CONNECTED] = "connected",
		[GW_FIB_NEIGH] = "neighbor",
	};

	return names[kind];
}

static void string_set(json_t *o, const char *key, const char *value)
{
	json_object_set_new(o, key, json_string(value));
}

static void mac_set(json_t *o, uint64_t word)
{
	char text[GW_MAC_LEN];
	struct gw_mac mac;

	memcpy(mac.b, &word, sizeof(mac.b));
	string_set(o, "mac", gw_mac_str(&mac, text));
}

// What decides about a packet to the host, of all that is known of it.
static void host_set(json_t *o, uint32_t host)
{
	static const char *const keys[] = {
		"interface", "mac", "state", "fallback", "cost", "publish"};
	json_t *h = gw_host_json(host);

	for (unsigned i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		json_object_set(o, keys[i], json_object_get(h, keys[i]));
	json_decref(h);
}

static void nexthop_set(json_t *o, const char *key, uint32_t nh)
{
	uint16_t iface = gw_nexthops[nh].iface;
	struct gw_ip ip = gw_neigh_ip(nh);
	uint64_t mac = gw_nexthop_mac(nh);
	char text[GW_IP_LEN];

	if (key != NULL)
		string_set(o, key, gw_ip_str(&ip, text));
	if (gw_iface_infos[iface].name[0] != '\0') // else the interface went before the route
		string_set(o, "interface", gw_iface_infos[iface].name);
	if (mac & GW_NH_RESOLVED)
		mac_set(o, mac);
	else
		json_object_set_new(o, "unresolved", json_true());
}

static void lifetime_set(json_t *o, uint32_t ms)
{
	if (ms != 0)
		json_object_set_new(o, "lifetime_ms", json_integer(ms));
}

static void vias_set(json_t *o, uint32_t res)
{
	uint32_t nh[GW_MULTIPATH_MAX];
	uint32_t n = gw_fib_nexthops(res, nh);
	json_t *list = json_array();

	for (uint32_t i = 0; i < n; i++) {
		json_t *via = json_object();

		nexthop_set(via, "via", nh[i]);
		json_array_append_new(list, via);
	}
	json_object_set_new(o, "vias", list);
}

// Who said so: the configuration, or the kernel's protocol.
static void origin_set(json_t *o, uint16_t vrf, const struct gw_prefix *prefix)
{
	const struct gw_route *r = gw_route_find(vrf, prefix);
	uint32_t metric;
	const char *protocol;

	if (r == NULL)
		return;
	if (r->by[GW_ROUTE_STATIC] != 0) {
		string_set(o, "origin", "static");
		return;
	}
	string_set(o, "origin", "learned");
	protocol = gw_learn_said(prefix, &metric);
	if (protocol == NULL)
		return;
	string_set(o, "protocol", protocol);
	json_object_set_new(o, "metric", json_integer(metric));
}

json_t *gw_fib_json(uint16_t vrf, const struct gw_prefix *prefix, enum gw_fib_kind kind)
{
	uint32_t res = gw_fib_get(vrf, prefix, kind);
	uint32_t i = gw_fib_index(res);
	char text[GW_PREFIX_LEN];
	json_t *o;

	if (res == 0)
		return NULL;
	o = json_pack("{s:s, s:s, s:s}", "prefix", gw_prefix_str(prefix, text), "vrf",
		gw_vrfs[vrf].name, "kind", gw_fib_kind_name(kind));
	switch (kind) {
	case GW_FIB_LOCAL:
	case GW_FIB_CONNECTED:
		string_set(o, "interface", gw_iface_infos[i].name);
		break;
	case GW_FIB_HOST:
		host_set(o, i);
		break;
	case GW_FIB_HOST_TUNNEL: // of IPv4, as are segments
		gw_path_json_set(o, (uint16_t)i);
		lifetime_set(o, gw_host_tunnel_lifetime_ms(vrf, gw_ip_to4(&prefix->addr)));
		break;
	case GW_FIB_SEGMENT:
		gw_path_json_set(o, (uint16_t)i);
		break;
	case GW_FIB_MULTIPATH:
		vias_set(o, res);
		origin_set(o, vrf, prefix);
		break;
	case GW_FIB_ROUTE:
		vias_set(o, res);
		nexthop_set(o, "via", i); // of one next hop, these keys as well
		origin_set(o, vrf, prefix);
		break;
	case GW_FIB_NEIGH:
		nexthop_set(o, NULL, i);
		break;
	default:
		break;
	}
	return o;
}
