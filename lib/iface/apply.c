// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "iface/apply.h"

#include <stdlib.h>
#include <string.h>

#include "config/wrap.h"
#include "fib/vrf.h"
#include "host/host.h"
#include "iface/marks.h"
#include "neigh/neigh.h"
#include "port/port.h"

static json_t *states; // name -> state that the file gave when it was loaded last

static const char *half_str(enum gw_half half)
{
	return half == GW_HALF_STANDBY ? "standby" : "active";
}

static void state_renamed(const char *from, const char *to)
{
	json_t *state = json_incref(json_object_get(states, from));

	json_object_del(states, from);
	if (state != NULL)
		json_object_set_new(states, to, state);
}

void gw_ifaces_match(const struct gw_ifaces_plan *plan)
{
	gw_iface_marks_begin();
	for (uint16_t i = 0; (i = gw_iface_next(i)) != 0;) {
		const struct gw_iface_info *info = &gw_iface_infos[i];
		struct gw_iface_plan *p = gw_iface_plan_by_vlans(
			plan, gw_ports[gw_ifaces[i].port].name, info->outer, info->inner);

		if (p == NULL || strcmp(p->vrf_name, gw_vrfs[gw_ifaces[i].vrf].name) != 0) {
			gw_iface_retire(i);
			continue;
		}
		p->index = i;
		gw_iface_mark(i);
	}
	for (uint32_t i = 0; i < plan->count; i++) {
		const struct gw_iface_plan *p = plan->v[i];

		if (p->index == 0 || strcmp(gw_iface_infos[p->index].name, p->name) == 0)
			continue;
		state_renamed(gw_iface_infos[p->index].name, p->name);
		gw_iface_rename(p->index, p->name);
	}
}

static enum gw_half half_wanted(const struct gw_iface_plan *p)
{
	const char *before = json_string_value(json_object_get(states, p->name));

	if (p->index != 0 && before != NULL && strcmp(before, half_str(p->half)) == 0)
		return gw_ifaces[p->index].half;
	return p->half;
}

// A host of the configuration before, which this one does not name, may have had an address that
// is an own one now.
static void hosts_make_way(const struct gw_iface_plan *p)
{
	uint16_t vrf;

	if (gw_vrf_find(p->vrf_name, &vrf, NULL) < 0)
		return;
	for (unsigned i = 0; i < p->addr_count; i++) {
		if (gw_host_find(vrf, p->addrs[i].p.addr) != 0)
			gw_host_del(vrf, p->addrs[i].p.addr, NULL); // is there: cannot fail
	}
}

static int neighbors_apply(struct gw_conf *conf, const struct gw_iface_plan *p, struct gw_err *err)
{
	for (unsigned k = 0; k < 2; k++) {
		const char *key;
		json_t *value;

		json_object_foreach (p->neighbors[k], key, value) {
			struct gw_err why = {0};
			struct gw_mac mac;
			struct gw_ip ip;

			gw_ip_parse(key, &ip); // was checked: cannot fail
			gw_mac_parse(json_string_value(value), &mac);
			if (gw_neigh_static_add(p->index, ip, &mac, &why) < 0)
				return gw_conf_wrap(conf, err, gw_iface_plan_path(conf, p), &why);
		}
	}
	return 0;
}

int gw_iface_apply(struct gw_conf *conf, struct gw_iface_plan *p, struct gw_err *err)
{
	const struct gw_iface_spec spec = {
		.name = p->name,
		.port = p->port->name,
		.vrf = p->vrf_name,
		.vlans = {p->vlans[0], p->vlans[1]},
		.vlan_count = p->vlan_count,
		.tpid = p->tpid,
		.mtu = p->mtu,
		.fallback = p->fallback,
		.addrs = p->addrs,
		.addr_count = p->addr_count,
		.addrs6 = p->addrs6,
		.addr6_count = p->addr6_count,
		.half = half_wanted(p),
		.no_proxy_arp = p->no_proxy_arp,
		.implicit = p->value == NULL,
	};
	struct gw_err why = {0};
	uint16_t port;

	hosts_make_way(p);
	if (gw_iface_add(&spec, &why) < 0)
		return gw_conf_wrap(conf, err, gw_iface_plan_path(conf, p), &why);
	gw_port_find(p->port->name, &port); // the interface has been made on it: cannot fail
	p->index = gw_iface_by_vlans(port, gw_iface_plan_outer(p), gw_iface_plan_inner(p));
	gw_iface_mark(p->index);
	return neighbors_apply(conf, p, err);
}

void gw_ifaces_applied(const struct gw_ifaces_plan *plan)
{
	json_decref(states);
	states = json_object();
	for (uint32_t i = 0; i < plan->count; i++) {
		const struct gw_iface_plan *p = plan->v[i];

		json_object_set_new(states, p->name, json_string(half_str(p->half)));
	}
}
