// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "config/conf.h"

#include <string.h>

void (*gw_conf_progress)(void);

const char *gw_conf_kind_name(enum gw_scan_kind kind)
{
	static const char *const names[] = {"nothing", "an object", "an array", "a string",
		"a number", "true", "false", "null"};

	return names[kind];
}

static bool kind_fits(const struct gw_conf_field *f, enum gw_scan_kind kind)
{
	switch (f->type) {
	case GW_CONF_ANY:
		return true;
	case GW_CONF_BOOL:
		return kind == GW_SCAN_TRUE || kind == GW_SCAN_FALSE;
	case GW_CONF_U32:
		return kind == GW_SCAN_NUMBER;
	case GW_CONF_OBJECT:
	case GW_CONF_MAP:
		return kind == GW_SCAN_OBJECT;
	case GW_CONF_ARRAY:
		return kind == GW_SCAN_ARRAY || (f->lone && kind_fits(f->of, kind));
	default:
		return kind == GW_SCAN_STRING;
	}
}

static int shown(size_t len)
{
	return len > 60 ? 60 : (int)len;
}

static bool take_bool(struct gw_conf_walk *w, enum gw_scan_kind kind, void *out)
{
	if (out != NULL)
		*(bool *)out = kind == GW_SCAN_TRUE;
	return gw_scan_word(&w->scan, kind);
}

static bool take_u32(struct gw_conf_walk *w, const struct gw_conf_field *f, void *out)
{
	uint32_t max = f->max == 0 ? UINT32_MAX : f->max;
	struct gw_scan_num num;

	if (!gw_scan_number(&w->scan, &num))
		return false;
	if (!num.integer)
		return gw_conf_complain(w, num.p, "%.*s is not an integer (%u..%u)", shown(num.len),
			num.p, f->min, max);
	if (num.large || num.magnitude > max || num.magnitude < f->min ||
		(num.negative && num.magnitude != 0))
		return gw_conf_complain(w, num.p, "%.*s is out of range (%u..%u)", shown(num.len),
			num.p, f->min, max);
	if (out != NULL)
		*(uint32_t *)out = (uint32_t)num.magnitude;
	return true;
}

static bool take_string(struct gw_conf_walk *w, const struct gw_conf_field *f, void *out)
{
	struct gw_scan_str str;
	char expects[200];
	size_t len;

	if (!gw_scan_string(&w->scan, &str))
		return false;
	if (f->type != GW_CONF_STRING) {
		if (gw_conf_scalar(f, f->type, &str, out))
			return true;
		return gw_conf_complain(w, str.p, "\"%.*s\" is not %s", shown(str.len), str.p,
			gw_conf_expects(f, expects, sizeof(expects)));
	}
	len = gw_scan_decode(&str, out == NULL ? NULL : w->strings);
	if (out != NULL) {
		*(const char **)out = w->strings;
		w->strings += len + 1;
	}
	if (len < f->min || (f->max != 0 && len > f->max))
		return gw_conf_complain(w, str.p, "the string has %zu octets, must have %s", len,
			gw_conf_bounds(f, expects, sizeof(expects)));
	return true;
}

static bool check_count(
	struct gw_conf_walk *w, const struct gw_conf_field *f, const char *at, size_t n)
{
	char bounds[40];

	if (n >= f->min && (f->max == 0 || n <= f->max))
		return true;
	return gw_conf_complain(w, at, "has %zu %s, must have %s", n,
		f->type == GW_CONF_MAP ? "keys" : "elements",
		gw_conf_bounds(f, bounds, sizeof(bounds)));
}

static bool take_array(struct gw_conf_walk *w, const struct gw_conf_field *f, void *out)
{
	const struct gw_conf_field *of = f->of;
	const char *at = w->scan.p;
	bool first = true;
	size_t n = 0;
	int rc;

	if (!gw_scan_enter(&w->scan))
		return false;
	while ((rc = gw_scan_element(&w->scan, &first)) == 1) {
		// Beyond f->max only where an error has been reported before anything has a row.
		void *place =
			out == NULL || n >= f->max ? NULL : (char *)out + of->at + n * of->room;
		const char *start = w->scan.p;

		w->path[w->depth++] = (struct gw_conf_step){.index = n};
		if (!gw_conf_value(w, of, place))
			return false;
		w->depth--;
		if (w->depth == 1 && (size_t)(w->scan.p - start) > w->longest)
			w->longest = (size_t)(w->scan.p - start);
		n++;
	}
	if (out != NULL)
		*(uint32_t *)out = (uint32_t)n;
	return rc == 0 && check_count(w, f, at, n);
}

static bool take_lone(struct gw_conf_walk *w, const struct gw_conf_field *f, void *out)
{
	if (out != NULL)
		*(uint32_t *)out = 1;
	return gw_conf_value(w, f->of, out == NULL ? NULL : (char *)out + f->of->at);
}

