// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "cli/render.h"

#include <string.h>

static void put_text(struct gw_buf *out, const char *s, size_t len)
{
	for (size_t i = 0, from = 0; i <= len; i++) {
		unsigned char c = i < len ? (unsigned char)s[i] : 0;

		if (i < len && c >= ' ' && c != 0x7f)
			continue;
		gw_buf_put(out, s + from, i - from);
		if (i < len)
			gw_buf_str(out, "?");
		from = i + 1;
	}
}

static void put_list(struct gw_buf *out, const json_t *list)
{
	const json_t *element;
	size_t i;

	json_array_foreach (list, i, element) {
		if (i > 0)
			gw_buf_str(out, ",");
		if (json_is_string(element))
			put_text(out, json_string_value(element), json_string_length(element));
		else
			gw_buf_json(out, element, JSON_COMPACT);
	}
}

// A value within a line.
static void put_cell(struct gw_buf *out, const json_t *value)
{
	if (value == NULL || json_is_null(value))
		gw_buf_str(out, "-");
	else if (json_is_string(value) && json_string_length(value) > 0)
		put_text(out, json_string_value(value), json_string_length(value));
	else if (json_is_boolean(value))
		gw_buf_str(out, json_is_true(value) ? "yes" : "no");
	else if (json_is_real(value))
		gw_buf_printf(out, "%.6g", json_real_value(value));
	else if (json_is_array(value) && json_array_size(value) > 0)
		put_list(out, value);
	else if (json_is_integer(value) || json_object_size(value) > 0)
		gw_buf_json(out, value, JSON_COMPACT);
	else
		gw_buf_str(out, "-");
}

// Characters, not octets.
static unsigned text_width(const char *s, size_t len)
{
	unsigned n = 0;

	for (size_t i = 0; i < len; i++)
		n += ((unsigned char)s[i] & 0xc0) != 0x80;
	return n;
}

static void put_upper(struct gw_buf *out, const char *s)
{
	for (; *s != '\0'; s++) {
		char c = *s >= 'a' && *s <= 'z' ? (char)(*s - 'a' + 'A') : *s;

		put_text(out, &c, 1);
	}
}

static struct gw_table_column *column_get(struct gw_table *t, const char *key)
{
	struct gw_table_column *columns;
	unsigned n = t->n_columns;

	for (unsigned i = 0; i < n; i++) {
		if (strcmp(t->columns[i].key, key) == 0)
			return &t->columns[i];
	}
	columns = realloc(t->columns, (n + 1) * sizeof(*columns));
	if (columns == NULL)
		return NULL;
	t->columns = columns;
	columns[n] = (struct gw_table_column){
		.key = strdup(key), .width = text_width(key, strlen(key)), .numbers = true};
	if (columns[n].key == NULL)
		return NULL;
	t->n_columns++;
	return &columns[n];
}

static void columns_widen(struct gw_table *t, const json_t *row)
{
	const char *key;
	json_t *value;

	json_object_foreach ((json_t *)row, key, value) {
		struct gw_table_column *c = column_get(t, key);
		unsigned width;

		if (c == NULL)
			continue;
		t->cell.len = 0;
		put_cell(&t->cell, value);
		width = text_width(t->cell.data, t->cell.len);
		c->width = width > c->width ? width : c->width;
		if (!json_is_number(value) && !json_is_null(value))
			c->numbers = false;
	}
}

static void put_aligned(struct gw_table *t, struct gw_buf *out, unsigned i)
{
	const struct gw_table_column *c = &t->columns[i];
	unsigned width = text_width(t->cell.data, t->cell.len);
	unsigned pad = width < c->width ? c->width - width : 0;

	if (c->numbers)
		gw_buf_fill(out, ' ', pad);
	gw_buf_put(out, t->cell.data, t->cell.len);
	if (i + 1 < t->n_columns)
		gw_buf_fill(out, ' ', (c->numbers ? 0 : pad) + 2);
}

