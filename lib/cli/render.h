// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// Internal to the command line: JSON values as text for people. Octets that could steer a
// terminal are shown as '?'.

#include "cli/buf.h"

#define GW_TABLE_BATCH 64

struct gw_table_column {
	char *key;
	unsigned width;
	bool numbers; // aligned to the right
};

// A table that is written while its rows arrive; all zeros is an empty one. Columns and widths
// come from the first rows, up to the first flush.
struct gw_table {
	struct gw_table_column *columns;
	unsigned n_columns;
	bool begun;
	unsigned indent;
	json_t *batch[GW_TABLE_BATCH];
	unsigned n_batch;
	struct gw_buf cell; // scratch
};

// Takes the reference. A row that is no object is a line of its own; a key that the first rows
// did not have stands behind the columns as KEY=VALUE.
void gw_table_row(struct gw_table *t, struct gw_buf *out, json_t *row);
void gw_table_flush(struct gw_table *t, struct gw_buf *out);
void gw_table_free(struct gw_table *t);

// A whole value: an array of objects as a table, other arrays line by line, an object as lines
// of "key: value", the rest as it is.
void gw_render(struct gw_buf *out, const json_t *value, unsigned indent);
