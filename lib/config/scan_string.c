// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "config/scan.h"

#include <string.h>

// Octets of a string that need a look: end, escape, controls (the NUL behind the text too), not
// ASCII.
static inline bool is_plain(unsigned char c)
{
	return c >= 0x20 && c < 0x80 && c != '"' && c != '\\';
}

// Length of the UTF-8 character at `p` as RFC 3629, section 4 has it, 0: none. The NUL behind the
// text ends a truncated one.
static size_t utf8_len(const unsigned char *p)
{
	unsigned char lo = 0x80, hi = 0xbf;
	size_t len;

	if (p[0] >= 0xc2 && p[0] <= 0xdf)
		len = 2;
	else if (p[0] >= 0xe0 && p[0] <= 0xef)
		len = 3;
	else if (p[0] >= 0xf0 && p[0] <= 0xf4)
		len = 4;
	else
		return 0;
	if (p[0] == 0xe0)
		lo = 0xa0;
	if (p[0] == 0xed)
		hi = 0x9f;
	if (p[0] == 0xf0)
		lo = 0x90;
	if (p[0] == 0xf4)
		hi = 0x8f;
	if (p[1] < lo || p[1] > hi)
		return 0;
	for (size_t i = 2; i < len; i++) {
		if (p[i] < 0x80 || p[i] > 0xbf)
			return 0;
	}
	return len;
}

// Four hex digits, -1: none.
static int hex4(const char *p)
{
	int v = 0;

	for (int i = 0; i < 4; i++) {
		if (p[i] >= '0' && p[i] <= '9')
			v = v << 4 | (p[i] - '0');
		else if ((p[i] | 0x20) >= 'a' && (p[i] | 0x20) <= 'f')
			v = v << 4 | ((p[i] | 0x20) - 'a' + 10);
		else
			return -1;
	}
	return v;
}

// Code point of the \u escape (or the pair of them, RFC 8259, section 7) at `p`, its length in
// *len; -1: neither.
static int escape_point(const char *p, size_t *len)
{
	int hi = hex4(p + 2), lo;

	*len = 6;
	if (hi < 0xd800 || hi > 0xdfff)
		return hi;
	if (hi > 0xdbff || p[6] != '\\' || p[7] != 'u')
		return -1;
	lo = hex4(p + 8);
	if (lo < 0xdc00 || lo > 0xdfff)
		return -1;
	*len = 12;
	return 0x10000 + ((hi - 0xd800) << 10 | (lo - 0xdc00));
}

// Length of the escape at `p`, 0 with the error set.
static size_t escape_len(struct gw_scan *s, const char *p)
{
	size_t len;
	int point;

	switch (p[1]) {
	case '"':
	case '\\':
	case '/':
	case 'b':
	case 'f':
	case 'n':
	case 'r':
	case 't':
		return 2;
	case 'u':
		point = escape_point(p, &len);
		if (point > 0)
			return len;
		if (point == 0)
			gw_scan_fail(s, p, "\\u0000 is not allowed in a string");
		else
			gw_scan_fail(s, p, "\\u without a Unicode character in four hex digits");
		return 0;
	default:
		gw_scan_fail(s, p, "unknown escape after \\ (one of \" \\ / b f n r t u)");
		return 0;
	}
}

bool gw_scan_string(struct gw_scan *s, struct gw_scan_str *str)
{
	const char *start = s->p, *p = start + 1;
	size_t len;

	str->p = p;
	str->escaped = false;
	for (;;) {
		unsigned char c = (unsigned char)*p;

		if (is_plain(c)) {
			p++;
		} else if (c == '"') {
			break;
		} else if (c == '\\') {
			str->escaped = true;
			len = escape_len(s, p);
			if (len == 0)
				return false;
			p += len;
		} else if (p == s->end) {
			return gw_scan_fail(s, start, "a string starts here and never ends");
		} else if (c == '\n' || c == '\r') {
			return gw_scan_fail(
				s, start, "a string starts here and does not end in this line");
		} else if (c == '\0') {
			return gw_scan_fail(s, p, "NUL octet in a string");
		} else if (c < 0x20) {
			return gw_scan_fail(
				s, p, "control octet 0x%02x in a string, write \\u%04x", c, c);
		} else {
			len = utf8_len((const unsigned char *)p);
			if (len == 0)
				return gw_scan_fail(s, p, "octet 0x%02x is not UTF-8", c);
			p += len;
		}
	}
	str->len = (size_t)(p - str->p);
	s->p = p + 1;
	return true;
}

