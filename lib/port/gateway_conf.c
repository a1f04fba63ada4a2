// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// Section "gateway": the MAC address that clients know as their gateway's.

#include <errno.h>

#include "config/config.h"
#include "port/plan.h"
#include "port/port.h"

#define ORDER 4 // before interfaces take it into their templates

static const struct gw_conf_field fields[] = {
	{"mac", "MAC address towards clients, the same on every user plane", GW_CONF_MAC,
		.required = true},
	{},
};

static int gateway_check(struct gw_conf *conf, json_t *value, size_t index, struct gw_err *err)
{
	struct gw_mac mac;

	gw_mac_parse(json_string_value(json_object_get(value, "mac")), &mac);
	if (gw_mac_is_device(&mac))
		return 0;
	return gw_conf_fail(
		conf, err, EINVAL, "mac", "is no device's MAC address (unicast, not all zeros)");
}

// Also of a file that does not say it any more.
static int gateway_begin(struct gw_conf *conf, struct gw_err *err)
{
	const json_t *mac = json_object_get(gw_conf_get(conf, "gateway"), "mac");

	gw_gateway_mac_set = mac != NULL;
	if (mac != NULL)
		gw_mac_parse(json_string_value(mac), &gw_gateway_mac);
	return 0;
}

static json_t *gateway_save(void)
{
	char text[GW_MAC_LEN];

	if (!gw_gateway_mac_set)
		return NULL;
	return json_pack("{s:s}", "mac", gw_mac_str(&gw_gateway_mac, text));
}

GW_CONF_SECTION(gateway,
	{.value = {"gateway", "what clients see as their gateway", GW_CONF_OBJECT,
		 .fields = fields},
		.order = ORDER,
		.check = gateway_check,
		.begin = gateway_begin,
		.save = gateway_save});
