// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// Section "mlag" against the ports, interfaces and addresses that it names.

#include "mlag/conf_check.h"

#include <errno.h>
#include <string.h>

#include "iface/plan.h"
#include "mlag_sync/mlag.h"

static const char *text_of(const json_t *o, const char *key)
{
	return json_string_value(json_object_get(o, key));
}

static int macs_check(struct gw_conf *conf, const json_t *value, struct gw_err *err)
{
	static const char *const keys[] = {"system_id", "peer_system_id", "virtual_mac"};
	struct gw_mac mac[3];

	for (unsigned i = 0; i < 3; i++) {
		const char *text = text_of(value, keys[i]);

		memset(&mac[i], 0, sizeof(mac[i]));
		if (text == NULL)
			continue;
		gw_mac_parse(text, &mac[i]);
		if (!gw_mac_is_device(&mac[i]))
			return gw_conf_fail(conf, err, EINVAL, keys[i],
				"is no device's MAC address (unicast, not all zeros)");
		for (unsigned k = 0; k < i; k++) {
			if (memcmp(&mac[i], &mac[k], sizeof(mac[i])) == 0)
				return gw_conf_fail(conf, err, EEXIST, keys[i],
					"is %s as well: each device has one, and the pair another",
					gw_conf_place(conf, keys[k]));
		}
	}
	return 0;
}

// The port of that name, of that role.
static int port_get(struct gw_conf *conf, struct gw_ports_plan *ports, const char *path,
	const char *name, enum gw_mlag_port want, const struct gw_port_plan **port,
	struct gw_err *err)
{
	const char *role = want == GW_MLAG_MEMBER ? "member" : "peer-link";
	int i = gw_port_plan_find(ports, name);
	char names[200];

	if (i < 0)
		return gw_conf_fail(conf, err, ENOENT, path, "no port \"%s\" in /ports (there: %s)",
			name, gw_port_plan_names(ports, names, sizeof(names)));
	*port = &ports->v[i];
	if ((*port)->mlag != want)
		return gw_conf_fail(conf, err, EINVAL, path,
			"port %s is not of role %s, %s: give it \"role\": \"%s\"", name, role,
			gw_conf_place(conf, gw_conf_path(conf, "/ports/%d", i)), role);
	return 0;
}

static int unique_check(struct gw_conf *conf, const json_t *members, size_t at, struct gw_err *err)
{
	static const char *const keys[] = {"id", "port"};
	const json_t *here = json_array_get(members, at);

	for (size_t i = 0; i < at; i++) {
		for (unsigned k = 0; k < 2; k++) {
			if (!json_equal(json_object_get(here, keys[k]),
				    json_object_get(json_array_get(members, i), keys[k])))
				continue;
			return gw_conf_fail(conf, err, EEXIST,
				gw_conf_path(conf, "members/%zu/%s", at, keys[k]),
				"stands in %s already",
				gw_conf_place(
					conf, gw_conf_path(conf, "members/%zu/%s", i, keys[k])));
		}
	}
	return 0;
}

static int mtu_check(struct gw_conf *conf, const struct gw_port_plan *port,
	const struct gw_port_plan *peer, const char *path, struct gw_err *err)
{
	if (peer->mtu >= port->mtu + GW_MLAG_OVERHEAD)
		return 0;
	return gw_conf_fail(conf, err, EINVAL, path,
		"port %s has an MTU of %u, so that of the peer link %s must be %u at least; it is "
		"%u",
		port->name, port->mtu, peer->name, port->mtu + GW_MLAG_OVERHEAD, peer->mtu);
}

static bool prefix_has(const char *own, const char *virtual_, bool *same)
{
	struct gw_prefix4 o4, v4;
	struct gw_prefix6 o6, v6;

	if (gw_prefix4_parse(own, &o4) && gw_prefix4_parse(virtual_, &v4)) {
		*same = o4.addr == v4.addr;
		return gw_prefix4_has(&o4, v4.addr);
	}
	if (gw_prefix6_parse(own, &o6) && gw_prefix6_parse(virtual_, &v6)) {
		*same = gw_ip6_eq(&o6.addr, &v6.addr);
		return gw_prefix6_has(&o6, &v6.addr);
	}
	return false;
}

// A host would learn the gateway at the MAC of a request: requests name an address of the device's
// own, and each subnet has one.
static int virtual_check(struct gw_conf *conf, const json_t *member,
	const struct gw_port_plan *port, size_t at, struct gw_err *err)
{
	const json_t *list = json_object_get(member, "virtual_addresses");
	const json_t *own = json_object_get(port->value, "addresses");

	for (size_t i = 0; i < json_array_size(list); i++) {
		const char *text = json_string_value(json_array_get(list, i));
		const char *path = gw_conf_path(conf, "members/%zu/virtual_addresses/%zu", at, i);
		bool found = false, same = false;

		for (size_t k = 0; k < json_array_size(own) && !same; k++)
			found |= prefix_has(json_string_value(json_array_get(own, k)), text, &same);
		if (same)
			return gw_conf_fail(conf, err, EEXIST, path,
				"%s is port %s's own address: a virtual one belongs to both "
				"devices",
				text, port->name);
		if (!found)
			return gw_conf_fail(conf, err, EINVAL, path,
				"%s is in no subnet in which port %s has an address of its own; "
				"add "
				"one to its \"addresses\"",
				text, port->name);
	}
	return 0;
}

