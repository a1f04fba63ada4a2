// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// All commands that are linked: their patterns compile and name types that exist, no two are
// written alike, help knows each of them.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "cli/registry.h"

#include <stdlib.h>
#include <string.h>

static void check_types(const struct gw_cli_command *c, const struct gw_cli_seq *ways)
{
	for (; ways != NULL; ways = ways->next) {
		for (const struct gw_cli_item *i = ways->items; i != NULL; i = i->next) {
			check_types(c, i->ways);
			if (i->typed && gw_cli_kind_find(i->type) == NULL)
				fail_msg("'%s': nobody knows the type %s", c->pattern, i->type);
		}
	}
}

static void types_are_known(void **state)
{
	struct gw_cli_command *const *all;
	unsigned n;

	all = gw_cli_commands(&n);
	for (unsigned i = 0; i < n; i++)
		check_types(all[i], all[i]->compiled->root);
}

static void commands_are_complete(void **state)
{
	struct gw_cli_command *const *all;
	unsigned n;

	// Aborts for a pattern that is wrong or there twice.
	all = gw_cli_commands(&n);
	assert_true(n >= 3);
	for (unsigned i = 0; i < n; i++) {
		if (all[i]->help == NULL || all[i]->help[0] == '\0' || all[i]->fn == NULL)
			fail_msg("'%s' has no help or no function", all[i]->pattern);
		if (all[i]->help[strlen(all[i]->help) - 1] == '.')
			fail_msg("the help of '%s' ends in a full stop", all[i]->pattern);
	}
}

static void help_knows_them(void **state)
{
	struct gw_err err = {0};
	char *text = NULL;
	unsigned n;
	size_t len;
	FILE *f = open_memstream(&text, &len);
	json_t *list;

	assert_int_equal(gw_cli_run("help", true, f, NULL, NULL, &err), 0);
	fclose(f);
	list = json_loads(text, 0, NULL);
	gw_cli_commands(&n);
	assert_int_equal(json_array_size(list), n);
	json_decref(list);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(commands_are_complete),
		cmocka_unit_test(types_are_known),
		cmocka_unit_test(help_knows_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
