// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "cli/buf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define KEEP_CAP (256 * 1024)

bool gw_buf_room(struct gw_buf *b, size_t more)
{
	size_t cap = b->cap < 512 ? 512 : b->cap;
	char *data;

	if (b->failed)
		return false;
	if (b->cap - b->len >= more)
		return true;
	while (cap - b->len < more)
		cap *= 2;
	data = realloc(b->data, cap);
	if (data == NULL) {
		b->failed = true;
		return false;
	}
	b->data = data;
	b->cap = cap;
	return true;
}

void gw_buf_put(struct gw_buf *b, const char *data, size_t len)
{
	if (len == 0 || !gw_buf_room(b, len))
		return;
	memcpy(b->data + b->len, data, len);
	b->len += len;
}

void gw_buf_str(struct gw_buf *b, const char *s)
{
	gw_buf_put(b, s, strlen(s));
}

void gw_buf_fill(struct gw_buf *b, char c, size_t count)
{
	if (count == 0 || !gw_buf_room(b, count))
		return;
	memset(b->data + b->len, c, count);
	b->len += count;
}

void gw_buf_vprintf(struct gw_buf *b, const char *fmt, va_list ap)
{
	va_list again;
	int n;

	if (!gw_buf_room(b, 256))
		return;
	va_copy(again, ap);
	n = vsnprintf(b->data + b->len, b->cap - b->len, fmt, ap);
	// vsnprintf needs room for the final zero too.
	if (n > 0 && (size_t)n >= b->cap - b->len && gw_buf_room(b, (size_t)n + 1))
		n = vsnprintf(b->data + b->len, b->cap - b->len, fmt, again);
	va_end(again);
	if (n > 0 && !b->failed)
		b->len += (size_t)n;
}

void gw_buf_printf(struct gw_buf *b, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	gw_buf_vprintf(b, fmt, ap);
	va_end(ap);
}

static int json_out(const char *data, size_t len, void *arg)
{
	gw_buf_put(arg, data, len);
	return 0;
}

void gw_buf_json(struct gw_buf *b, const json_t *value, size_t flags)
{
	if (json_dump_callback(value, json_out, b, flags | JSON_ENCODE_ANY) != 0)
		b->failed = true;
}

void gw_buf_shift(struct gw_buf *b, size_t len)
{
	memmove(b->data, b->data + len, b->len - len);
	b->len -= len;
}

void gw_buf_reset(struct gw_buf *b)
{
	if (b->cap > KEEP_CAP)
		gw_buf_free(b);
	b->len = 0;
	b->failed = false;
}

void gw_buf_free(struct gw_buf *b)
{
	free(b->data);
	*b = (struct gw_buf){0};
}
