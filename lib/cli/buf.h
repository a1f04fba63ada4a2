// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// A growing run of octets. All zeros is an empty one. Lack of memory is remembered in `failed`
// and makes the buffer drop what follows, so that writers need not check every call.

#include <jansson.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

struct gw_buf {
	char *data;
	size_t len;
	size_t cap;
	bool failed;
};

// Makes room for `more` octets behind data + len; false: no memory.
bool gw_buf_room(struct gw_buf *b, size_t more);
void gw_buf_put(struct gw_buf *b, const char *data, size_t len);
void gw_buf_str(struct gw_buf *b, const char *s);
void gw_buf_fill(struct gw_buf *b, char c, size_t count);
void gw_buf_vprintf(struct gw_buf *b, const char *fmt, va_list ap);
void gw_buf_printf(struct gw_buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void gw_buf_json(struct gw_buf *b, const json_t *value, size_t flags);
// Drop the first `len` octets.
void gw_buf_shift(struct gw_buf *b, size_t len);
// Empty it; gives memory back when it had grown large.
void gw_buf_reset(struct gw_buf *b);
void gw_buf_free(struct gw_buf *b);
