// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "port/plan.h"

#include <errno.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>

#include "xdp/pass.h"

#define XDP_DEVICE  "af_xdp:"
#define MTU_DEFAULT 1500

const char *gw_port_plan_af_xdp(const struct gw_port_plan *p)
{
	return strncmp(p->device, XDP_DEVICE, strlen(XDP_DEVICE)) == 0
		? p->device + strlen(XDP_DEVICE)
		: NULL;
}

int gw_port_plan_find(const struct gw_ports_plan *plan, const char *name)
{
	for (unsigned i = 0; i < plan->count; i++) {
		if (strcmp(plan->v[i].name, name) == 0)
			return (int)i;
	}
	return -1;
}

const char *gw_port_plan_names(const struct gw_ports_plan *plan, char *buf, size_t room)
{
	size_t n = (size_t)snprintf(buf, room, "%s", plan->count == 0 ? "none" : "");

	for (unsigned i = 0; i < plan->count && n + 40 < room; i++)
		n += (size_t)snprintf(
			buf + n, room - n, "%s%s", i == 0 ? "" : ", ", plan->v[i].name);
	return buf;
}

static bool mac_read(const json_t *o, const char *key, struct gw_mac *mac)
{
	const char *text = json_string_value(json_object_get(o, key));

	return text != NULL && gw_mac_parse(text, mac);
}

// Members have MACs of section "mlag": that of the device, that of the pair.
static void mlag_read(struct gw_port_plan *p, const json_t *mlag, const char *role)
{
	if (role == NULL)
		return;
	if (strcmp(role, "peer-link") == 0)
		p->mlag = GW_MLAG_PEER_LINK;
	if (strcmp(role, "member") != 0)
		return;
	p->mlag = GW_MLAG_MEMBER;
	if (!p->has_mac)
		p->has_mac = mac_read(mlag, "system_id", &p->mac);
	p->has_virtual_mac = mac_read(mlag, "virtual_mac", &p->virtual_mac);
}

static void port_read(json_t *value, const json_t *mlag, struct gw_port_plan *p)
{
	const json_t *mac = json_object_get(value, "mac"), *mtu = json_object_get(value, "mtu");
	const json_t *idle = json_object_get(value, "idle_sleep_us");
	const char *role = json_string_value(json_object_get(value, "role"));
	const char *vrf = json_string_value(json_object_get(value, "vrf"));

	p->value = value;
	p->name = json_string_value(json_object_get(value, "name"));
	p->device = json_string_value(json_object_get(value, "device"));
	p->vrf = vrf != NULL ? vrf : "default";
	p->role = role != NULL && strcmp(role, "access") == 0 ? GW_ROLE_ACCESS : GW_ROLE_NETWORK;
	p->transit = json_is_true(json_object_get(value, "transit"));
	p->sr_domain = json_is_true(json_object_get(value, "sr_domain"));
	p->no_source_guard = json_is_false(json_object_get(value, "source_guard"));
	p->host_routes = json_is_true(json_object_get(value, "host_routes"));
	p->pass = json_object_get(value, "pass");
	p->has_mac = mac != NULL;
	if (mac != NULL)
		gw_mac_parse(json_string_value(mac), &p->mac);
	mlag_read(p, mlag, role);
	p->mtu = mtu != NULL ? (uint16_t)json_integer_value(mtu) : MTU_DEFAULT;
	p->idle_sleep_us = idle != NULL ? (int)json_integer_value(idle) : -1;
}

static int host_routes_check(
	struct gw_conf *conf, const struct gw_port_plan *p, unsigned i, struct gw_err *err)
{
	const char *path = gw_conf_path(conf, "/ports/%u/host_routes", i);

	if (!p->host_routes)
		return 0;
	if (p->role != GW_ROLE_NETWORK || p->mlag != GW_MLAG_NO_PORT)
		return gw_conf_fail(conf, err, EINVAL, path,
			"is for ports of role network: hosts of an access port are configured, and "
			"an MLAG member has a peer link instead");
	if (strcmp(p->vrf, "default") != 0)
		return gw_conf_fail(conf, err, EINVAL, path,
			"routes are published of VRF default only; the port is in VRF %s", p->vrf);
	if (json_object_size(json_object_get(p->value, "neighbors")) > 0)
		return gw_conf_fail(conf, err, EINVAL, path,
			"servers are found by what they say: no static neighbors");
	return 0;
}

static int role_check(
	struct gw_conf *conf, const struct gw_port_plan *p, unsigned i, struct gw_err *err)
{
	const char *role = json_string_value(json_object_get(p->value, "role"));

	if (p->mlag == GW_MLAG_NO_PORT || gw_conf_get(conf, "mlag") != NULL)
		return 0;
	return gw_conf_fail(conf, err, EINVAL, gw_conf_path(conf, "/ports/%u/role", i),
		"a port of role %s is one of an MLAG pair, and there is no section mlag", role);
}

