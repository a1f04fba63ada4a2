// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "config/scan.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void gw_scan_init(struct gw_scan *s, const char *text, size_t len)
{
	memset(s, 0, sizeof(*s));
	s->p = text;
	s->end = text + len;
}

void gw_scan_free(struct gw_scan *s)
{
	free(s->keys);
	s->keys = NULL;
}

bool gw_scan_fail(struct gw_scan *s, const char *at, const char *fmt, ...)
{
	va_list ap;

	if (s->err_at != NULL)
		return false;
	s->err_at = at;
	va_start(ap, fmt);
	vsnprintf(s->err_text, sizeof(s->err_text), fmt, ap);
	va_end(ap);
	return false;
}

static bool is_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
		c == '_';
}

// Fail for what stands at `p` instead of what was expected.
static bool found(struct gw_scan *s, const char *expected)
{
	const char *p = s->p;
	unsigned char c = (unsigned char)*p;
	int n = 0;

	if (p == s->end)
		return gw_scan_fail(s, p, "the text ends where %s is expected", expected);
	if (c == '#' || (c == '/' && (p[1] == '/' || p[1] == '*')))
		return gw_scan_fail(
			s, p, "found '%.*s', but JSON has no comments", c == '#' ? 1 : 2, p);
	if (c == '\'')
		return gw_scan_fail(s, p, "found ''', but JSON strings stand in double quotes");
	if (c < 0x20 || c >= 0x7f)
		return gw_scan_fail(s, p, "found octet 0x%02x where %s is expected", c, expected);
	while (n < 20 && is_word(p[n]))
		n++;
	if (n == 0)
		n = 1;
	return gw_scan_fail(s, p, "found '%.*s' where %s is expected", n, p, expected);
}

static inline void skip_space(struct gw_scan *s)
{
	const char *p = s->p;

	while (*p == ' ' || *p == '\n' || *p == '\t' || *p == '\r')
		p++;
	s->p = p;
}

enum gw_scan_kind gw_scan_peek(struct gw_scan *s)
{
	skip_space(s);
	switch (*s->p) {
	case '{':
		return GW_SCAN_OBJECT;
	case '[':
		return GW_SCAN_ARRAY;
	case '"':
		return GW_SCAN_STRING;
	case '-':
	case '0' ... '9':
		return GW_SCAN_NUMBER;
	case 't':
		return GW_SCAN_TRUE;
	case 'f':
		return GW_SCAN_FALSE;
	case 'n':
		return GW_SCAN_NULL;
	default:
		found(s, "a value");
		return GW_SCAN_NONE;
	}
}

bool gw_scan_word(struct gw_scan *s, enum gw_scan_kind kind)
{
	const char *word = kind == GW_SCAN_TRUE ? "true" : kind == GW_SCAN_FALSE ? "false" : "null";
	size_t len = strlen(word);

	if (strncmp(s->p, word, len) != 0 || is_word(s->p[len]))
		return found(s, "a value (true, false, null)");
	s->p += len;
	return true;
}

static inline bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

bool gw_scan_number(struct gw_scan *s, struct gw_scan_num *num)
{
	const char *p = s->p;

	*num = (struct gw_scan_num){.p = p, .integer = true, .negative = *p == '-'};
	p += num->negative;
	if (p[0] == '0' && is_digit(p[1]))
		return gw_scan_fail(s, s->p, "a number starts with 0");
	for (s->p = p; is_digit(*p); p++) {
		if (__builtin_mul_overflow(num->magnitude, 10, &num->magnitude) ||
			__builtin_add_overflow(
				num->magnitude, (uint64_t)(*p - '0'), &num->magnitude))
			num->large = true;
	}
	if (p == s->p)
		return found(s, "a digit");
	if (*p == '.') {
		num->integer = false;
		for (s->p = ++p; is_digit(*p);)
			p++;
		if (p == s->p)
			return found(s, "a digit");
	}
	if (*p == 'e' || *p == 'E') {
		num->integer = false;
		p += p[1] == '+' || p[1] == '-' ? 2 : 1;
		for (s->p = p; is_digit(*p);)
			p++;
		if (p == s->p)
			return found(s, "a digit");
	}
	s->p = p;
	num->len = (size_t)(p - num->p);
	if (is_word(*p) || *p == '.')
		return found(s, "the end of a number");
	return true;
}

