// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "config/fixture.h"

static const char *const roles[] = {"network", "access", NULL};

static const struct gw_conf_field port_fields[] = {
	{"name", "name of the port", GW_CONF_NAME, .required = true},
	{"device", "what it is", GW_CONF_STRING, .required = true, .min = 1, .max = 10},
	{"role", "its role", GW_CONF_ENUM, .values = roles},
	{"mac", "its MAC address", GW_CONF_MAC},
	{"mtu", "largest IP packet", GW_CONF_U32, .min = 68, .max = 9600},
	{"up", "whether it starts up", GW_CONF_BOOL},
	{"addresses", "own addresses", GW_CONF_ARRAY, .of = GW_CONF_OF(GW_CONF_PREFIX), .max = 3},
	{"neighbors", "MAC addresses by IP address", GW_CONF_MAP, .keys = GW_CONF_IP,
		.of = GW_CONF_OF(GW_CONF_MAC)},
	{"weights", "by number", GW_CONF_MAP, .keys = GW_CONF_U32, .of = GW_CONF_OF(GW_CONF_U32)},
	{"rest", "anything", GW_CONF_ANY},
	{},
};

static const struct gw_conf_field meter_fields[] = {
	{"cir", "rate", GW_CONF_U32, GW_CONF_TO(struct fixture_meter, cir), .required = true,
		.min = 1},
	{"cbs", "burst", GW_CONF_U32, GW_CONF_TO(struct fixture_meter, cbs)},
	{},
};

static const char *const states[] = {"active", "standby", NULL};

static const struct gw_conf_field host_fields[] = {
	{"ip", "its address", GW_CONF_IP, GW_CONF_TO(struct fixture_host, ip), .required = true},
	{"mac", "its MAC address", GW_CONF_MAC, GW_CONF_TO(struct fixture_host, mac),
		.required = true},
	{"interface", "where it is", GW_CONF_NAME, GW_CONF_TO(struct fixture_host, interface)},
	{"publish", "whether published", GW_CONF_BOOL, GW_CONF_TO(struct fixture_host, publish)},
	{"cost", "of the route", GW_CONF_U32, GW_CONF_TO(struct fixture_host, cost)},
	{"note", "any text", GW_CONF_STRING, GW_CONF_TO(struct fixture_host, note)},
	{"state", "active or standby", GW_CONF_ENUM, GW_CONF_TO(struct fixture_host, state),
		.values = states},
	{"prefix", "behind it", GW_CONF_PREFIX, GW_CONF_TO(struct fixture_host, prefix)},
	{"vlans", "tags", GW_CONF_ARRAY, GW_CONF_TO(struct fixture_host, vlans), .max = 2,
		.of = GW_CONF_OF(
			GW_CONF_U32, GW_CONF_TO_V(struct fixture_vlans, v), .min = 1, .max = 4094)},
	{"ingress", "meter", GW_CONF_OBJECT, GW_CONF_TO(struct fixture_host, ingress),
		.fields = meter_fields},
	{"unbound", "not in the row", GW_CONF_OBJECT, .fields = meter_fields},
	{},
};

static const struct fixture_host host_default = {.cost = 10};

struct gw_conf_section fixture_name = {
	.value = {"name", "name of the system", GW_CONF_NAME, .required = true},
	.order = 1,
};

struct gw_conf_section fixture_ports = {
	.value = {"ports", "the ports", GW_CONF_ARRAY,
		.of = GW_CONF_OF(GW_CONF_OBJECT, .fields = port_fields)},
	.order = 2,
};

struct gw_conf_section fixture_hosts = {
	.value = {"hosts", "the hosts", GW_CONF_ARRAY,
		.of = GW_CONF_OF(GW_CONF_OBJECT, .fields = host_fields)},
	.order = 3,
	.streamed = true,
	.row_size = sizeof(struct fixture_host),
	.row_default = &host_default,
};

struct gw_conf_section fixture_notes = {
	.value = {"notes", "texts", GW_CONF_ARRAY, .of = GW_CONF_OF(GW_CONF_STRING)},
	.order = 4,
	.streamed = true,
};

struct gw_conf_section fixture_any = {
	.value = {"any", "whatever", GW_CONF_ANY},
	.order = 5,
};

struct gw_conf_section fixture_mlag = {
	.value = {"mlag", "of a later version", GW_CONF_ANY},
	.reserved = true,
};

static int ignore_row(struct gw_conf *conf, const void *row, size_t index, struct gw_err *err)
{
	return 0;
}

void fixture_register(void)
{
	gw_conf_sections = NULL;
	fixture_hosts.check_row = ignore_row;
	gw_conf_register(&fixture_notes);
	gw_conf_register(&fixture_mlag);
	gw_conf_register(&fixture_ports);
	gw_conf_register(&fixture_hosts);
	gw_conf_register(&fixture_any);
	gw_conf_register(&fixture_name);
}