static bool take_map(struct gw_conf_walk *w, const struct gw_conf_field *f)
{
	struct gw_scan_str key, before;
	const char *at = w->scan.p;
	size_t base = w->scan.n_keys, n = 0;
	bool first = true;
	int rc;

	if (!gw_scan_enter(&w->scan))
		return false;
	while ((rc = gw_scan_member(&w->scan, &first, &key)) == 1) {
		if (!gw_scan_keys_add(&w->scan, &key))
			return false;
		w->path[w->depth++] = (struct gw_conf_step){.raw = key};
		if (f->keys != GW_CONF_STRING && !gw_conf_scalar(f, f->keys, &key, NULL) &&
			!gw_conf_complain(
				w, key.p, "the key is not %s", gw_conf_type_name(f->keys)))
			return false;
		if (!gw_conf_value(w, f->of, NULL))
			return false;
		w->depth--;
		n++;
	}
	if (rc < 0)
		return false;
	if (!gw_scan_keys_end(&w->scan, base, &key, &before) &&
		!gw_conf_complain(w, key.p, "key \"%.*s\" stands twice, first in line %u",
			shown(key.len), key.p, gw_scan_line(w->conf->text, before.p)))
		return false;
	return check_count(w, f, at, n);
}

static bool unknown_key(
	struct gw_conf_walk *w, const struct gw_conf_field *fields, const struct gw_scan_str *key)
{
	char hint[300];

	gw_conf_hint(fields, key, hint, sizeof(hint));
	return gw_conf_complain(
		       w, key->p, "unknown key \"%.*s\", %s", shown(key->len), key->p, hint) &&
		gw_scan_skip(&w->scan);
}

// Fields mostly stand in one order everywhere: try `guess` first.
static const struct gw_conf_field *field_of(const struct gw_conf_field *fields,
	const struct gw_conf_field *guess, const struct gw_scan_str *key)
{
	if (guess->key != NULL && gw_scan_equal(key, guess->key))
		return guess;
	for (const struct gw_conf_field *f = fields; f->key != NULL; f++) {
		if (gw_scan_equal(key, f->key))
			return f;
	}
	return NULL;
}

static bool missing_keys(
	struct gw_conf_walk *w, const struct gw_conf_field *fields, uint64_t seen, const char *at)
{
	for (const struct gw_conf_field *f = fields; f->key != NULL; f++, seen >>= 1) {
		if (f->required && (seen & 1) == 0 &&
			!gw_conf_complain(w, at, "\"%s\" is missing (%s)", f->key, f->help))
			return false;
	}
	return true;
}

static bool take_object(struct gw_conf_walk *w, const struct gw_conf_field *fields, void *out)
{
	const struct gw_conf_field *next = fields, *f;
	const char *at = w->scan.p, *places[64];
	struct gw_scan_str key;
	uint64_t seen = 0, bit;
	bool first = true;
	int rc;

	if (!gw_scan_enter(&w->scan))
		return false;
	while ((rc = gw_scan_member(&w->scan, &first, &key)) == 1) {
		f = field_of(fields, next, &key);
		if (f == NULL) {
			if (!unknown_key(w, fields, &key))
				return false;
			continue;
		}
		next = f + 1;
		bit = UINT64_C(1) << (f - fields);
		w->path[w->depth++] = (struct gw_conf_step){.key = f->key};
		if ((seen & bit) != 0 &&
			!gw_conf_complain(w, key.p, "stands twice, first in line %u",
				gw_scan_line(w->conf->text, places[f - fields])))
			return false;
		seen |= bit;
		places[f - fields] = key.p;
		if (!gw_conf_value(w, f, out == NULL || f->room == 0 ? NULL : (char *)out + f->at))
			return false;
		w->depth--;
	}
	return rc == 0 && missing_keys(w, fields, seen, at);
}

bool gw_conf_value(struct gw_conf_walk *w, const struct gw_conf_field *f, void *out)
{
	enum gw_scan_kind kind = gw_scan_peek(&w->scan);
	char expects[200];

	if (gw_conf_progress != NULL)
		gw_conf_progress();
	if (kind == GW_SCAN_NONE)
		return false;
	if (!kind_fits(f, kind))
		return gw_conf_complain(w, w->scan.p, "found %s, expected %s",
			       gw_conf_kind_name(kind),
			       gw_conf_expects(f, expects, sizeof(expects))) &&
			gw_scan_skip(&w->scan);
	switch (f->type) {
	case GW_CONF_ANY:
		return gw_scan_skip(&w->scan);
	case GW_CONF_BOOL:
		return take_bool(w, kind, out);
	case GW_CONF_U32:
		return take_u32(w, f, out);
	case GW_CONF_OBJECT:
		return take_object(w, f->fields, out);
	case GW_CONF_ARRAY:
		return kind == GW_SCAN_ARRAY ? take_array(w, f, out) : take_lone(w, f, out);
	case GW_CONF_MAP:
		return take_map(w, f);
	default:
		return take_string(w, f, out);
	}
}
