// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// Inside of lib/config.

#include "config/config.h"
#include "config/scan.h"
#include "config/try.h"

#define GW_CONF_ERRORS 20

// Errors found in one text, sorted by their place.
struct gw_conf_report {
	size_t n;
	struct {
		const char *at;
		struct gw_err err;
	} errors[GW_CONF_ERRORS];
};

// A section in this text.
struct gw_conf_span {
	const struct gw_conf_section *section;
	const char *start, *end; // its value, NULL: absent
	size_t longest;		 // octets of the longest element, of one with rows
	json_t *json;		 // NULL: absent, streamed or reserved
};

struct gw_conf_scratch {
	char *key;
	void (*drop)(void *);
	struct gw_conf_scratch *next;
	max_align_t data[];
};

#define GW_CONF_TEXTS 8

struct gw_conf {
	char *name; // as messages say it
	bool trial; // of gw_conf_try(): nobody has seen the text, so that lines say nothing
	char *text; // with a NUL behind
	size_t len;
	struct gw_conf_span *spans; // ascending order
	size_t n_spans;
	struct gw_conf_scratch *scratch;
	// What the running hook was called with.
	const struct gw_conf_span *at;
	const char *element; // NULL: the whole value
	size_t index;
	char texts[GW_CONF_TEXTS][256]; // of gw_conf_path and gw_conf_place
	unsigned next_text;
};

// One pass over values: validates, or fills rows from what was validated before.
struct gw_conf_step {
	const char *key; // NULL: see raw
	struct gw_scan_str raw;
	size_t index; // when raw.p is NULL too
};

struct gw_conf_walk {
	struct gw_conf *conf;
	struct gw_scan scan;
	struct gw_conf_report *report; // NULL: nothing can be wrong any more
	char *strings;		       // where strings of the row go
	size_t longest;		       // octets of the longest element of the section
	unsigned depth;
	struct gw_conf_step path[GW_SCAN_DEPTH + 1];
};

// section.c: all sections, ascending.
extern struct gw_conf_section *gw_conf_sections;

// open.c: takes `text` (malloc, a NUL behind); NULL with errors in the report.
struct gw_conf *gw_conf_load(
	char *text, size_t len, const char *name, struct gw_conf_report *report);
struct gw_conf *gw_conf_load_file(const char *path, struct gw_conf_report *report);

// reserved.c: keep the sections of other versions, for gw_conf_write.
void gw_conf_reserved_keep(const struct gw_conf *conf);

// save.c: the sections of gw_conf_try().
int gw_conf_write_edited(FILE *out, gw_conf_edit_fn edit, void *arg, struct gw_err *err);

// file.c: a whole file, for gw_conf_load.
char *gw_conf_read(const char *path, size_t *len, struct gw_conf_report *report);

// value.c: take one value, which goes to `out` (NULL: only validate). False: give up, either a
// syntax error or too many others.
bool gw_conf_value(struct gw_conf_walk *w, const struct gw_conf_field *f, void *out);
const char *gw_conf_kind_name(enum gw_scan_kind kind);

// scalar.c: what a string stands for, of the types U32 (keys of maps) and NAME to ENUM. `out`
// (NULL: not wanted) has f->room octets.
bool gw_conf_scalar(const struct gw_conf_field *f, enum gw_conf_type type,
	const struct gw_scan_str *str, void *out);

// report.c
bool gw_conf_complain(struct gw_conf_walk *w, const char *at, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
void gw_conf_report_add(struct gw_conf_report *report, const char *at, int errnum, const char *fmt,
	...) __attribute__((format(printf, 4, 5)));

// describe.c
const char *gw_conf_type_name(enum gw_conf_type type);
// "an integer 68..9600"
const char *gw_conf_expects(const struct gw_conf_field *f, char *buf, size_t room);
// "1 to 4"
const char *gw_conf_bounds(const struct gw_conf_field *f, char *buf, size_t room);
// What might have been meant by a key that is none of `fields` (NULL: no section).
void gw_conf_hint(
	const struct gw_conf_field *fields, const struct gw_scan_str *key, char *buf, size_t room);

// find.c: place of the value at a path below the value at `base`; *near: the deepest value on the
// way that is there.
const char *gw_conf_find(
	struct gw_conf *conf, const char *base, const char *path, const char **near);
