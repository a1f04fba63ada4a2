// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "cli/pattern.h"

#include <string.h>

static struct gw_cli_type *types;

static bool ip4_value(const char *text, struct gw_cli_value *v)
{
	v->family = AF_INET;
	return gw_ip4_parse(text, &v->ip4);
}

static bool ip6_value(const char *text, struct gw_cli_value *v)
{
	v->family = AF_INET6;
	return gw_ip6_parse(text, &v->ip6);
}

// ::ffff:a.b.c.d would be taken for the IPv4 address.
static bool ip_value(const char *text, struct gw_cli_value *v)
{
	return ip4_value(text, v) || (ip6_value(text, v) && !IN6_IS_ADDR_V4MAPPED(&v->ip6));
}

static bool vias_value(const char *text, struct gw_cli_value *v)
{
	char one[GW_IP_ZONE_LEN];
	struct gw_ip_zone via;
	size_t len;

	for (;; text += len + 1) {
		len = strcspn(text, ",");
		if (len >= sizeof(one))
			return false;
		memcpy(one, text, len);
		one[len] = '\0';
		if (!gw_ip_zone_parse(one, &via))
			return false;
		if (text[len] == '\0')
			return true;
	}
}

static bool prefix4_value(const char *text, struct gw_cli_value *v)
{
	v->family = AF_INET;
	return gw_prefix4_parse(text, &v->prefix4);
}

static bool prefix6_value(const char *text, struct gw_cli_value *v)
{
	v->family = AF_INET6;
	return gw_prefix6_parse(text, &v->prefix6);
}

static bool prefix_value(const char *text, struct gw_cli_value *v)
{
	return prefix4_value(text, v) ||
		(prefix6_value(text, v) && !IN6_IS_ADDR_V4MAPPED(&v->prefix6.addr));
}

static bool mac_value(const char *text, struct gw_cli_value *v)
{
	return gw_mac_parse(text, &v->mac);
}

static bool u32_value(const char *text, struct gw_cli_value *v)
{
	uint64_t n = 0;

	if (*text == '\0')
		return false;
	for (; *text != '\0'; text++) {
		if (*text < '0' || *text > '9')
			return false;
		n = n * 10 + (uint64_t)(*text - '0');
		if (n > UINT32_MAX)
			return false;
	}
	v->u32 = (uint32_t)n;
	return true;
}

static bool any_value(const char *text, struct gw_cli_value *v)
{
	(void)v;
	return *text != '\0';
}

static const struct gw_cli_kind kinds[] = {
	{"ip4", "an IPv4 address", ip4_value},
	{"ip6", "an IPv6 address", ip6_value},
	{"ip", "an IPv4 or IPv6 address", ip_value},
	{"vias", "IP addresses with ',' between, link-local ones as ADDRESS%INTERFACE", vias_value},
	{"prefix4", "an IPv4 prefix, ADDRESS/LENGTH", prefix4_value},
	{"prefix6", "an IPv6 prefix, ADDRESS/LENGTH", prefix6_value},
	{"prefix", "an IPv4 or IPv6 prefix, ADDRESS/LENGTH", prefix_value},
	{"mac", "a MAC address, six octets with ':' between", mac_value},
	{"u32", "a decimal number up to 4294967295", u32_value},
};

static const char *const numbers[] = {"n", "count", "cost", "ms", "vni"};

const struct gw_cli_kind gw_cli_kind_text = {"text", "a word", any_value};
const struct gw_cli_kind gw_cli_kind_rest = {"rest", "the rest of the line", any_value};

void gw_cli_type_register(struct gw_cli_type *t)
{
	t->next = types;
	types = t;
}

void gw_cli_types_filter(bool (*keep)(const struct gw_cli_type *t))
{
	struct gw_cli_type *t = types;

	types = NULL;
	while (t != NULL) {
		struct gw_cli_type *next = t->next;

		if (keep(t))
			gw_cli_type_register(t);
		t = next;
	}
}

bool gw_cli_type_listed(const char *type)
{
	for (const struct gw_cli_type *t = types; t != NULL; t = t->next) {
		if (strcmp(t->name, type) == 0)
			return true;
	}
	return false;
}

void gw_cli_type_list(const char *type, gw_cli_emit_fn emit, void *arg, const char *prefix)
{
	for (const struct gw_cli_type *t = types; t != NULL; t = t->next) {
		if (strcmp(t->name, type) == 0)
			t->list(emit, arg, prefix);
	}
}

const struct gw_cli_kind *gw_cli_kind_find(const char *type)
{
	for (unsigned i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (strcmp(kinds[i].name, type) == 0)
			return &kinds[i];
	}
	for (unsigned i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		if (strcmp(numbers[i], type) == 0)
			return gw_cli_kind_find("u32");
	}
	// A command is as many words as one likes: completion knows the first of them.
	if (strcmp(type, "rest") == 0 || strcmp(type, "command") == 0)
		return &gw_cli_kind_rest;
	if (strcmp(type, "text") == 0 || gw_cli_type_listed(type))
		return &gw_cli_kind_text;
	return NULL;
}
