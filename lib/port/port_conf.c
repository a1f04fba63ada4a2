// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// Section "ports". Ports are made once, when the program starts; a reload changes what is on them:
// addresses, neighbours, VRF, transit, source guard.

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "config/wrap.h"
#include "dp/worker.h"
#include "fib/vrf.h"
#include "iface/apply.h"
#include "iface/save.h"
#include "neigh/static.h"
#include "port/plan.h"
#include "port/port.h"
#include "xdp/pass.h"
#include "xdp/steer_map.h"

#define ORDER	      10
#define ADDRESSES_MAX 64

static const char *const roles[] = {"network", "access", "member", "peer-link", NULL};

static const struct gw_conf_field fields[] = {
	{"name", "name of the port", GW_CONF_NAME, .required = true},
	{"device",
		"PCI address, af_xdp:IFNAME or DPDK virtual device with its arguments "
		"(net_pcap0,rx_pcap=FILE,tx_pcap=FILE)",
		GW_CONF_STRING, .required = true, .min = 1, .max = 255},
	{"role",
		"network (default), access: clients are there, or of an MLAG pair: member, "
		"peer-link",
		GW_CONF_ENUM, .values = roles},
	{"mac", "MAC address, default the device's", GW_CONF_MAC},
	{"mtu", "octets of an IP packet, default 1500", GW_CONF_U32, .min = 68, .max = 9600},
	{"vrf", "VRF of its interfaces, default \"default\"", GW_CONF_NAME},
	{"addresses",
		"own addresses of its untagged interface, with their connected subnet; on an "
		"access "
		"port they are gateways of clients",
		GW_CONF_ARRAY, .max = ADDRESSES_MAX, .of = GW_CONF_OF(GW_CONF_PREFIX)},
	{"neighbors", "MAC addresses of static neighbors by IP address", GW_CONF_MAP,
		.keys = GW_CONF_IP, .of = GW_CONF_OF(GW_CONF_MAC)},
	{"transit", "may take packets to clients back to the network, default false", GW_CONF_BOOL},
	{"source_guard",
		"access: only sources with a user entry of their interface may send, and IPv6 "
		"sources in a subnet of its addresses or gateways; default true",
		GW_CONF_BOOL},
	{"host_routes",
		"servers are behind it: each that speaks ARP or ND gets a host route, which is "
		"published in place of the subnet; default false",
		GW_CONF_BOOL},
	{"sr_domain", "inside of the segment-routing domain, default false", GW_CONF_BOOL},
	{"pass",
		"what an af_xdp port leaves to the kernel: arp, bfd, bgp, isis, lacp, lldp, nd, "
		"ospf, "
		"ssh, tcp:PORT, udp:PORT, proto:N, ether:0xNNNN; default ospf bgp bfd isis lacp "
		"lldp ssh",
		GW_CONF_ARRAY, .max = GW_STEER_ENTRIES,
		.of = GW_CONF_OF(GW_CONF_STRING, .min = 1, .max = 15)},
	{"idle_sleep_us", "most that an idle worker sleeps while it polls this port", GW_CONF_U32,
		.max = 1000000},
	{},
};

// What cannot change while the port runs.
static const char *const fixed[] = {
	"device", "role", "mac", "mtu", "pass", "idle_sleep_us", "host_routes"};

static json_t *applied; // the section as it was loaded last

static bool is_running(void)
{
	for (unsigned i = 0; i < GW_MAX_PORTS; i++) {
		if (gw_ports[i].used)
			return true;
	}
	return false;
}

static const json_t *applied_port(const char *name)
{
	for (size_t i = 0; i < json_array_size(applied); i++) {
		const json_t *port = json_array_get(applied, i);

		if (strcmp(json_string_value(json_object_get(port, "name")), name) == 0)
			return port;
	}
	return NULL;
}

// A value that was left out is its default.
static bool same(const char *key, const json_t *a, const json_t *b)
{
	if (strcmp(key, "mtu") == 0)
		return (a == NULL ? 1500 : json_integer_value(a)) ==
			(b == NULL ? 1500 : json_integer_value(b));
	if (strcmp(key, "host_routes") == 0)
		return json_is_true(a) == json_is_true(b);
	if (strcmp(key, "role") == 0)
		return strcmp(a == NULL ? "network" : json_string_value(a),
			       b == NULL ? "network" : json_string_value(b)) == 0;
	return a == NULL || b == NULL ? a == b : json_equal(a, b) != 0;
}

