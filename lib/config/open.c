// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "config/conf.h"

#include "base/log.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

GW_LOG_MODULE("config");

static struct gw_conf *conf_new(char *text, size_t len, const char *name)
{
	struct gw_conf *conf = calloc(1, sizeof(*conf));
	const struct gw_conf_section *s;
	size_t n = 0;

	if (conf == NULL) {
		free(text);
		return NULL;
	}
	conf->text = text;
	conf->len = len;
	// Of a name that would fill the message, the end.
	n = strlen(name);
	conf->name = strdup(n > 150 ? name + n - 150 : name);
	for (n = 0, s = gw_conf_sections; s != NULL; s = s->next)
		n++;
	conf->spans = calloc(n + 1, sizeof(*conf->spans));
	if (conf->name == NULL || conf->spans == NULL) {
		gw_conf_close(conf);
		return NULL;
	}
	for (s = gw_conf_sections; s != NULL; s = s->next)
		conf->spans[conf->n_spans++].section = s;
	return conf;
}

void gw_conf_close(struct gw_conf *conf)
{
	struct gw_conf_scratch *s;

	if (conf == NULL)
		return;
	while ((s = conf->scratch) != NULL) {
		conf->scratch = s->next;
		if (s->drop != NULL)
			s->drop(s->data);
		free(s->key);
		free(s);
	}
	for (size_t i = 0; i < conf->n_spans; i++)
		json_decref(conf->spans[i].json);
	free(conf->spans);
	free(conf->name);
	free(conf->text);
	free(conf);
}

static struct gw_conf_span *span_of(struct gw_conf *conf, const struct gw_scan_str *key)
{
	for (size_t i = 0; i < conf->n_spans; i++) {
		if (gw_scan_equal(key, conf->spans[i].section->value.key))
			return &conf->spans[i];
	}
	return NULL;
}

static bool take_unknown(struct gw_conf_walk *w, const struct gw_scan_str *key)
{
	char hint[300];

	gw_conf_hint(NULL, key, hint, sizeof(hint));
	return gw_conf_complain(w, key->p, "unknown section \"%.*s\", %s",
		       key->len > 60 ? 60 : (int)key->len, key->p, hint) &&
		gw_scan_skip(&w->scan);
}

static bool take_reserved(struct gw_conf_walk *w, const char *at)
{
	enum gw_scan_kind kind = gw_scan_peek(&w->scan);

	if (kind == GW_SCAN_NONE)
		return false;
	if (kind != GW_SCAN_OBJECT && kind != GW_SCAN_ARRAY &&
		!gw_conf_complain(w, w->scan.p, "found %s, expected an object or an array",
			gw_conf_kind_name(kind)))
		return false;
	LOG(WARNING, "%s:%u: /%s: section is not used by this version", w->conf->name,
		gw_scan_line(w->conf->text, at), w->path[0].key);
	return gw_scan_skip(&w->scan);
}

static bool take_section(struct gw_conf_walk *w, const struct gw_scan_str *key)
{
	struct gw_conf_span *span = span_of(w->conf, key);

	if (span == NULL)
		return take_unknown(w, key);
	w->path[w->depth++] = (struct gw_conf_step){.key = span->section->value.key};
	if (span->start != NULL &&
		!gw_conf_complain(w, key->p, "stands twice, first in line %u",
			gw_scan_line(w->conf->text, span->start)))
		return false;
	if (gw_scan_peek(&w->scan) == GW_SCAN_NONE)
		return false;
	w->longest = 0;
	span->start = w->scan.p;
	if (span->section->reserved ? !take_reserved(w, key->p)
				    : !gw_conf_value(w, &span->section->value, NULL))
		return false;
	span->end = w->scan.p;
	span->longest = w->longest;
	w->depth--;
	return true;
}