static size_t utf8_put(int c, char out[static 4])
{
	if (c < 0x80) {
		out[0] = (char)c;
		return 1;
	}
	if (c < 0x800) {
		out[0] = (char)(0xc0 | c >> 6);
		out[1] = (char)(0x80 | (c & 0x3f));
		return 2;
	}
	if (c < 0x10000) {
		out[0] = (char)(0xe0 | c >> 12);
		out[1] = (char)(0x80 | (c >> 6 & 0x3f));
		out[2] = (char)(0x80 | (c & 0x3f));
		return 3;
	}
	out[0] = (char)(0xf0 | c >> 18);
	out[1] = (char)(0x80 | (c >> 12 & 0x3f));
	out[2] = (char)(0x80 | (c >> 6 & 0x3f));
	out[3] = (char)(0x80 | (c & 0x3f));
	return 4;
}

static char unescape(char c)
{
	switch (c) {
	case 'b':
		return '\b';
	case 'f':
		return '\f';
	case 'n':
		return '\n';
	case 'r':
		return '\r';
	case 't':
		return '\t';
	default:
		return c;
	}
}

// Take one octet or one escape from *p; what it stands for goes to `piece`, its length is returned.
static size_t take_piece(const char **p, char piece[static 4])
{
	const char *at = *p;
	size_t len;
	int point;

	if (at[0] != '\\') {
		piece[0] = at[0];
		*p += 1;
		return 1;
	}
	if (at[1] != 'u') {
		piece[0] = unescape(at[1]);
		*p += 2;
		return 1;
	}
	point = escape_point(at, &len);
	*p += len;
	return utf8_put(point, piece);
}

size_t gw_scan_decode(const struct gw_scan_str *str, char *out)
{
	const char *p = str->p, *end = str->p + str->len;
	size_t n = 0, len;
	char piece[4];

	if (!str->escaped) {
		n = str->len;
		if (out != NULL)
			memcpy(out, str->p, n);
	} else {
		for (; p < end; n += len) {
			len = take_piece(&p, piece);
			if (out != NULL)
				memcpy(out + n, piece, len);
		}
	}
	if (out != NULL)
		out[n] = '\0';
	return n;
}

bool gw_scan_equal(const struct gw_scan_str *str, const char *s)
{
	const char *p = str->p, *end = str->p + str->len;
	char piece[4];
	size_t len;

	if (!str->escaped)
		return strncmp(str->p, s, str->len) == 0 && s[str->len] == '\0';
	for (; p < end; s += len) {
		len = take_piece(&p, piece);
		if (strncmp(s, piece, len) != 0)
			return false;
	}
	return *s == '\0';
}

// FNV-1a of the decoded text.
uint64_t gw_scan_hash(const struct gw_scan_str *str)
{
	const char *p = str->p, *end = str->p + str->len;
	uint64_t hash = 0xcbf29ce484222325;
	char piece[4];

	while (p < end) {
		size_t len = take_piece(&p, piece);

		for (size_t i = 0; i < len; i++)
			hash = (hash ^ (unsigned char)piece[i]) * 0x100000001b3;
	}
	return hash;
}

bool gw_scan_same(const struct gw_scan_str *a, const struct gw_scan_str *b)
{
	const char *p = a->p, *q = b->p;
	char piece_a[4], piece_b[4];
	size_t i = 0, j = 0, n = 0, m = 0;

	for (;;) {
		if (i == n) {
			n = p < a->p + a->len ? take_piece(&p, piece_a) : 0;
			i = 0;
		}
		if (j == m) {
			m = q < b->p + b->len ? take_piece(&q, piece_b) : 0;
			j = 0;
		}
		if (n == 0 || m == 0)
			return n == m;
		if (piece_a[i++] != piece_b[j++])
			return false;
	}
}