static int running_check(struct gw_conf *conf, const json_t *ports, struct gw_err *err)
{
	for (size_t i = 0; i < json_array_size(ports); i++) {
		const json_t *now = json_array_get(ports, i), *before;
		const char *name = json_string_value(json_object_get(now, "name"));

		before = applied_port(name);
		if (before == NULL)
			return gw_conf_fail(conf, err, EBUSY, gw_conf_path(conf, "%zu", i),
				"ports cannot change while godwit runs: there is no port %s; "
				"restart "
				"godwit",
				name);
		for (unsigned k = 0; k < sizeof(fixed) / sizeof(fixed[0]); k++) {
			if (!same(fixed[k], json_object_get(before, fixed[k]),
				    json_object_get(now, fixed[k])))
				return gw_conf_fail(conf, err, EBUSY,
					gw_conf_path(conf, "%zu/%s", i, fixed[k]),
					"ports cannot change while godwit runs: %s of port %s "
					"differs; restart godwit",
					fixed[k], name);
		}
	}
	if (json_array_size(ports) != json_array_size(applied))
		return gw_conf_fail(conf, err, EBUSY, "",
			"ports cannot change while godwit runs: %zu are running, here are %zu; "
			"restart godwit",
			json_array_size(applied), json_array_size(ports));
	return 0;
}

static int ports_check(struct gw_conf *conf, json_t *value, size_t index, struct gw_err *err)
{
	struct gw_ifaces_plan *plan;
	int ret = gw_ifaces_plan(conf, &plan, err);

	if (ret == 0 && is_running())
		ret = running_check(conf, value, err);
	return ret;
}

static int ports_begin(struct gw_conf *conf, struct gw_err *err)
{
	struct gw_ifaces_plan *plan;
	int ret = gw_ifaces_plan(conf, &plan, err);

	if (ret == 0)
		gw_ifaces_match(plan);
	return ret;
}

// A member speaks LACP itself.
static bool default_without_lacp(const char **pass, unsigned *count)
{
	for (unsigned i = 0; i < gw_xdp_pass_n_default; i++) {
		if (strcmp(gw_xdp_pass_default[i], "lacp") != 0)
			pass[(*count)++] = gw_xdp_pass_default[i];
	}
	return true;
}

static int port_make(
	struct gw_conf *conf, const struct gw_port_plan *p, unsigned at, struct gw_err *err)
{
	const char *pass[GW_STEER_ENTRIES];
	struct gw_port_spec spec = {
		.name = p->name,
		.device = p->device,
		.role = p->role,
		.mlag = p->mlag,
		.has_virtual_mac = p->has_virtual_mac,
		.virtual_mac = p->virtual_mac,
		.transit = p->transit,
		.sr_domain = p->sr_domain,
		.no_source_guard = p->no_source_guard,
		.host_routes = p->host_routes,
		.vrf = p->vrf,
		.mtu = p->mtu,
		.has_mac = p->has_mac,
		.mac = p->mac,
		.pass = pass,
		.pass_count = (unsigned)json_array_size(p->pass),
		.pass_given = p->pass != NULL,
	};
	struct gw_err why = {0};

	for (unsigned i = 0; i < spec.pass_count; i++)
		pass[i] = json_string_value(json_array_get(p->pass, i));
	if (p->pass == NULL && p->mlag == GW_MLAG_MEMBER)
		spec.pass_given = default_without_lacp(pass, &spec.pass_count);
	if (gw_port_add(&spec, gw_worker_count, &why) < 0)
		return gw_conf_wrap(conf, err, gw_conf_path(conf, "%u/device", at), &why);
	return 0;
}

static int port_apply(
	struct gw_conf *conf, const struct gw_port_plan *p, unsigned at, struct gw_err *err)
{
	struct gw_err why = {0};
	uint16_t port, vrf;

