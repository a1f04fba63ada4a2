// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "config/conf.h"

#include <stdlib.h>
#include <string.h>

struct gw_conf_section *gw_conf_sections;

static void require(bool holds, const char *key, const char *what)
{
	if (holds)
		return;
	fprintf(stderr, "configuration section %s: %s\n", key, what);
	abort();
}

static size_t row_size(const struct gw_conf_field *f)
{
	switch (f->type) {
	case GW_CONF_BOOL:
		return sizeof(bool);
	case GW_CONF_U32:
		return sizeof(uint32_t);
	case GW_CONF_STRING:
		return sizeof(const char *);
	case GW_CONF_NAME:
		return GW_CONF_NAME_LEN;
	case GW_CONF_MAC:
		return sizeof(struct gw_mac);
	case GW_CONF_IP4:
		return sizeof(uint32_t);
	case GW_CONF_IP6:
		return sizeof(struct in6_addr);
	case GW_CONF_IP:
		return sizeof(struct gw_conf_ip);
	case GW_CONF_PREFIX4:
		return sizeof(struct gw_prefix4);
	case GW_CONF_PREFIX6:
		return sizeof(struct gw_prefix6);
	case GW_CONF_PREFIX:
		return sizeof(struct gw_conf_prefix);
	case GW_CONF_IP_ZONE:
		return sizeof(struct gw_ip_zone);
	case GW_CONF_ENUM:
		return sizeof(unsigned);
	default:
		return 0;
	}
}

static void require_fields(const struct gw_conf_field *fields, const char *section, size_t room);

// That `f` is a whole description and, where it goes to a row, fits there.
static void require_field(const struct gw_conf_field *f, const char *section)
{
	const struct gw_conf_field *of = f->of;

	require(f->max == 0 || f->min <= f->max, section, "min above max");
	require(f->type != GW_CONF_ENUM || f->values != NULL, section, "enum without values");
	require(f->type != GW_CONF_MAP || (f->keys >= GW_CONF_U32 && f->keys < GW_CONF_ENUM),
		section, "map without a type of its keys");
	if (f->type == GW_CONF_ARRAY || f->type == GW_CONF_MAP) {
		require(of != NULL, section, "array or map without the type of its elements");
		require_field(of, section);
	}
	require(!f->lone || (f->type == GW_CONF_ARRAY && of->type != GW_CONF_ARRAY), section,
		"only an array's element can stand alone");
	// Without a place in the row the places of its fields mean nothing.
	if (f->type == GW_CONF_OBJECT)
		require_fields(f->fields, section, f->room == 0 ? SIZE_MAX : f->room);
	if (f->room == 0)
		return;
	if (f->type == GW_CONF_ARRAY) {
		require(f->max > 0 && of->room > 0 && of->at >= sizeof(uint32_t) &&
				of->at + (size_t)f->max * of->room <= f->room,
			section, "array does not fit its place in the row");
	} else if (f->type != GW_CONF_OBJECT) {
		require(row_size(f) == f->room, section, "field differs from its place in the row");
	}
}

static void require_fields(const struct gw_conf_field *fields, const char *section, size_t room)
{
	size_t n = 0;

	require(fields != NULL, section, "object without fields");
	for (const struct gw_conf_field *f = fields; f->key != NULL; f++, n++) {
		require_field(f, section);
		require(f->help != NULL, section, "field without help");
		require(f->room == 0 || f->at + f->room <= room, section, "field outside the row");
		for (const struct gw_conf_field *g = fields; g < f; g++)
			require(strcmp(f->key, g->key) != 0, section, "two fields of one key");
	}
	require(n <= 64, section, "more than 64 fields");
}

static void require_section(const struct gw_conf_section *s)
{
	const struct gw_conf_field *v = &s->value;
	bool rows = s->row_size != 0;

	require(v->key != NULL && v->help != NULL && v->room == 0, v->key == NULL ? "?" : v->key,
		"no key, no help or a place in a row");
	require_field(v, v->key);
	require(!s->streamed || v->type == GW_CONF_ARRAY, v->key, "only an array can be streamed");
	require(rows == (s->check_row != NULL || s->apply_row != NULL), v->key,
		"row_size and the hooks for rows belong together");
	if (!rows)
		return;
	require(s->check == NULL && s->apply == NULL, v->key, "hooks for JSON and for rows");
	require(v->type == GW_CONF_ARRAY && v->of->type == GW_CONF_OBJECT, v->key,
		"only an array of objects can have rows");
	require_fields(v->of->fields, v->key, s->row_size);
}

static bool before(const struct gw_conf_section *a, const struct gw_conf_section *b)
{
	return a->order != b->order ? a->order < b->order : strcmp(a->value.key, b->value.key) < 0;
}

void gw_conf_register(struct gw_conf_section *section)
{
	struct gw_conf_section **at = &gw_conf_sections;

	require_section(section);
	for (; *at != NULL; at = &(*at)->next) {
		if (strcmp((*at)->value.key, section->value.key) != 0)
			continue;
		if (section->reserved)
			return;
		require((*at)->reserved, section->value.key, "registered twice");
		*at = (*at)->next;
		break;
	}
	at = &gw_conf_sections;
	while (*at != NULL && before(*at, section))
		at = &(*at)->next;
	section->next = *at;
	*at = section;
}
