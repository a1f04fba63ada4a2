// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "cli/render.h"

static void check(const char *json, const char *text)
{
	json_t *value = json_loads(json, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
	struct gw_buf out = {0};

	assert_non_null(value);
	gw_render(&out, value, 0);
	gw_buf_put(&out, "", 1);
	assert_string_equal(out.data, text);
	gw_buf_free(&out);
	json_decref(value);
}

static void tables(void **state)
{
	(void)state;
	check("[]", "");
	check("[{\"name\":\"a\",\"n\":1},{\"n\":100,\"name\":\"long\",\"more\":null}]",
		"NAME    N  MORE\n"
		"a       1     -\n"
		"long  100     -\n");
	check("[{\"up\":true,\"vlans\":[1,2],\"ports\":[\"p0\",\"p1\"],\"none\":[],\"s\":\"\"}]",
		"UP   VLANS  PORTS  NONE  S\n"
		"yes  1,2    p0,p1  -     -\n");
	check("[{\"share\":0.25},{\"share\":12.5}]", "SHARE\n 0.25\n 12.5\n");
	check("[\"x\",3,[1,2]]", "x\n3\n1,2\n");
}

static void objects(void **state)
{
	(void)state;
	check("{\"name\":\"a1\",\"state\":null,\"vlans\":[100,200],"
	      "\"peer\":{\"ip\":\"192.0.2.1\",\"age\":{\"s\":3}},\"empty\":{},"
	      "\"ports\":[{\"port\":\"p0\",\"rx\":1},{\"port\":\"p10\",\"rx\":20}]}",
		"name: a1\n"
		"state: -\n"
		"vlans: 100,200\n"
		"peer:\n"
		"  ip: 192.0.2.1\n"
		"  age:\n"
		"    s: 3\n"
		"empty: -\n"
		"ports:\n"
		"  PORT  RX\n"
		"  p0     1\n"
		"  p10   20\n");
	check("\"word\"", "word\n");
	check("12", "12\n");
}

static void nothing_steers_the_terminal(void **state)
{
	(void)state;
	check("{\"na\\u001bme\":\"a\\u0000b\\n\\u007f\"}", "na?me: a?b??\n");
	check("[{\"k\":\"\\u001b[2J\"}]", "K\n?[2J\n");
}

static void width_counts_characters(void **state)
{
	(void)state;
	check("[{\"a\":\"\\u00fc\\u00fc\",\"b\":1},{\"a\":\"xyz\",\"b\":2}]",
		"A    B\n"
		"\xc3\xbc\xc3\xbc   1\n"
		"xyz  2\n");
}

// Widths of a streamed table come from its first rows; later ones may overhang.
static void streaming(void **state)
{
	struct gw_table t = {0};
	struct gw_buf out = {0};

	(void)state;
	gw_table_row(&t, &out, json_pack("{ss si}", "name", "ab", "n", 1));
	gw_table_flush(&t, &out);
	gw_table_row(&t, &out, json_pack("{ss si si}", "name", "abcdefgh", "n", 2, "extra", 5));
	gw_table_flush(&t, &out);
	gw_buf_put(&out, "", 1);
	assert_string_equal(out.data, "NAME  N\nab    1\nabcdefgh  2  extra=5\n");
	gw_table_row(&t, &out, json_integer(1));
	gw_table_free(&t);
	gw_buf_free(&out);
}

static void a_batch_is_written_when_full(void **state)
{
	struct gw_table t = {0};
	struct gw_buf out = {0};

	(void)state;
	for (int i = 0; i < GW_TABLE_BATCH; i++) {
		assert_int_equal(out.len, 0);
		gw_table_row(&t, &out, json_pack("{si}", "n", i));
	}
	assert_int_equal(out.len, 3 * (1 + GW_TABLE_BATCH));
	gw_table_free(&t);
	gw_buf_free(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tables),
		cmocka_unit_test(objects),
		cmocka_unit_test(nothing_steers_the_terminal),
		cmocka_unit_test(width_counts_characters),
		cmocka_unit_test(streaming),
		cmocka_unit_test(a_batch_is_written_when_full),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