// What follows the first comma are the device's arguments.
static size_t device_len(const char *device)
{
	return strcspn(device, ",");
}

static bool device_text_ok(const struct gw_port_plan *p)
{
	const char *ifname = gw_port_plan_af_xdp(p);
	size_t len = device_len(p->device);

	if (ifname != NULL)
		return ifname[0] != '\0' && strlen(ifname) < IFNAMSIZ &&
			strcspn(ifname, "/ \t,:") == strlen(ifname);
	for (size_t i = 0; p->device[i] != '\0'; i++) {
		if ((unsigned char)p->device[i] <= ' ')
			return false;
	}
	for (size_t i = 0; i < len; i++) {
		if (strchr("\"'/\\=", p->device[i]) != NULL)
			return false;
	}
	return len > 0;
}

static int device_check(
	struct gw_conf *conf, const struct gw_ports_plan *plan, unsigned i, struct gw_err *err)
{
	const struct gw_port_plan *p = &plan->v[i];
	const char *path = gw_conf_path(conf, "/ports/%u/device", i);
	size_t len = device_len(p->device);

	if (!device_text_ok(p))
		return gw_conf_fail(conf, err, EINVAL, path,
			"\"%s\" is no device: expected a PCI address (0000:01:00.0), af_xdp:IFNAME "
			"or a DPDK virtual device (net_pcap0,rx_pcap=FILE,tx_pcap=FILE)",
			p->device);
	for (unsigned k = 0; k < i; k++) {
		const char *other = plan->v[k].device;

		if (device_len(other) == len && strncmp(p->device, other, len) == 0)
			return gw_conf_fail(conf, err, EEXIST, path,
				"%.*s is the device of %s already", (int)len, other,
				gw_conf_place(conf, gw_conf_path(conf, "/ports/%u/device", k)));
	}
	return 0;
}

static int pass_check(
	struct gw_conf *conf, const struct gw_port_plan *p, unsigned i, struct gw_err *err)
{
	struct gw_xdp_pass out[GW_STEER_ENTRIES];
	const char *texts[GW_STEER_ENTRIES];
	size_t n = json_array_size(p->pass);
	struct gw_err why = {0};

	if (p->pass == NULL)
		return 0;
	if (gw_port_plan_af_xdp(p) == NULL)
		return gw_conf_fail(conf, err, EINVAL, gw_conf_path(conf, "/ports/%u/pass", i),
			"only af_xdp:IFNAME ports pass something to the kernel");
	for (size_t k = 0; k < n; k++)
		texts[k] = json_string_value(json_array_get(p->pass, k));
	if (gw_xdp_pass_parse_list(texts, (unsigned)n, out, &why) < 0)
		return gw_conf_fail(conf, err, why.code, gw_conf_path(conf, "/ports/%u/pass", i),
			"%s", why.text);
	return 0;
}

static int port_check(
	struct gw_conf *conf, const struct gw_ports_plan *plan, unsigned i, struct gw_err *err)
{
	const struct gw_port_plan *p = &plan->v[i];
	int twin = gw_port_plan_find(plan, p->name), ret;

	if (twin >= 0 && twin != (int)i)
		return gw_conf_fail(conf, err, EEXIST, gw_conf_path(conf, "/ports/%u/name", i),
			"%s is the name of %s already", p->name,
			gw_conf_place(conf, gw_conf_path(conf, "/ports/%d/name", twin)));
	if (json_object_get(p->value, "mac") != NULL && !gw_mac_is_device(&p->mac))
		return gw_conf_fail(conf, err, EINVAL, gw_conf_path(conf, "/ports/%u/mac", i),
			"is no device's MAC address (unicast, not all zeros)");
	ret = role_check(conf, p, i, err);
	if (ret == 0)
		ret = host_routes_check(conf, p, i, err);
	if (ret == 0)
		ret = device_check(conf, plan, i, err);
	if (ret == 0)
		ret = pass_check(conf, p, i, err);
	return ret;
}

int gw_ports_plan(struct gw_conf *conf, struct gw_ports_plan **out, struct gw_err *err)
{
	struct gw_ports_plan *plan = gw_conf_scratch(conf, "ports", sizeof(*plan), NULL);
	json_t *ports = gw_conf_get(conf, "ports");
	int ret = 0;

	if (plan == NULL)
		return gw_err_set(err, ENOMEM, "no memory");
	*out = plan;
	if (plan->done)
		return 0;
	plan->count = (unsigned)json_array_size(ports);
	for (unsigned i = 0; i < plan->count; i++)
		port_read(json_array_get(ports, i), gw_conf_get(conf, "mlag"), &plan->v[i]);
	for (unsigned i = 0; i < plan->count && ret == 0; i++)
		ret = port_check(conf, plan, i, err);
	plan->done = ret == 0;
	return ret;
}
