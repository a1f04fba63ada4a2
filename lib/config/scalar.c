// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "config/conf.h"

#include <string.h>

// No name or address is longer; decoded length.
#define SCALAR_LEN (GW_IP_ZONE_LEN - 1)

static bool name_parse(const char *s, char out[GW_CONF_NAME_LEN])
{
	size_t len = strlen(s);

	if (len == 0 || len >= GW_CONF_NAME_LEN)
		return false;
	for (size_t i = 0; i < len; i++) {
		char c = s[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
			    c == '_' || c == '.' || c == '-'))
			return false;
	}
	memset(out, 0, GW_CONF_NAME_LEN);
	memcpy(out, s, len);
	return true;
}

static bool ip_parse(const char *s, struct gw_conf_ip *ip)
{
	ip->family = strchr(s, ':') == NULL ? AF_INET : AF_INET6;
	return ip->family == AF_INET ? gw_ip4_parse(s, &ip->ip4) : gw_ip6_parse(s, &ip->ip6);
}

static bool prefix_parse(const char *s, struct gw_conf_prefix *p)
{
	p->family = strchr(s, ':') == NULL ? AF_INET : AF_INET6;
	return p->family == AF_INET ? gw_prefix4_parse(s, &p->p4) : gw_prefix6_parse(s, &p->p6);
}

// Decimal without sign or leading zeros; only as key of a map.
static bool u32_parse(const char *s, uint32_t *out)
{
	uint64_t v = 0;

	if (*s == '\0' || (s[0] == '0' && s[1] != '\0'))
		return false;
	for (; *s != '\0'; s++) {
		if (*s < '0' || *s > '9')
			return false;
		v = v * 10 + (uint64_t)(*s - '0');
		if (v > UINT32_MAX)
			return false;
	}
	*out = (uint32_t)v;
	return true;
}

static bool enum_parse(const char *s, const char *const *values, unsigned *out)
{
	for (unsigned i = 0; values[i] != NULL; i++) {
		if (strcmp(s, values[i]) == 0) {
			*out = i;
			return true;
		}
	}
	return false;
}

union scalar {
	uint32_t u32;
	unsigned index;
	char name[GW_CONF_NAME_LEN];
	struct gw_mac mac;
	struct in6_addr ip6;
	struct gw_conf_ip ip;
	struct gw_prefix4 prefix4;
	struct gw_prefix6 prefix6;
	struct gw_conf_prefix prefix;
	struct gw_ip_zone ip_zone;
};

static bool parse(
	const struct gw_conf_field *f, enum gw_conf_type type, const char *s, union scalar *v)
{
	switch (type) {
	case GW_CONF_U32:
		return u32_parse(s, &v->u32);
	case GW_CONF_NAME:
		return name_parse(s, v->name);
	case GW_CONF_MAC:
		return gw_mac_parse(s, &v->mac);
	case GW_CONF_IP4:
		return gw_ip4_parse(s, &v->u32);
	case GW_CONF_IP6:
		return gw_ip6_parse(s, &v->ip6);
	case GW_CONF_IP:
		return ip_parse(s, &v->ip) ||
			(f->values != NULL && enum_parse(s, f->values, &v->index));
	case GW_CONF_PREFIX4:
		return gw_prefix4_parse(s, &v->prefix4);
	case GW_CONF_PREFIX6:
		return gw_prefix6_parse(s, &v->prefix6);
	case GW_CONF_PREFIX:
		return prefix_parse(s, &v->prefix);
	case GW_CONF_IP_ZONE:
		return gw_ip_zone_parse(s, &v->ip_zone);
	case GW_CONF_ENUM:
		return enum_parse(s, f->values, &v->index);
	default:
		return false;
	}
}

bool gw_conf_scalar(const struct gw_conf_field *f, enum gw_conf_type type,
	const struct gw_scan_str *str, void *out)
{
	char s[SCALAR_LEN + 1];
	union scalar v = {0};

	if (str->escaped ? gw_scan_decode(str, NULL) > SCALAR_LEN : str->len > SCALAR_LEN)
		return false;
	gw_scan_decode(str, s);
	if (!parse(f, type, s, &v))
		return false;
	if (out != NULL)
		memcpy(out, &v, f->room);
	return true;
}
