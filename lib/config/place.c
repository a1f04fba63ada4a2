// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "config/conf.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>

static char *next_text(struct gw_conf *conf)
{
	return conf->texts[conf->next_text++ % GW_CONF_TEXTS];
}

struct place {
	const char *at;	  // the value, NULL: absent
	const char *near; // what is there of the way to it
	char path[300];	  // from the top
};

static struct place locate(struct gw_conf *conf, const char *path)
{
	const struct gw_conf_span *span = path[0] == '/' ? NULL : conf->at;
	const char *base = conf->text;
	char prefix[100] = "";
	struct place place;

	if (span != NULL && conf->element != NULL) {
		snprintf(prefix, sizeof(prefix), "/%s/%zu", span->section->value.key, conf->index);
		base = conf->element;
	} else if (span != NULL) {
		snprintf(prefix, sizeof(prefix), "/%s", span->section->value.key);
		base = span->start;
	}
	snprintf(place.path, sizeof(place.path), "%s%s%.150s", prefix,
		path[0] == '\0' || path[0] == '/' ? "" : "/", path);
	place.at = gw_conf_find(
		conf, base == NULL ? conf->text : base, base == NULL ? "" : path, &place.near);
	if (base == NULL) // in begin or end of a section that is absent
		place.at = NULL;
	return place;
}

const char *gw_conf_path(struct gw_conf *conf, const char *fmt, ...)
{
	char *text = next_text(conf);
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(conf->texts[0]), fmt, ap);
	va_end(ap);
	return text;
}

unsigned gw_conf_line(struct gw_conf *conf, const char *path)
{
	struct place place = locate(conf, path);

	return place.at == NULL ? 0 : gw_scan_line(conf->text, place.at);
}

// " (to-b)": what the element of a section that the path leads into is called; "" when it is not.
static const char *label(struct gw_conf *conf, const char *path, char *buf, size_t room)
{
	static const char *const keys[] = {"name", "prefix", "source"};
	const char *section = strchr(path + 1, '/'), *end, *near;
	char key[300];

	buf[0] = '\0';
	if (section == NULL)
		return buf;
	end = strchrnul(section + 1, '/');
	for (unsigned i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		const char *at;

		snprintf(key, sizeof(key), "%.*s/%s", (int)(end - path), path, keys[i]);
		at = gw_conf_find(conf, conf->text, key, &near);
		if (at == NULL || *at != '"')
			continue;
		// Names and addresses: there is nothing to be decoded.
		snprintf(buf, room, " (%.*s)", (int)strcspn(at + 1, "\""), at + 1);
		break;
	}
	return buf;
}

const char *gw_conf_place(struct gw_conf *conf, const char *path)
{
	struct place place = locate(conf, path);
	char *text = next_text(conf);
	char called[60];

	if (conf->trial) {
		snprintf(text, sizeof(conf->texts[0]), "%.150s%s", place.path,
			label(conf, place.path, called, sizeof(called)));
		return text;
	}
	snprintf(text, sizeof(conf->texts[0]), "%.200s (line %u)", place.path,
		gw_scan_line(conf->text, place.near));
	return text;
}

int gw_conf_fail(struct gw_conf *conf, struct gw_err *err, int errnum, const char *path,
	const char *fmt, ...)
{
	struct place place = locate(conf, path);
	char text[400], called[60];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (conf->trial)
		return gw_err_set(err, errnum, "%s: %.150s%s: %s", conf->name, place.path,
			label(conf, place.path, called, sizeof(called)), text);
	return gw_err_set(err, errnum, "%s:%u: %s: %s", conf->name,
		gw_scan_line(conf->text, place.near), place.path, text);
}
