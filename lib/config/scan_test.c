// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "config/scan.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

struct bad {
	const char *text;
	unsigned line, column;
	const char *what;
};

#define D8 "[[[[[[[["

static const struct bad bad[] = {
	{"", 1, 1, "the text ends where a value is expected"},
	{" \n\t", 2, 2, "the text ends where a value is expected"},
	{"{", 1, 2, "the text ends where a key in double quotes is expected"},
	{"{\"a\"", 1, 5, "the text ends where ':' is expected"},
	{"{\"a\" 1}", 1, 6, "found '1' where ':' is expected"},
	{"{\"a\":}", 1, 6, "found '}' where a value is expected"},
	{"{\"a\":1", 1, 7, "the text ends where ',' or '}' is expected"},
	{"{\"a\":1 \"b\":2}", 1, 8, "found '\"' where ',' or '}' is expected"},
	{"{\"a\":1,}", 1, 7, "found ',' before '}', but JSON has none there"},
	{"[1,\n2,\n]", 2, 2, "found ',' before ']', but JSON has none there"},
	{"[,1]", 1, 2, "found ',' where a value is expected"},
	{"[1,,2]", 1, 4, "found ',' where a value is expected"},
	{"[1 2]", 1, 4, "found '2' where ',' or ']' is expected"},
	{"[1}", 1, 3, "found '}' where ',' or ']' is expected"},
	{"{a:1}", 1, 2, "found 'a' where a key in double quotes is expected"},
	{"{'a':1}", 1, 2, "found ''', but JSON strings stand in double quotes"},
	{"{1:1}", 1, 2, "found '1' where a key in double quotes is expected"},
	{"[1]\n# x", 2, 1, "found '#', but JSON has no comments"},
	{"[\n  // x\n1]", 2, 3, "found '//', but JSON has no comments"},
	{"[1, /* x */ 2]", 1, 5, "found '/*', but JSON has no comments"},
	{"[1] 2", 1, 5, "found '2' where the end of the text is expected"},
	{"True", 1, 1, "found 'True' where a value is expected"},
	{"[truely]", 1, 2, "found 'truely' where a value (true, false, null) is expected"},
	{"nul", 1, 1, "found 'nul' where a value (true, false, null) is expected"},
	{"NaN", 1, 1, "found 'NaN' where a value is expected"},
	{"+1", 1, 1, "found '+' where a value is expected"},
	{".5", 1, 1, "found '.' where a value is expected"},
	{"-", 1, 2, "the text ends where a digit is expected"},
	{"-x", 1, 2, "found 'x' where a digit is expected"},
	{"012", 1, 1, "a number starts with 0"},
	{"-012", 1, 1, "a number starts with 0"},
	{"1.", 1, 3, "the text ends where a digit is expected"},
	{"1.e5", 1, 3, "found 'e5' where a digit is expected"},
	{"1e+", 1, 4, "the text ends where a digit is expected"},
	{"0x10", 1, 2, "found 'x10' where the end of a number is expected"},
	{"1.2.3.4", 1, 4, "found '.' where the end of a number is expected"},
	{"[\"abc", 1, 2, "a string starts here and never ends"},
	{"[\n\"abc\n\"]", 2, 1, "a string starts here and does not end in this line"},
	{"[\"a\tb\"]", 1, 4, "control octet 0x09 in a string, write \\u0009"},
	{"\"\\x\"", 1, 2, "unknown escape after \\ (one of \" \\ / b f n r t u)"},
	{"\"\\", 1, 2, "unknown escape after \\ (one of \" \\ / b f n r t u)"},
	{"\"\\u12g4\"", 1, 2, "\\u without a Unicode character in four hex digits"},
	{"\"\\u12", 1, 2, "\\u without a Unicode character in four hex digits"},
	{"\"\\ud800\"", 1, 2, "\\u without a Unicode character in four hex digits"},
	{"\"\\udc00\"", 1, 2, "\\u without a Unicode character in four hex digits"},
	{"\"\\ud800\\u0041\"", 1, 2, "\\u without a Unicode character in four hex digits"},
	{"\"\\ud800\\", 1, 2, "\\u without a Unicode character in four hex digits"},
	{"\"\\u0000\"", 1, 2, "\\u0000 is not allowed in a string"},
	{"\"\xc3\xa4\xff\"", 1, 3, "octet 0xff is not UTF-8"},
	{"\"\xc0\x80\"", 1, 2, "octet 0xc0 is not UTF-8"},	   // overlong
	{"\"\xe0\x9f\xbf\"", 1, 2, "octet 0xe0 is not UTF-8"},	   // overlong
	{"\"\xed\xa0\x80\"", 1, 2, "octet 0xed is not UTF-8"},	   // surrogate
	{"\"\xf0\x8f\xbf\xbf\"", 1, 2, "octet 0xf0 is not UTF-8"}, // overlong
	{"\"\xf4\x90\x80\x80\"", 1, 2, "octet 0xf4 is not UTF-8"}, // above U+10FFFF
	{"\"\xe2\x82", 1, 2, "octet 0xe2 is not UTF-8"},	   // cut off
	{"\xff", 1, 1, "octet 0xff where a value is expected"},
	{D8 D8 D8 D8 "[", 1, 33, "nested deeper than 32 levels"},
	{"{\"a\":1,\n\"b\":2,\n\"\\u0061\":3}", 3, 1, "key \"\\u0061\" stands twice in one object"},
	{"[{\"a\":{\"x\":1},\"b\":{\"x\":1,\"x\":2}}]", 1, 26,
		"key \"x\" stands twice in one object"},
};