	if (!gw_port_find(p->name, &port))
		return port_make(conf, p, at, err);
	if (gw_vrf_get(p->vrf, &vrf, &why) < 0)
		return gw_conf_wrap(conf, err, gw_conf_path(conf, "%u/vrf", at), &why);
	gw_ports[port].vrf = vrf; // of interfaces to come; those that are there have their own
	gw_ports[port].transit = p->transit;
	gw_ports[port].sr_domain = p->sr_domain;
	gw_ports[port].no_source_guard = p->no_source_guard;
	return 0;
}

static int ports_apply(struct gw_conf *conf, json_t *value, size_t index, struct gw_err *err)
{
	struct gw_ifaces_plan *plan;
	int ret = gw_ifaces_plan(conf, &plan, err);

	for (unsigned i = 0; ret == 0 && i < plan->ports->count; i++)
		ret = port_apply(conf, &plan->ports->v[i], i, err);
	// Untagged ones of ports come first: theirs is the first address of a VRF.
	for (uint32_t k = 0; ret == 0 && k < plan->count * 2; k++) {
		struct gw_iface_plan *p = plan->v[k % plan->count];

		if (p->port->role == GW_ROLE_NETWORK && (p->value == NULL) == (k < plan->count))
			ret = gw_iface_apply(conf, p, err);
	}
	if (ret == 0) {
		json_decref(applied);
		applied = json_incref(value);
	}
	return ret;
}

// An IPv6 address can be written in more than one way.
static bool named(json_t *neighbors, const struct gw_ip *ip)
{
	struct gw_ip key_ip;
	const char *key;
	json_t *value;

	json_object_foreach (neighbors, key, value) {
		if (gw_ip_parse(key, &key_ip) && gw_ip_eq(&key_ip, ip))
			return true;
	}
	return false;
}

static bool neighbor_wanted(uint16_t iface, struct gw_ip ip, void *arg)
{
	const struct gw_iface_plan *p = gw_iface_plan_find(arg, gw_iface_infos[iface].name);

	return p != NULL && (named(p->neighbors[0], &ip) || named(p->neighbors[1], &ip));
}

static int ports_end(struct gw_conf *conf, struct gw_err *err)
{
	struct gw_ifaces_plan *plan;
	int ret = gw_ifaces_plan(conf, &plan, err);

	if (ret == 0)
		gw_neigh_statics_sweep(neighbor_wanted, plan);
	return ret;
}

// As it was read, but for what may have changed since.
static json_t *port_save(const json_t *element, json_t *statics)
{
	const char *name = json_string_value(json_object_get(element, "name"));
	json_t *o = json_deep_copy(element), *addresses = json_array(), *neighbors = NULL;
	uint16_t port, iface;

	if (gw_port_find(name, &port) && (iface = gw_port_untagged[port]) != 0 &&
		gw_iface_is_plain(iface)) {
		json_decref(addresses);
		addresses = gw_iface_addrs_save(iface, gw_port_has_gateways(&gw_ports[port]));
		neighbors = json_incref(json_object_get(statics, gw_iface_infos[iface].name));
	}
	if (neighbors == NULL)
		neighbors = json_object();
	json_object_del(o, "addresses");
	json_object_del(o, "neighbors");
	gw_save_unless_empty(o, "addresses", addresses);
	gw_save_unless_empty(o, "neighbors", neighbors);
	return o;
}

static json_t *ports_save(void)
{
	json_t *statics = gw_neigh_statics_json(), *list = json_array();

	for (size_t i = 0; i < json_array_size(applied); i++)
		json_array_append_new(list, port_save(json_array_get(applied, i), statics));
	json_decref(statics);
	return list;
}

GW_CONF_SECTION(ports,
	{.value = {"ports", "DPDK devices; they cannot change while godwit runs", GW_CONF_ARRAY,
		 .required = true, .max = GW_MAX_PORTS,
		 .of = GW_CONF_OF(GW_CONF_OBJECT, .fields = fields)},
		.order = ORDER,
		.check = ports_check,
		.begin = ports_begin,
		.apply = ports_apply,
		.end = ports_end,
		.save = ports_save});
