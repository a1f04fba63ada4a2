// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// Section "group_membership".

#include <errno.h>
#include <stddef.h>
#include <string.h>

#include "config/config.h"
#include "group/group.h"
#include "iface/plan.h"

#define ORDER	     60	   // behind interfaces
#define INTERVAL_MAX 31744 // seconds: the most that a query can say (RFC 3376 4.1.7)
#define RESPONSE_MAX 25500 // milliseconds: the most that a query of IGMPv2 can say

static const struct gw_conf_field fields[] = {
	{"enabled",
		"ask for members and learn them, default true where this section or sr_mcast is",
		GW_CONF_BOOL},
	{"interfaces", "interfaces on which groups are learned, default all of access ports",
		GW_CONF_ARRAY, .max = GW_MAX_IFACES - 2, .of = GW_CONF_OF(GW_CONF_NAME)},
	{"fast_leave",
		"a leave ends membership at once, for interfaces with one host, default false",
		GW_CONF_BOOL},
	{"igmp_version", "version of IGMP queries, default 3", GW_CONF_U32, .min = 1, .max = 3},
	{"mld_version", "version of MLD queries, default 2", GW_CONF_U32, .min = 1, .max = 2},
	{"query_interval_s", "seconds between general queries, default 125", GW_CONF_U32, .min = 1,
		.max = INTERVAL_MAX},
	{"query_response_ms",
		"milliseconds in which hosts answer a general query, less than the interval, "
		"default 10000",
		GW_CONF_U32, .min = 100, .max = RESPONSE_MAX},
	{"robustness", "one more than the packets in a row that may be lost, default 2",
		GW_CONF_U32, .min = 1, .max = 7},
	{"last_member_ms", "milliseconds in which hosts answer a query after a leave, default 1000",
		GW_CONF_U32, .min = 100, .max = RESPONSE_MAX},
	{"last_member_count", "queries after a leave, default 2", GW_CONF_U32, .min = 1, .max = 7},
	{"max_groups_per_interface", "groups of one interface, default 1024", GW_CONF_U32, .min = 1,
		.max = GW_GROUP_TOTAL_MAX},
	{"max_groups", "groups of all interfaces, default 65536", GW_CONF_U32, .min = 1,
		.max = GW_GROUP_TOTAL_MAX},
	{"max_sources_per_group", "sources of a group on one interface, default 64", GW_CONF_U32,
		.min = 1, .max = GW_GROUP_SOURCES_MAX},
	{},
};

#define NUMBER(member) offsetof(struct gw_group_conf, member)

static const struct {
	const char *key;
	size_t at;
	uint32_t dflt;
} numbers[] = {
	{"igmp_version", NUMBER(igmp_version), 3},
	{"mld_version", NUMBER(mld_version), 2},
	{"query_interval_s", NUMBER(query_interval_s), 125},
	{"query_response_ms", NUMBER(query_response_ms), 10000},
	{"robustness", NUMBER(robustness), 2},
	{"last_member_ms", NUMBER(last_member_ms), 1000},
	{"last_member_count", NUMBER(last_member_count), 2},
	{"max_groups_per_interface", NUMBER(max_groups_per_interface), 1024},
	{"max_groups", NUMBER(max_groups), 65536},
	{"max_sources_per_group", NUMBER(max_sources_per_group), 64},
};

static json_t *given; // the section as it was applied last, NULL: absent

static uint32_t *number(struct gw_group_conf *c, size_t i)
{
	return (uint32_t *)((char *)c + numbers[i].at);
}

// What the section says; `value` NULL: it is absent.
static struct gw_group_conf parse(struct gw_conf *conf, json_t *value)
{
	const json_t *enabled = json_object_get(value, "enabled");
	struct gw_group_conf c = {
		.enabled = enabled != NULL ? json_is_true(enabled)
					   : value != NULL || gw_conf_get(conf, "sr_mcast") != NULL,
		.fast_leave = json_is_true(json_object_get(value, "fast_leave")),
	};

	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		const json_t *v = json_object_get(value, numbers[i].key);

		*number(&c, i) = v != NULL ? (uint32_t)json_integer_value(v) : numbers[i].dflt;
	}
	return c;
}

static int names_check(struct gw_conf *conf, json_t *value, struct gw_err *err)
{
	json_t *names = json_object_get(value, "interfaces"), *name;
	struct gw_ifaces_plan *plan;
	int ret = gw_ifaces_plan(conf, &plan, err);
	size_t i;

	if (ret < 0)
		return ret;
	json_array_foreach (names, i, name) {
		if (gw_iface_plan_find(plan, json_string_value(name)) == NULL)
			return gw_conf_fail(conf, err, ENOENT,
				gw_conf_path(conf, "interfaces/%zu", i),
				"no interface \"%s\" in /interfaces and /ports",
				json_string_value(name));
		for (size_t k = 0; k < i; k++) {
			if (json_equal(json_array_get(names, k), name))
				return gw_conf_fail(conf, err, EEXIST,
					gw_conf_path(conf, "interfaces/%zu", i),
					"%s is named twice, see %s", json_string_value(name),
					gw_conf_place(
						conf, gw_conf_path(conf, "interfaces/%zu", k)));
		}
	}
	return 0;
}

static int membership_check(struct gw_conf *conf, json_t *value, size_t index, struct gw_err *err)
{
	struct gw_group_conf c = parse(conf, value);

	// RFC 3376 8.3
	if (c.query_response_ms >= c.query_interval_s * 1000)
		return gw_conf_fail(conf, err, EINVAL,
			json_object_get(value, "query_response_ms") != NULL ? "query_response_ms"
									    : "query_interval_s",
			"hosts would have %u ms to answer a query each %u s: the former must be "
			"less",
			c.query_response_ms, c.query_interval_s);
	return names_check(conf, value, err);
}

// Also of a file without this section.
static int membership_begin(struct gw_conf *conf, struct gw_err *err)
{
	json_t *value = gw_conf_get(conf, "group_membership"), *names = NULL, *name;
	json_t *list = json_object_get(value, "interfaces");
	size_t i;

	if (list != NULL)
		names = json_object();
	json_array_foreach (list, i, name)
		json_object_set_new(names, json_string_value(name), json_true());
	gw_group_conf = parse(conf, value);
	gw_group_conf_changed(names);
	json_decref(given);
	given = json_incref(value);
	return 0;
}

static json_t *membership_save(void)
{
	return json_incref(given);
}

GW_CONF_SECTION(group_membership,
	{.value = {"group_membership", "multicast groups that hosts join by IGMP and MLD",
		 GW_CONF_OBJECT, .fields = fields},
		.order = ORDER,
		.check = membership_check,
		.begin = membership_begin,
		.save = membership_save});