// Whether the text is one JSON value by this scanner.
static bool scan(struct gw_scan *s, const char *text, size_t len)
{
	bool good;

	gw_scan_init(s, text, len);
	good = gw_scan_skip(s) && gw_scan_end(s);
	gw_scan_free(s);
	return good;
}

static bool jansson_takes(const char *text, size_t len)
{
	json_t *value = json_loadb(text, len, JSON_DECODE_ANY | JSON_REJECT_DUPLICATES, NULL);

	json_decref(value);
	return value != NULL;
}

static void refuses_and_points_at_the_place(void **state)
{
	struct gw_scan s;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		const struct bad *b = &bad[i];

		if (scan(&s, b->text, strlen(b->text)))
			fail_msg("taken: %s", b->text);
		if (strstr(s.err_text, b->what) == NULL ||
			gw_scan_line(b->text, s.err_at) != b->line ||
			gw_scan_column(b->text, s.err_at) != b->column)
			fail_msg("%s: %u:%u: %s", b->text, gw_scan_line(b->text, s.err_at),
				gw_scan_column(b->text, s.err_at), s.err_text);
		if (strstr(b->what, "deeper") == NULL)
			assert_false(jansson_takes(b->text, strlen(b->text)));
	}
}

static void takes_what_json_is(void **state)
{
	static const char *const good[] = {"0", "-0", "1.5e+10", "-1E-2", "\"\"", "[]", "{}",
		" [ ] ", "[[],{}]", "null", "true", "false", "\r\n\t 1 \n", "{\"\":0}",
		"[\"\\u00e4\\ud83d\\ude00\\\"\\/\"]", "\"\xf0\x9f\x98\x80\x7f\"",
		"{\"a\":{\"a\":1},\"b\":[{\"a\":1},{\"a\":1}]}", "{\"a\":1,\"A\":2,\"aa\":3}"};
	struct gw_scan s;

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		if (!scan(&s, good[i], strlen(good[i])))
			fail_msg("%s: %s", good[i], s.err_text);
		assert_true(jansson_takes(good[i], strlen(good[i])));
	}
}

