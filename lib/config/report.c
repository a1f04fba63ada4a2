// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "config/conf.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>

static void add(struct gw_conf_report *report, const char *at, const struct gw_err *err)
{
	size_t i = report->n;

	if (i == GW_CONF_ERRORS)
		return;
	for (; i > 0 && report->errors[i - 1].at > at; i--)
		report->errors[i] = report->errors[i - 1];
	report->errors[i].at = at;
	report->errors[i].err = *err;
	report->n++;
}

void gw_conf_report_add(
	struct gw_conf_report *report, const char *at, int errnum, const char *fmt, ...)
{
	struct gw_err err = {.code = errnum};
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(err.text, sizeof(err.text), fmt, ap);
	va_end(ap);
	add(report, at, &err);
}

// The walk's path as a JSON pointer (RFC 6901); a key that stands with escapes is shown with them.
static void path_str(const struct gw_conf_walk *w, char *buf, size_t room)
{
	size_t n = 0;

	buf[0] = '\0';
	for (unsigned i = 0; i < w->depth; i++) {
		const struct gw_conf_step *step = &w->path[i];
		const char *key = step->raw.p;
		size_t len = step->raw.len;

		if (step->key != NULL) {
			key = step->key;
			len = strlen(key);
		}
		if (key == NULL) {
			n += (size_t)snprintf(buf + n, room - n, "/%zu", step->index);
			if (n + 24 > room)
				return;
			continue;
		}
		buf[n++] = '/';
		for (size_t j = 0; j < len; j++) {
			if (n + 24 > room) { // a number still fits behind a key cut off here
				memcpy(buf + n, "...", 4);
				return;
			}
			if (key[j] == '~' || key[j] == '/') {
				buf[n++] = '~';
				buf[n++] = key[j] == '~' ? '0' : '1';
			} else {
				buf[n++] = key[j];
			}
		}
		buf[n] = '\0';
	}
}

bool gw_conf_complain(struct gw_conf_walk *w, const char *at, const char *fmt, ...)
{
	struct gw_err err = {.code = EINVAL};
	char path[200];
	va_list ap;
	int n;

	if (w->report == NULL)
		return true;
	path_str(w, path, sizeof(path));
	n = snprintf(err.text, sizeof(err.text), "%s:%u: %s%s", w->conf->name,
		gw_scan_line(w->conf->text, at), path, w->depth == 0 ? "" : ": ");
	va_start(ap, fmt);
	vsnprintf(err.text + n, sizeof(err.text) - (size_t)n, fmt, ap);
	va_end(ap);
	add(w->report, at, &err);
	return w->report->n < GW_CONF_ERRORS;
}
