// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "cli/columns.h"

void gw_cli_row_columns(struct gw_cli *cli, json_t *row, const char *const *columns)
{
	json_t *few;

	if (row == NULL || gw_cli_json(cli)) {
		gw_cli_row(cli, row);
		return;
	}
	few = json_object();
	for (; *columns != NULL; columns++) {
		json_t *value = json_object_get(row, *columns);

		// A column stays where it is even if the first rows have nothing in it.
		json_object_set_new(
			few, *columns, value != NULL ? json_incref(value) : json_null());
	}
	json_decref(row);
	gw_cli_row(cli, few);
}