static void refuses_a_nul_everywhere(void **state)
{
	static const char text[] = "{\"a\": [1, -2.5e3, \"x\\u00e4\", true]}";
	char with[sizeof(text) + 1];
	struct gw_scan s;

	for (size_t i = 0; i < sizeof(text); i++) {
		memcpy(with, text, i);
		with[i] = '\0';
		memcpy(with + i + 1, text + i, sizeof(text) - i);
		assert_false(scan(&s, with, sizeof(text)));
		assert_true(s.err_at <= with + i && strlen(s.err_text) > 0);
	}
}

static void refuses_every_truncation(void **state)
{
	static const char text[] = "{\"k\": [1, \"x\\ud83d\\ude00\xe2\x82\xac\", {\"z\": false}]}";
	char cut[sizeof(text)];
	struct gw_scan s;

	for (size_t len = 0; len < sizeof(text) - 1; len++) {
		memcpy(cut, text, len);
		cut[len] = '\0';
		assert_false(scan(&s, cut, len));
		assert_true(s.err_at >= cut && s.err_at <= cut + len);
	}
}

static void decodes_strings_as_jansson_does(void **state)
{
	static const char text[] =
		"\"\\\"\\\\\\/\\b\\f\\n\\r\\t \\u0041\\u00e4\\u20AC\\ud83d\\uDE00 \xc3\xa4\"";
	json_t *value = json_loads(text, JSON_DECODE_ANY, NULL);
	struct gw_scan_str str, plain = {.p = "ab", .len = 2};
	struct gw_scan s;
	char out[100];

	gw_scan_init(&s, text, strlen(text));
	assert_true(gw_scan_string(&s, &str));
	assert_int_equal(gw_scan_decode(&str, out), json_string_length(value));
	assert_string_equal(out, json_string_value(value));
	assert_int_equal(gw_scan_decode(&str, NULL), strlen(out));
	assert_true(gw_scan_equal(&str, out));
	out[strlen(out) - 1] = '\0';
	assert_false(gw_scan_equal(&str, out));
	assert_true(gw_scan_equal(&plain, "ab"));
	assert_false(gw_scan_equal(&plain, "a"));
	assert_false(gw_scan_equal(&plain, "abc"));
	json_decref(value);
}

static void takes_numbers_by_kind(void **state)
{
	struct gw_scan_num num;
	struct gw_scan s;

	gw_scan_init(&s, "18446744073709551615", 20);
	assert_true(gw_scan_number(&s, &num));
	assert_true(num.integer && !num.large && num.magnitude == UINT64_MAX);
	gw_scan_init(&s, "18446744073709551616", 20);
	assert_true(gw_scan_number(&s, &num));
	assert_true(num.integer && num.large);
	gw_scan_init(&s, "-7", 2);
	assert_true(gw_scan_number(&s, &num));
	assert_true(num.integer && num.negative && num.magnitude == 7);
	gw_scan_init(&s, "7.0", 3);
	assert_true(gw_scan_number(&s, &num));
	assert_false(num.integer);
}

static void finds_doubles_among_many_keys(void **state)
{
	static char text[2000000];
	struct gw_scan s;
	size_t n = 0;

	text[n++] = '{';
	for (unsigned i = 0; i < 100000; i++)
		n += (size_t)sprintf(text + n, "\"k%u\":%u,\n", i, i);
	strcpy(text + n, "\"x\":0}");
	assert_true(scan(&s, text, strlen(text)));
	strcpy(text + n, "\"k77\":0}");
	assert_false(scan(&s, text, strlen(text)));
	assert_int_equal(gw_scan_line(text, s.err_at), 100001);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(refuses_and_points_at_the_place),
		cmocka_unit_test(takes_what_json_is),
		cmocka_unit_test(refuses_a_nul_everywhere),
		cmocka_unit_test(refuses_every_truncation),
		cmocka_unit_test(decodes_strings_as_jansson_does),
		cmocka_unit_test(takes_numbers_by_kind),
		cmocka_unit_test(finds_doubles_among_many_keys),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