static bool take_text(struct gw_conf_walk *w)
{
	enum gw_scan_kind kind;
	struct gw_scan_str key;
	bool first = true;
	const char *start;
	int rc;

	if (strncmp(w->scan.p, "\xef\xbb\xbf", 3) == 0)
		return gw_scan_fail(
			&w->scan, w->scan.p, "a byte order mark, but JSON starts without one");
	kind = gw_scan_peek(&w->scan);
	start = w->scan.p;
	if (start == w->scan.end)
		return gw_conf_complain(w, start, "empty, expected an object {...}") && false;
	if (kind == GW_SCAN_NONE)
		return false;
	if (kind != GW_SCAN_OBJECT)
		return gw_conf_complain(w, start, "found %s, expected an object {...}",
			       gw_conf_kind_name(kind)) &&
			gw_scan_skip(&w->scan) && gw_scan_end(&w->scan);
	gw_scan_enter(&w->scan);
	while ((rc = gw_scan_member(&w->scan, &first, &key)) == 1) {
		if (!take_section(w, &key))
			return false;
	}
	if (rc < 0 || !gw_scan_end(&w->scan))
		return false;
	for (size_t i = 0; i < w->conf->n_spans; i++) {
		const struct gw_conf_section *s = w->conf->spans[i].section;

		if (s->value.required && w->conf->spans[i].start == NULL)
			gw_conf_complain(
				w, start, "\"%s\" is missing (%s)", s->value.key, s->value.help);
	}
	return true;
}

// What is small enough, and needed by others than the section itself, as a tree.
static void parse_trees(struct gw_conf *conf, struct gw_conf_report *report)
{
	json_error_t error;

	for (size_t i = 0; i < conf->n_spans; i++) {
		struct gw_conf_span *span = &conf->spans[i];

		if (span->start == NULL || span->section->streamed || span->section->reserved)
			continue;
		span->json = json_loadb(span->start, (size_t)(span->end - span->start),
			JSON_DECODE_ANY | JSON_REJECT_DUPLICATES, &error);
		// Left to it: numbers of any value that no C type holds.
		if (span->json == NULL)
			gw_conf_report_add(report, span->start, EINVAL, "%s:%u: /%s: %s",
				conf->name,
				gw_scan_line(conf->text, span->start) + (unsigned)error.line - 1,
				span->section->value.key, error.text);
	}
}

struct gw_conf *gw_conf_load(
	char *text, size_t len, const char *name, struct gw_conf_report *report)
{
	struct gw_conf *conf = conf_new(text, len, name);
	struct gw_conf_walk w = {.conf = conf, .report = report};

	if (conf == NULL) {
		gw_conf_report_add(report, NULL, ENOMEM, "%s: no memory", name);
		return NULL;
	}
	gw_scan_init(&w.scan, text, len);
	take_text(&w);
	if (w.scan.err_at != NULL)
		gw_conf_report_add(report, w.scan.err_at, EINVAL, "%s:%u:%u: %s", conf->name,
			gw_scan_line(text, w.scan.err_at), gw_scan_column(text, w.scan.err_at),
			w.scan.err_text);
	gw_scan_free(&w.scan);
	if (report->n == 0)
		parse_trees(conf, report);
	if (report->n == 0)
		return conf;
	gw_conf_close(conf);
	return NULL;
}

struct gw_conf *gw_conf_load_file(const char *path, struct gw_conf_report *report)
{
	size_t len;
	char *text = gw_conf_read(path, &len, report);

	return text == NULL ? NULL : gw_conf_load(text, len, path, report);
}

static int opened(struct gw_conf *conf, struct gw_conf **out, const struct gw_conf_report *report,
	struct gw_err *err)
{
	*out = conf;
	return conf != NULL
		? 0
		: gw_err_set(err, report->errors[0].err.code, "%s", report->errors[0].err.text);
}

int gw_conf_open(const char *path, struct gw_conf **conf, struct gw_err *err)
{
	struct gw_conf_report report = {0};

	return opened(gw_conf_load_file(path, &report), conf, &report, err);
}

int gw_conf_open_mem(
	const char *text, size_t len, const char *name, struct gw_conf **conf, struct gw_err *err)
{
	struct gw_conf_report report = {0};
	char *copy = malloc(len + 1);

	*conf = NULL;
	if (copy == NULL)
		return gw_err_set(err, ENOMEM, "%s: no memory", name);
	memcpy(copy, text, len);
	copy[len] = '\0';
	return opened(gw_conf_load(copy, len, name, &report), conf, &report, err);
}