static void put_header(struct gw_table *t, struct gw_buf *out)
{
	if (t->n_columns == 0)
		return;
	gw_buf_fill(out, ' ', t->indent);
	for (unsigned i = 0; i < t->n_columns; i++) {
		t->cell.len = 0;
		put_upper(&t->cell, t->columns[i].key);
		put_aligned(t, out, i);
	}
	gw_buf_str(out, "\n");
}

static bool is_column(const struct gw_table *t, const char *key)
{
	for (unsigned i = 0; i < t->n_columns; i++) {
		if (strcmp(t->columns[i].key, key) == 0)
			return true;
	}
	return false;
}

static void put_row(struct gw_table *t, struct gw_buf *out, const json_t *row)
{
	size_t seen = 0;
	const char *key;
	json_t *value;

	gw_buf_fill(out, ' ', t->indent);
	if (!json_is_object(row)) {
		put_cell(out, row);
		gw_buf_str(out, "\n");
		return;
	}
	for (unsigned i = 0; i < t->n_columns; i++) {
		value = json_object_get(row, t->columns[i].key);
		seen += value != NULL;
		t->cell.len = 0;
		put_cell(&t->cell, value);
		put_aligned(t, out, i);
	}
	if (seen < json_object_size(row)) {
		json_object_foreach ((json_t *)row, key, value) {
			if (is_column(t, key))
				continue;
			gw_buf_str(out, "  ");
			put_text(out, key, strlen(key));
			gw_buf_str(out, "=");
			put_cell(out, value);
		}
	}
	gw_buf_str(out, "\n");
}

void gw_table_row(struct gw_table *t, struct gw_buf *out, json_t *row)
{
	if (t->begun) {
		put_row(t, out, row);
		json_decref(row);
		return;
	}
	t->batch[t->n_batch++] = row;
	if (t->n_batch == GW_TABLE_BATCH)
		gw_table_flush(t, out);
}

void gw_table_flush(struct gw_table *t, struct gw_buf *out)
{
	if (t->n_batch == 0)
		return;
	for (unsigned i = 0; i < t->n_batch; i++)
		columns_widen(t, t->batch[i]);
	put_header(t, out);
	t->begun = true;
	for (unsigned i = 0; i < t->n_batch; i++) {
		put_row(t, out, t->batch[i]);
		json_decref(t->batch[i]);
	}
	t->n_batch = 0;
}

void gw_table_free(struct gw_table *t)
{
	for (unsigned i = 0; i < t->n_batch; i++)
		json_decref(t->batch[i]);
	for (unsigned i = 0; i < t->n_columns; i++)
		free(t->columns[i].key);
	free(t->columns);
	gw_buf_free(&t->cell);
	*t = (struct gw_table){0};
}

static bool has_objects(const json_t *array)
{
	return json_is_array(array) && json_is_object(json_array_get(array, 0));
}

static void render_array(struct gw_buf *out, const json_t *array, unsigned indent)
{
	struct gw_table t = {.indent = indent, .begun = true};
	const json_t *row;
	size_t i;

	json_array_foreach (array, i, row)
		columns_widen(&t, row);
	put_header(&t, out);
	json_array_foreach (array, i, row)
		put_row(&t, out, row);
	gw_table_free(&t);
}

static void render_object(struct gw_buf *out, const json_t *object, unsigned indent)
{
	const char *key;
	json_t *value;

	json_object_foreach ((json_t *)object, key, value) {
		gw_buf_fill(out, ' ', indent);
		put_text(out, key, strlen(key));
		if (json_object_size(value) > 0 || has_objects(value)) {
			gw_buf_str(out, ":\n");
			gw_render(out, value, indent + 2);
		} else {
			gw_buf_str(out, ": ");
			put_cell(out, value);
			gw_buf_str(out, "\n");
		}
	}
}

void gw_render(struct gw_buf *out, const json_t *value, unsigned indent)
{
	if (json_is_array(value)) {
		render_array(out, value, indent);
	} else if (json_is_object(value)) {
		render_object(out, value, indent);
	} else {
		gw_buf_fill(out, ' ', indent);
		put_cell(out, value);
		gw_buf_str(out, "\n");
	}
}
