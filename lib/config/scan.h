// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// A scanner for JSON text (RFC 8259) that allocates nothing for what it passes and always knows
// where it is: jansson keeps no place of a value, and a tree of a million hosts is too large.
// Strict: UTF-8, no NUL, no two members of one name, depth limited. The text must be followed by
// a NUL octet. One thread per scanner.
//
// Functions leave `p` behind what they took; on a syntax error they fill `err_at`, `err_text` and
// fail, after which the scanner is of no use but for gw_scan_free.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define GW_SCAN_DEPTH 32

// Text of a string between its quotes, still with escapes.
struct gw_scan_str {
	const char *p;
	size_t len;
	bool escaped;
};

struct gw_scan_num {
	const char *p;
	size_t len;
	bool integer; // neither fraction nor exponent
	bool negative;
	bool large;	    // does not fit `magnitude`
	uint64_t magnitude; // of an integer
};

struct gw_scan_key {
	struct gw_scan_str name;
	uint64_t hash; // of the decoded name
};

struct gw_scan {
	const char *p, *end;
	unsigned depth;
	// Names in the open objects that have to be compared.
	struct gw_scan_key *keys;
	size_t n_keys, max_keys;
	const char *err_at; // NULL: none
	char err_text[160];
};

enum gw_scan_kind {
	GW_SCAN_NONE, // no value: err_text is set
	GW_SCAN_OBJECT,
	GW_SCAN_ARRAY,
	GW_SCAN_STRING,
	GW_SCAN_NUMBER,
	GW_SCAN_TRUE,
	GW_SCAN_FALSE,
	GW_SCAN_NULL,
};

void gw_scan_init(struct gw_scan *s, const char *text, size_t len);
void gw_scan_free(struct gw_scan *s);

// Kind of the value at hand, spaces before it skipped.
enum gw_scan_kind gw_scan_peek(struct gw_scan *s);
// Take a value of the kind that gw_scan_peek found.
bool gw_scan_string(struct gw_scan *s, struct gw_scan_str *str);
bool gw_scan_number(struct gw_scan *s, struct gw_scan_num *num);
bool gw_scan_word(struct gw_scan *s, enum gw_scan_kind kind);
bool gw_scan_skip(struct gw_scan *s);

// Take the opening bracket of an object or array, then its members one by one: 1 with the scanner
// before a value, 0 after the closing bracket, -1 on error. `first` is true before the first.
bool gw_scan_enter(struct gw_scan *s);
int gw_scan_member(struct gw_scan *s, bool *first, struct gw_scan_str *key);
int gw_scan_element(struct gw_scan *s, bool *first);
// That nothing but spaces follows.
bool gw_scan_end(struct gw_scan *s);

// Members with names that are not known beforehand: remember n_keys before the first, add each,
// then take them away again; false when two are equal (`twice` is the later) or memory is short.
bool gw_scan_keys_add(struct gw_scan *s, const struct gw_scan_str *key);
bool gw_scan_keys_end(
	struct gw_scan *s, size_t base, struct gw_scan_str *twice, struct gw_scan_str *before);

bool gw_scan_fail(struct gw_scan *s, const char *at, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

// Decode into `out` (room for str->len + 1 octets, NULL: only count); returns the length.
size_t gw_scan_decode(const struct gw_scan_str *str, char *out);
uint64_t gw_scan_hash(const struct gw_scan_str *str);
bool gw_scan_equal(const struct gw_scan_str *str, const char *s);
bool gw_scan_same(const struct gw_scan_str *a, const struct gw_scan_str *b);

// 1-based line, and column in characters.
unsigned gw_scan_line(const char *text, const char *at);
unsigned gw_scan_column(const char *text, const char *at);
