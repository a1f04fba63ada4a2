// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// The registry: order, reserved keys, descriptions that cannot be.

#include "config/conf.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

struct row {
	uint32_t number;
	char name[GW_CONF_NAME_LEN];
};

static int row_hook(struct gw_conf *conf, const void *row, size_t index, struct gw_err *err)
{
	return 0;
}

static int json_hook(struct gw_conf *conf, json_t *value, size_t index, struct gw_err *err)
{
	return 0;
}

static int setup(void **state)
{
	gw_conf_sections = NULL;
	return 0;
}

static void a_section_replaces_a_reserved_one_in_either_order(void **state)
{
	struct gw_conf_section reserved = {.value = {"a", "x", GW_CONF_ANY}, .reserved = true};
	struct gw_conf_section again = reserved;
	struct gw_conf_section real = {.value = {"a", "x", GW_CONF_BOOL}, .order = 7};

	gw_conf_register(&reserved);
	gw_conf_register(&real);
	gw_conf_register(&again);
	assert_ptr_equal(gw_conf_sections, &real);
	assert_null(real.next);
}

static void sections_stand_by_order_then_key(void **state)
{
	struct gw_conf_section a = {.value = {"a", "x", GW_CONF_ANY}, .order = 2};
	struct gw_conf_section b = {.value = {"b", "x", GW_CONF_ANY}, .order = 1};
	struct gw_conf_section c = {.value = {"c", "x", GW_CONF_ANY}, .order = 1};

	gw_conf_register(&a);
	gw_conf_register(&c);
	gw_conf_register(&b);
	assert_ptr_equal(gw_conf_sections, &b);
	assert_ptr_equal(b.next, &c);
	assert_ptr_equal(c.next, &a);
	assert_null(a.next);
}

// Registration ends the process.
static void expect_abort(struct gw_conf_section *section)
{
	const struct rlimit no_core = {0};
	pid_t child = fork();
	int status;

	assert_true(child >= 0);
	if (child == 0) {
		signal(SIGABRT, SIG_DFL);
		setrlimit(RLIMIT_CORE, &no_core);
		gw_conf_register(section);
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
}

static void expect_bad_field(struct gw_conf_field field)
{
	const struct gw_conf_field fields[] = {field, {}};
	struct gw_conf_section section = {
		.value = {"rows", "x", GW_CONF_ARRAY,
			.of = GW_CONF_OF(GW_CONF_OBJECT, .fields = fields)},
		.row_size = sizeof(struct row),
		.check_row = row_hook,
	};

	expect_abort(&section);
}

#define FIELD(...) ((struct gw_conf_field){"f", "x", __VA_ARGS__})

static void bad_descriptions_end_the_program_at_start(void **state)
{
	struct gw_conf_section a = {.value = {"a", "x", GW_CONF_ANY}}, twice = a;
	struct gw_conf_section streamed = {.value = {"b", "x", GW_CONF_ANY}, .streamed = true};
	struct gw_conf_section rows = {
		.value = {"c", "x", GW_CONF_ANY}, .row_size = 4, .check_row = row_hook};
	struct gw_conf_section both = {
		.value = {"d", "x", GW_CONF_ARRAY, .of = GW_CONF_OF(GW_CONF_BOOL)},
		.row_size = 4,
		.check_row = row_hook,
		.check = json_hook};

	gw_conf_register(&a);
	expect_abort(&twice);
	expect_abort(&streamed);
	expect_abort(&rows);
	expect_abort(&both);
	expect_bad_field((struct gw_conf_field){"f", NULL, GW_CONF_BOOL});
	expect_bad_field(FIELD(GW_CONF_ENUM));
	expect_bad_field(FIELD(GW_CONF_ARRAY));
	expect_bad_field(FIELD(GW_CONF_OBJECT));
	expect_bad_field(FIELD(GW_CONF_MAP, .of = GW_CONF_OF(GW_CONF_BOOL)));
	expect_bad_field(FIELD(GW_CONF_U32, .min = 2, .max = 1));
	expect_bad_field(FIELD(GW_CONF_U32, GW_CONF_TO(struct row, name)));
	expect_bad_field(FIELD(GW_CONF_U32, .at = sizeof(struct row), .room = 4));
	expect_bad_field(FIELD(GW_CONF_ANY, GW_CONF_TO(struct row, number)));
	expect_bad_field(FIELD(GW_CONF_ARRAY, GW_CONF_TO(struct row, name),
		.of = GW_CONF_OF(GW_CONF_U32, .at = 4, .room = 4), .max = 8));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(a_section_replaces_a_reserved_one_in_either_order, setup),
		cmocka_unit_test_setup(sections_stand_by_order_then_key, setup),
		cmocka_unit_test_setup(bad_descriptions_end_the_program_at_start, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