// What goes over the peer link for a host of a member stays in the peer link's VRF.
static int vrf_check(struct gw_conf *conf, const struct gw_ifaces_plan *plan,
	const struct gw_port_plan *peer, struct gw_err *err)
{
	for (uint32_t i = 0; i < plan->count; i++) {
		const struct gw_iface_plan *p = plan->v[i];

		if (p->port->mlag == GW_MLAG_MEMBER && strcmp(p->vrf_name, peer->vrf) != 0)
			return gw_conf_fail(conf, err, EINVAL, gw_iface_plan_path(conf, p),
				"interface %s is in VRF %s, the peer link %s in VRF %s: traffic "
				"for "
				"hosts of a member goes over the peer link when its port is down, "
				"so "
				"both are in one VRF",
				p->name, p->vrf_name, peer->name, peer->vrf);
	}
	return 0;
}

static int tags_check(struct gw_conf *conf, const struct gw_ifaces_plan *plan, struct gw_err *err)
{
	for (uint32_t i = 0; i < plan->count; i++) {
		const struct gw_iface_plan *p = plan->v[i];

		if (p->port->mlag == GW_MLAG_MEMBER && p->vlan_count > 1)
			return gw_conf_fail(conf, err, ENOTSUP, gw_iface_plan_path(conf, p),
				"interface %s: MLAG members have one VLAN tag at most", p->name);
	}
	return 0;
}

static int member_check(struct gw_conf *conf, struct gw_ports_plan *ports, const json_t *value,
	const struct gw_port_plan *peer, size_t at, struct gw_err *err)
{
	const json_t *members = json_object_get(value, "members");
	const json_t *member = json_array_get(members, at);
	const char *path = gw_conf_path(conf, "members/%zu/port", at);
	const struct gw_port_plan *port;
	struct gw_mac system;
	int ret = port_get(conf, ports, path, text_of(member, "port"), GW_MLAG_MEMBER, &port, err);

	if (ret == 0)
		ret = unique_check(conf, members, at, err);
	if (ret == 0)
		ret = mtu_check(conf, port, peer, path, err);
	if (ret == 0)
		ret = virtual_check(conf, member, port, at, err);
	if (ret < 0)
		return ret;
	gw_mac_parse(text_of(value, "system_id"), &system);
	if (memcmp(&port->mac, &system, sizeof(system)) != 0)
		return gw_conf_fail(conf, err, EINVAL,
			gw_conf_path(conf, "/ports/%d/mac", (int)(port - ports->v)),
			"a member has the MAC address of %s; leave it out",
			gw_conf_place(conf, "system_id"));
	if (json_array_size(json_object_get(member, "virtual_addresses")) > 0 &&
		text_of(value, "virtual_mac") == NULL)
		return gw_conf_fail(conf, err, EINVAL,
			gw_conf_path(conf, "members/%zu/virtual_addresses", at),
			"virtual addresses need a virtual_mac");
	return 0;
}

static bool named(const json_t *value, const struct gw_port_plan *p)
{
	const json_t *members = json_object_get(value, "members");

	if (strcmp(text_of(value, "peer_link"), p->name) == 0)
		return true;
	for (size_t i = 0; i < json_array_size(members); i++) {
		if (strcmp(text_of(json_array_get(members, i), "port"), p->name) == 0)
			return true;
	}
	return false;
}

static int keepalive_check(
	struct gw_conf *conf, struct gw_ifaces_plan *plan, const json_t *value, struct gw_err *err)
{
	const char *text = text_of(json_object_get(value, "keepalive"), "local");
	const struct gw_iface_plan *own = NULL;
	int vrf = gw_vrf_plan_find(plan, "default");
	uint32_t ip;

	if (text == NULL)
		return 0;
	gw_ip4_parse(text, &ip);
	if (vrf >= 0)
		own = gw_iface_plan_own(plan, (uint16_t)vrf, ip);
	if (own == NULL)
		return gw_conf_fail(conf, err, ENOENT, "keepalive/local",
			"%s is no own address in VRF default", text);
	if (own->port->mlag != GW_MLAG_NO_PORT)
		return gw_conf_fail(conf, err, EINVAL, "keepalive/local",
			"%s is on port %s: keepalives take another path than the peer link and the "
			"members",
			text, own->port->name);
	return 0;
}

int gw_mlag_conf_check(struct gw_conf *conf, json_t *value, struct gw_err *err)
{
	const json_t *members = json_object_get(value, "members");
	const struct gw_port_plan *peer = NULL;
	struct gw_ifaces_plan *plan;
	int ret = gw_ifaces_plan(conf, &plan, err);

	if (ret == 0)
		ret = macs_check(conf, value, err);
	if (ret == 0)
		ret = port_get(conf, plan->ports, "peer_link", text_of(value, "peer_link"),
			GW_MLAG_PEER_LINK, &peer, err);
	for (size_t i = 0; ret == 0 && i < json_array_size(members); i++)
		ret = member_check(conf, plan->ports, value, peer, i, err);
	for (unsigned i = 0; ret == 0 && i < plan->ports->count; i++) {
		const struct gw_port_plan *p = &plan->ports->v[i];

		if (p->mlag != GW_MLAG_NO_PORT && !named(value, p))
			ret = gw_conf_fail(conf, err, EINVAL,
				gw_conf_path(conf, "/ports/%u/role", i),
				"section mlag does not name port %s", p->name);
	}
	if (ret == 0)
		ret = tags_check(conf, plan, err);
	if (ret == 0)
		ret = vrf_check(conf, plan, peer, err);
	return ret == 0 ? keepalive_check(conf, plan, value, err) : ret;
}
