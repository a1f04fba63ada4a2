// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "config/conf.h"

#include <stdlib.h>

#define OCTET  "(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"
#define IP4    OCTET "(\\." OCTET "){3}"
#define IP6    "[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*"
#define LEN4   "/(3[0-2]|[12]?[0-9])"
#define LEN6   "/(12[0-8]|1[01][0-9]|[1-9]?[0-9])"
#define U32    "(0|[1-9][0-9]{0,9})"
#define EITHER ")|("

static const char *const patterns[] = {
	[GW_CONF_U32] = "^" U32 "$", // as key of a map
	[GW_CONF_NAME] = "^[A-Za-z0-9_.-]{1,31}$",
	[GW_CONF_MAC] = "^[0-9A-Fa-f]{2}(:[0-9A-Fa-f]{2}){5}$",
	[GW_CONF_IP4] = "^" IP4 "$",
	[GW_CONF_IP6] = "^" IP6 "$",
	[GW_CONF_IP] = "^((" IP4 EITHER IP6 "))$",
	[GW_CONF_PREFIX4] = "^" IP4 LEN4 "$",
	[GW_CONF_PREFIX6] = "^" IP6 LEN6 "$",
	[GW_CONF_IP_ZONE] = "^((" IP4 EITHER IP6 "(%[A-Za-z0-9_.-]{1,31})?))$",
	[GW_CONF_PREFIX] = "^((" IP4 LEN4 EITHER IP6 LEN6 "))$",
};

static json_t *value_schema(const struct gw_conf_field *f);

static void set_range(
	json_t *schema, const struct gw_conf_field *f, const char *min, const char *max)
{
	if (f->min > 0)
		json_object_set_new(schema, min, json_integer(f->min));
	if (f->max > 0)
		json_object_set_new(schema, max, json_integer(f->max));
}

static json_t *of_type(const char *type)
{
	return json_pack("{s:s}", "type", type);
}

static json_t *object_schema(const struct gw_conf_field *fields)
{
	json_t *properties = json_object(), *required = json_array();

	for (const struct gw_conf_field *f = fields; f->key != NULL; f++) {
		json_object_set_new(properties, f->key, value_schema(f));
		if (f->required)
			json_array_append_new(required, json_string(f->key));
	}
	return json_pack("{s:s, s:b, s:o, s:o}", "type", "object", "additionalProperties", 0,
		"properties", properties, "required", required);
}

static json_t *string_schema(const struct gw_conf_field *f)
{
	json_t *schema = of_type("string");

	// Counted in characters there, in octets here: the bounds that hold for both.
	if (f->min > 0)
		json_object_set_new(schema, "minLength", json_integer(1));
	if (f->max > 0)
		json_object_set_new(schema, "maxLength", json_integer(f->max));
	return schema;
}

static json_t *u32_schema(const struct gw_conf_field *f)
{
	return json_pack("{s:s, s:I, s:I}", "type", "integer", "minimum", (json_int_t)f->min,
		"maximum", (json_int_t)(f->max == 0 ? UINT32_MAX : f->max));
}

static json_t *enum_schema(const struct gw_conf_field *f)
{
	json_t *values = json_array();

	for (size_t i = 0; f->values[i] != NULL; i++)
		json_array_append_new(values, json_string(f->values[i]));
	return json_pack("{s:o}", "enum", values);
}

static json_t *array_schema(const struct gw_conf_field *f)
{
	json_t *schema = json_pack("{s:s, s:o}", "type", "array", "items", value_schema(f->of));

	set_range(schema, f, "minItems", "maxItems");
	if (f->lone)
		return json_pack("{s:[o, o]}", "anyOf", value_schema(f->of), schema);
	return schema;
}

static json_t *map_schema(const struct gw_conf_field *f)
{
	json_t *schema = json_pack(
		"{s:s, s:o}", "type", "object", "additionalProperties", value_schema(f->of));

	if (patterns[f->keys] != NULL)
		json_object_set_new(
			schema, "propertyNames", json_pack("{s:s}", "pattern", patterns[f->keys]));
	set_range(schema, f, "minProperties", "maxProperties");
	return schema;
}

static json_t *value_schema(const struct gw_conf_field *f)
{
	json_t *schema;

	switch (f->type) {
	case GW_CONF_ANY:
		schema = f->values == NULL
			? json_object()
			: json_pack("{s:[o, o]}", "anyOf", u32_schema(f), enum_schema(f));
		break;
	case GW_CONF_BOOL:
		schema = of_type("boolean");
		break;
	case GW_CONF_U32:
		schema = u32_schema(f);
		break;
	case GW_CONF_STRING:
		schema = string_schema(f);
		break;
	case GW_CONF_ENUM:
		schema = enum_schema(f);
		break;
	case GW_CONF_OBJECT:
		schema = object_schema(f->fields);
		break;
	case GW_CONF_ARRAY:
		schema = array_schema(f);
		break;
	case GW_CONF_MAP:
		schema = map_schema(f);
		break;
	default:
		schema = json_pack("{s:s, s:s}", "type", "string", "pattern", patterns[f->type]);
		if (f->values != NULL)
			schema = json_pack("{s:[o, o]}", "anyOf", schema, enum_schema(f));
		break;
	}
	if (f->help != NULL)
		json_object_set_new(schema, "description", json_string(f->help));
	return schema;
}

json_t *gw_conf_schema(void)
{
	json_t *properties = json_object(), *required = json_array();

	for (const struct gw_conf_section *s = gw_conf_sections; s != NULL; s = s->next) {
		json_t *schema = value_schema(&s->value);

		if (s->reserved)
			json_object_set_new(schema, "type", json_pack("[ss]", "object", "array"));
		json_object_set_new(properties, s->value.key, schema);
		if (s->value.required)
			json_array_append_new(required, json_string(s->value.key));
	}
	return json_pack("{s:s, s:s, s:b, s:o, s:o}", "$schema",
		"https://json-schema.org/draft/2020-12/schema", "type", "object",
		"additionalProperties", 0, "properties", properties, "required", required);
}
