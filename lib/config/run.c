// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "config/conf.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

typedef int (*json_hook)(struct gw_conf *, json_t *, size_t, struct gw_err *);
typedef int (*row_hook)(struct gw_conf *, const void *, size_t, struct gw_err *);

// A hook that failed without a word still names its section.
static int result(struct gw_conf *conf, int rc, struct gw_err *err)
{
	if (rc < 0)
		gw_conf_fail(conf, err, -rc, "", "%s", strerror(-rc));
	return rc;
}

static int each_json(struct gw_conf *conf, struct gw_scan *s, json_hook hook, struct gw_err *err)
{
	bool first = true;
	json_error_t error;
	int rc = 0;

	gw_scan_enter(s);
	for (conf->index = 0; rc == 0 && gw_scan_element(s, &first) == 1; conf->index++) {
		json_t *value;

		gw_scan_peek(s);
		conf->element = s->p;
		gw_scan_skip(s);
		value = json_loadb(conf->element, (size_t)(s->p - conf->element),
			JSON_DECODE_ANY | JSON_REJECT_DUPLICATES, &error);
		if (value == NULL)
			return gw_conf_fail(conf, err, EINVAL, "", "%s", error.text);
		rc = result(conf, hook(conf, value, conf->index, err), err);
		json_decref(value);
	}
	return rc;
}

static int each_row(struct gw_conf *conf, struct gw_scan *s, row_hook hook, struct gw_err *err)
{
	const struct gw_conf_section *section = conf->at->section;
	struct gw_conf_walk w = {.conf = conf, .scan = *s};
	char *row = malloc(section->row_size), *strings = malloc(conf->at->longest + 1);
	bool first = true;
	int rc = 0;

	if (row == NULL || strings == NULL)
		rc = gw_err_set(err, ENOMEM, "%s: no memory", conf->name);
	gw_scan_enter(&w.scan);
	for (conf->index = 0; rc == 0 && gw_scan_element(&w.scan, &first) == 1; conf->index++) {
		if (section->row_default != NULL)
			memcpy(row, section->row_default, section->row_size);
		else
			memset(row, 0, section->row_size);
		conf->element = w.scan.p;
		w.strings =
			strings; // as long as the text of any element: quotes leave room for NULs
		gw_conf_value(&w, section->value.of, row);
		rc = result(conf, hook(conf, row, conf->index, err), err);
	}
	*s = w.scan;
	free(row);
	free(strings);
	return rc;
}

// Call what there is of the hooks for each element or the whole value.
static int run(struct gw_conf *conf, struct gw_conf_span *span, json_hook hook, row_hook row,
	struct gw_err *err)
{
	struct gw_scan s;
	int rc = 0;

	if (span->start == NULL || (hook == NULL && row == NULL))
		return 0;
	gw_scan_init(&s, span->start, (size_t)(conf->text + conf->len - span->start));
	conf->at = span;
	if (row != NULL)
		rc = each_row(conf, &s, row, err);
	else if (span->section->streamed)
		rc = each_json(conf, &s, hook, err);
	else
		rc = result(conf, hook(conf, span->json, 0, err), err);
	conf->at = NULL;
	conf->element = NULL;
	gw_scan_free(&s);
	return rc;
}

// begin or end.
static int frame(struct gw_conf *conf, struct gw_conf_span *span,
	int (*hook)(struct gw_conf *, struct gw_err *), struct gw_err *err)
{
	int rc;

	if (hook == NULL)
		return 0;
	conf->at = span;
	rc = result(conf, hook(conf, err), err);
	conf->at = NULL;
	return rc;
}

int gw_conf_check(struct gw_conf *conf, struct gw_err *err)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < conf->n_spans; i++) {
		const struct gw_conf_section *s = conf->spans[i].section;

		rc = run(conf, &conf->spans[i], s->check, s->check_row, err);
	}
	return rc;
}

int gw_conf_apply(struct gw_conf *conf, struct gw_err *err)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < conf->n_spans; i++) {
		const struct gw_conf_section *s = conf->spans[i].section;

		rc = frame(conf, &conf->spans[i], s->begin, err);
		if (rc == 0)
			rc = run(conf, &conf->spans[i], s->apply, s->apply_row, err);
	}
	for (size_t i = conf->n_spans; rc == 0 && i-- > 0;)
		rc = frame(conf, &conf->spans[i], conf->spans[i].section->end, err);
	if (rc == 0)
		gw_conf_reserved_keep(conf);
	return rc;
}

json_t *gw_conf_get(struct gw_conf *conf, const char *key)
{
	for (size_t i = 0; i < conf->n_spans; i++) {
		if (strcmp(conf->spans[i].section->value.key, key) == 0)
			return conf->spans[i].json;
	}
	return NULL;
}

void *gw_conf_scratch(struct gw_conf *conf, const char *key, size_t size, void (*drop)(void *))
{
	struct gw_conf_scratch *s;

	for (s = conf->scratch; s != NULL; s = s->next) {
		if (strcmp(s->key, key) == 0)
			return s->data;
	}
	s = calloc(1, sizeof(*s) + size);
	if (s == NULL)
		return NULL;
	s->key = strdup(key);
	if (s->key == NULL) {
		free(s);
		return NULL;
	}
	s->drop = drop;
	s->next = conf->scratch;
	conf->scratch = s;
	return s->data;
}
