// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "config/conf.h"

#include <string.h>

static const char *const type_names[] = {
	[GW_CONF_ANY] = "any value",
	[GW_CONF_BOOL] = "true or false",
	[GW_CONF_U32] = "an integer",
	[GW_CONF_STRING] = "a string",
	[GW_CONF_NAME] = "a name (1 to 31 of A-Z a-z 0-9 _ . -)",
	[GW_CONF_MAC] = "a MAC address (\"02:00:00:00:00:01\")",
	[GW_CONF_IP4] = "an IPv4 address (\"192.0.2.1\")",
	[GW_CONF_IP6] = "an IPv6 address (\"2001:db8::1\")",
	[GW_CONF_IP] = "an IP address (\"192.0.2.1\" or \"2001:db8::1\")",
	[GW_CONF_PREFIX4] = "an IPv4 prefix (\"192.0.2.0/24\")",
	[GW_CONF_PREFIX6] = "an IPv6 prefix (\"2001:db8::/64\")",
	[GW_CONF_PREFIX] = "an IP prefix (\"192.0.2.0/24\" or \"2001:db8::/64\")",
	[GW_CONF_IP_ZONE] =
		"an IP address (\"192.0.2.1\", \"2001:db8::1\" or \"fe80::1%INTERFACE\")",
	[GW_CONF_ENUM] = "one of",
	[GW_CONF_OBJECT] = "an object {...}",
	[GW_CONF_ARRAY] = "an array [...]",
	[GW_CONF_MAP] = "an object {...}",
};

const char *gw_conf_type_name(enum gw_conf_type type)
{
	return type_names[type];
}

const char *gw_conf_expects(const struct gw_conf_field *f, char *buf, size_t room)
{
	int n = snprintf(buf, room, "%s", type_names[f->type]);

	if (f->type == GW_CONF_ARRAY && f->lone) {
		snprintf(buf, room, "%s or an array of them", type_names[f->of->type]);
	} else if (f->type == GW_CONF_U32) {
		snprintf(buf + n, room - (size_t)n, " %u..%u", f->min,
			f->max == 0 ? UINT32_MAX : f->max);
	} else if (f->type == GW_CONF_IP && f->values != NULL) {
		snprintf(buf + n, room - (size_t)n, " or \"%s\"", f->values[0]);
	} else if (f->type == GW_CONF_ENUM) {
		for (size_t i = 0; f->values[i] != NULL && (size_t)n < room; i++)
			n += snprintf(buf + n, room - (size_t)n, "%s \"%s\"", i == 0 ? "" : ",",
				f->values[i]);
	}
	return buf;
}

const char *gw_conf_bounds(const struct gw_conf_field *f, char *buf, size_t room)
{
	if (f->max == 0)
		snprintf(buf, room, "at least %u", f->min);
	else if (f->min == f->max)
		snprintf(buf, room, "exactly %u", f->min);
	else if (f->min == 0)
		snprintf(buf, room, "at most %u", f->max);
	else
		snprintf(buf, room, "%u to %u", f->min, f->max);
	return buf;
}

#define NEAR_LEN 40

// Edits (insert, delete, replace, swap of neighbours) that make `a` of `b`.
static unsigned distance(const char *a, const char *b)
{
	unsigned rows[3][NEAR_LEN + 1]; // this one and the two before
	size_t n = strlen(a), m = strlen(b);

	if (n > NEAR_LEN || m > NEAR_LEN)
		return NEAR_LEN;
	for (size_t j = 0; j <= m; j++)
		rows[0][j] = (unsigned)j;
	for (size_t i = 1; i <= n; i++) {
		unsigned *row = rows[i % 3], *up = rows[(i + 2) % 3], *up2 = rows[(i + 1) % 3];

		row[0] = (unsigned)i;
		for (size_t j = 1; j <= m; j++) {
			unsigned best = up[j - 1] + (a[i - 1] != b[j - 1]);

			if (up[j] + 1 < best)
				best = up[j] + 1;
			if (row[j - 1] + 1 < best)
				best = row[j - 1] + 1;
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
				up2[j - 2] + 1 < best)
				best = up2[j - 2] + 1;
			row[j] = best;
		}
	}
	return rows[n % 3][m];
}

// Known keys one by one: of `fields`, or with NULL of the sections.
static const char *known_key(const struct gw_conf_field *fields, size_t i)
{
	const struct gw_conf_section *s = gw_conf_sections;

	if (fields != NULL)
		return fields[i].key;
	while (s != NULL && i-- > 0)
		s = s->next;
	return s == NULL ? NULL : s->value.key;
}

static const char *nearest(const struct gw_conf_field *fields, const struct gw_scan_str *key)
{
	const char *known, *near = NULL;
	char wrong[NEAR_LEN + 1];
	unsigned best, d;

	if (gw_scan_decode(key, NULL) > NEAR_LEN)
		return NULL;
	// With more than about a third of it wrong it is another word.
	best = (unsigned)gw_scan_decode(key, wrong) / 3 + 2;
	for (size_t i = 0; (known = known_key(fields, i)) != NULL; i++) {
		d = distance(wrong, known);
		if (d < best && d < strlen(known)) {
			near = known;
			best = d;
		}
	}
	return near;
}

void gw_conf_hint(
	const struct gw_conf_field *fields, const struct gw_scan_str *key, char *buf, size_t room)
{
	const char *near = nearest(fields, key), *known;
	size_t n;

	if (near != NULL) {
		snprintf(buf, room, "did you mean \"%s\"?", near);
		return;
	}
	n = (size_t)snprintf(buf, room, "known here:");
	for (size_t i = 0; (known = known_key(fields, i)) != NULL && n < room; i++)
		n += (size_t)snprintf(buf + n, room - n, "%s %s", i == 0 ? "" : ",", known);
}
