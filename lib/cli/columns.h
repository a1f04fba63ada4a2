// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// Rows of lists whose objects have more keys than a line of text has room for.

#include "cli/cli.h"

// gw_cli_row(); in text mode of these keys only, in this order. `columns` ends with NULL.
void gw_cli_row_columns(struct gw_cli *cli, json_t *row, const char *const *columns);