bool gw_scan_enter(struct gw_scan *s)
{
	if (s->depth == GW_SCAN_DEPTH)
		return gw_scan_fail(s, s->p, "nested deeper than %u levels", GW_SCAN_DEPTH);
	s->depth++;
	s->p++;
	return true;
}

// 1: at a member or element, 0: behind the closing bracket, -1: error.
static int next_item(struct gw_scan *s, bool *first, char close)
{
	const char *comma;

	skip_space(s);
	if (*s->p == close) {
		s->p++;
		s->depth--;
		return 0;
	}
	if (*first) {
		*first = false;
		return 1;
	}
	if (*s->p != ',') {
		found(s, close == '}' ? "',' or '}'" : "',' or ']'");
		return -1;
	}
	comma = s->p++;
	skip_space(s);
	if (*s->p == close) {
		gw_scan_fail(s, comma, "found ',' before '%c', but JSON has none there", close);
		return -1;
	}
	return 1;
}

int gw_scan_member(struct gw_scan *s, bool *first, struct gw_scan_str *key)
{
	int rc = next_item(s, first, '}');

	if (rc != 1)
		return rc;
	if (*s->p != '"') {
		found(s, "a key in double quotes");
		return -1;
	}
	if (!gw_scan_string(s, key))
		return -1;
	skip_space(s);
	if (*s->p != ':') {
		found(s, "':'");
		return -1;
	}
	s->p++;
	return 1;
}

int gw_scan_element(struct gw_scan *s, bool *first)
{
	return next_item(s, first, ']');
}

bool gw_scan_end(struct gw_scan *s)
{
	skip_space(s);
	return s->p == s->end ? true : found(s, "the end of the text");
}

static bool skip_object(struct gw_scan *s)
{
	struct gw_scan_str key, before;
	size_t base = s->n_keys;
	bool first = true;
	int rc;

	if (!gw_scan_enter(s))
		return false;
	while ((rc = gw_scan_member(s, &first, &key)) == 1) {
		if (!gw_scan_keys_add(s, &key) || !gw_scan_skip(s))
			return false;
	}
	if (rc < 0)
		return false;
	if (!gw_scan_keys_end(s, base, &key, &before))
		return gw_scan_fail(s, key.p - 1, "key \"%.*s\" stands twice in one object",
			key.len > 60 ? 60 : (int)key.len, key.p);
	return true;
}

static bool skip_array(struct gw_scan *s)
{
	bool first = true;
	int rc;

	if (!gw_scan_enter(s))
		return false;
	while ((rc = gw_scan_element(s, &first)) == 1) {
		if (!gw_scan_skip(s))
			return false;
	}
	return rc == 0;
}

bool gw_scan_skip(struct gw_scan *s)
{
	enum gw_scan_kind kind = gw_scan_peek(s);
	struct gw_scan_str str;
	struct gw_scan_num num;

	switch (kind) {
	case GW_SCAN_OBJECT:
		return skip_object(s);
	case GW_SCAN_ARRAY:
		return skip_array(s);
	case GW_SCAN_STRING:
		return gw_scan_string(s, &str);
	case GW_SCAN_NUMBER:
		return gw_scan_number(s, &num);
	case GW_SCAN_NONE:
		return false;
	default:
		return gw_scan_word(s, kind);
	}
}

unsigned gw_scan_line(const char *text, const char *at)
{
	unsigned line = 1;

	for (const char *p = text; (p = memchr(p, '\n', (size_t)(at - p))) != NULL; p++)
		line++;
	return line;
}

unsigned gw_scan_column(const char *text, const char *at)
{
	const char *start = memrchr(text, '\n', (size_t)(at - text));
	unsigned column = 1;

	for (const char *p = start == NULL ? text : start + 1; p < at; p++)
		column += (*p & 0xc0) != 0x80; // continuation octets of UTF-8
	return column;
}
