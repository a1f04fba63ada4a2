// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// Section "mlag". Like ports it cannot change while godwit runs.

#include <errno.h>
#include <string.h>

#include "config/wrap.h"
#include "fib/vrf.h"
#include "mlag/conf_check.h"
#include "mlag/mlag.h"
#include "port/port.h"

#define ORDER 50 // after the interfaces of its ports

static const char *const modes[] = {"peer-link", NULL};
static const char *const timeouts[] = {"fast", "slow", NULL};

static const struct gw_conf_field keepalive_fields[] = {
	{"local", "own address in VRF default, on neither the peer link nor a member", GW_CONF_IP4,
		.required = true},
	{"remote", "that of the peer", GW_CONF_IP4, .required = true},
	{"port", "UDP port on both, default 49778", GW_CONF_U32, .min = 1024, .max = 65535},
	{},
};

static const struct gw_conf_field lacp_fields[] = {
	{"system", "MAC address that partners see, the same on both devices", GW_CONF_MAC,
		.required = true},
	{"priority", "of the system, the same on both, default 32768", GW_CONF_U32, .max = 65535},
	{"timeout", "how often partners are to send: fast (each second, default) or slow",
		GW_CONF_ENUM, .values = timeouts},
	{},
};

static const struct gw_conf_field member_fields[] = {
	{"id", "the same on both devices for ports to the same partner", GW_CONF_U32,
		.required = true, .min = 1, .max = 16383},
	{"port", "port of role member", GW_CONF_NAME, .required = true},
	{"virtual_addresses",
		"of both devices, each inside of a subnet in which the port has an address of its "
		"own",
		GW_CONF_ARRAY, .max = 32, .of = GW_CONF_OF(GW_CONF_PREFIX)},
	{"keep_up", "stays up when the peer lives and the peer link does not, default false",
		GW_CONF_BOOL},
	{},
};

static const struct gw_conf_field fields[] = {
	{"mode", "peer-link: ARP replies are synchronised over a link between the two",
		GW_CONF_ENUM, .required = true, .values = modes},
	{"system_id", "MAC address of this device on its member ports", GW_CONF_MAC,
		.required = true},
	{"peer_system_id", "that of the peer", GW_CONF_MAC, .required = true},
	{"priority", "the lower one is primary, default 100", GW_CONF_U32, .max = 65535},
	{"virtual_mac", "MAC address of the virtual addresses, the same on both", GW_CONF_MAC},
	{"peer_link", "port of role peer-link", GW_CONF_NAME, .required = true},
	{"keepalive", "over another path than the peer link", GW_CONF_OBJECT,
		.fields = keepalive_fields},
	{"lacp", "on the member ports; none: their partners are static", GW_CONF_OBJECT,
		.fields = lacp_fields},
	{"arp_timeout_s", "age at which a neighbor behind a member is asked, default 1200",
		GW_CONF_U32, .min = 2, .max = 86400},
	{"learn_announced", "hosts that announce themselves are learned, default false",
		GW_CONF_BOOL},
	{"requests_per_s", "most requests for entries that age or are repaired, default 50000",
		GW_CONF_U32, .min = 10, .max = 1000000},
	{"settle_ms", "for which tables may differ before they are repaired, default 3000",
		GW_CONF_U32, .min = 500, .max = 60000},
	{"delay_restore_s", "most that member ports wait after a start, default 30", GW_CONF_U32,
		.max = 600},
	{"members", "MLAGs", GW_CONF_ARRAY, .required = true, .max = GW_MLAG_MEMBERS_MAX,
		.of = GW_CONF_OF(GW_CONF_OBJECT, .fields = member_fields)},
	{},
};

static json_t *applied;

static void mac_read(const json_t *o, const char *key, struct gw_mac *mac)
{
	const char *text = json_string_value(json_object_get(o, key));

	if (text != NULL)
		gw_mac_parse(text, mac);
}

static uint32_t number(const json_t *o, const char *key, uint32_t dflt)
{
	const json_t *v = json_object_get(o, key);

	return v != NULL ? (uint32_t)json_integer_value(v) : dflt;
}

static void keepalive_read(const json_t *o, struct gw_mlag_spec *spec)
{
	spec->sync.keepalive = o != NULL;
	spec->keepalive_port = (uint16_t)number(o, "port", GW_MLAG_KEEPALIVE_PORT);
	if (o == NULL)
		return;
	gw_ip4_parse(json_string_value(json_object_get(o, "local")), &spec->keepalive_local);
	gw_ip4_parse(json_string_value(json_object_get(o, "remote")), &spec->keepalive_remote);
}

static void lacp_read(const json_t *o, struct gw_mlag_spec *spec)
{
	const char *timeout = json_string_value(json_object_get(o, "timeout"));

	spec->lacp = o != NULL;
	mac_read(o, "system", &spec->lacp_conf.system);
	spec->lacp_conf.system_priority = (uint16_t)number(o, "priority", 32768);
	spec->lacp_conf.port_priority = 32768;
	spec->lacp_conf.fast = timeout == NULL || strcmp(timeout, "fast") == 0;
}

static void members_read(const json_t *list, struct gw_mlag_spec *spec)
{
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *o = json_array_get(list, i);
		struct gw_mlag_member_spec *m = &spec->member[spec->member_count++];

		m->mlag = (uint16_t)number(o, "id", 0);
		m->keep_up = json_is_true(json_object_get(o, "keep_up"));
		gw_port_find(json_string_value(json_object_get(o, "port")), &m->port); // is there
	}
}

void gw_mlag_conf_read(const json_t *value, struct gw_mlag_spec *spec)
{
	struct gw_mlag_conf *c = &spec->sync;

	memset(spec, 0, sizeof(*spec));
	gw_mlag_conf_default(c);
	mac_read(value, "system_id", &c->system);
	mac_read(value, "peer_system_id", &c->peer_system);
	mac_read(value, "virtual_mac", &c->virtual_mac);
	c->priority = (uint16_t)number(value, "priority", c->priority);
	c->age_s = number(value, "arp_timeout_s", c->age_s);
	c->learn_announced = json_is_true(json_object_get(value, "learn_announced"));
	c->asks_per_s = number(value, "requests_per_s", c->asks_per_s);
	c->settle_us = number(value, "settle_ms", c->settle_us / 1000) * 1000;
	c->restore_max_us = number(value, "delay_restore_s", c->restore_max_us / 1000000) * 1000000;
	gw_port_find(json_string_value(json_object_get(value, "peer_link")), &spec->peer_link);
	keepalive_read(json_object_get(value, "keepalive"), spec);
	lacp_read(json_object_get(value, "lacp"), spec);
	members_read(json_object_get(value, "members"), spec);
}

static int mlag_check(struct gw_conf *conf, json_t *value, size_t index, struct gw_err *err)
{
	if (gw_mlag_running() && !json_equal(applied, value))
		return gw_conf_fail(conf, err, EBUSY, "",
			"differs from what is running, and cannot change while godwit runs; "
			"restart "
			"godwit");
	return gw_mlag_conf_check(conf, value, err);
}

static int mlag_begin(struct gw_conf *conf, struct gw_err *err)
{
	if (gw_mlag_running() && gw_conf_get(conf, "mlag") == NULL)
		return gw_err_set(err, EBUSY,
			"mlag is not in the file, and cannot go while godwit runs; restart godwit");
	return 0;
}

static int mlag_apply(struct gw_conf *conf, json_t *value, size_t index, struct gw_err *err)
{
	static struct gw_mlag_spec spec; // too large for a stack
	struct gw_err why = {0};

	if (gw_mlag_running())
		return 0;
	gw_mlag_conf_read(value, &spec);
	gw_mlag_conf_digests(value, &spec, gw_vrfs[gw_ports[spec.peer_link].vrf].name,
		&spec.sync.must, &spec.sync.should);
	if (gw_mlag_start(&spec, &why) < 0)
		return gw_conf_wrap(conf, err, "", &why);
	json_decref(applied);
	applied = json_incref(value);
	return 0;
}

static json_t *mlag_save(void)
{
	return gw_mlag_running() ? json_incref(applied) : NULL;
}

GW_CONF_SECTION(mlag,
	{.value = {"mlag",
		 "this device and its peer as one to partners; cannot change while godwit runs",
		 GW_CONF_OBJECT, .fields = fields},
		.order = ORDER,
		.check = mlag_check,
		.begin = mlag_begin,
		.apply = mlag_apply,
		.save = mlag_save});
