// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// Internal to the command line: the life of one command, begin, step while GW_CLI_AGAIN, end.
// Nothing is allocated for a command that has neither result nor state.

#include "cli/cli.h"
#include "cli/match.h"
#include "cli/render.h"
#include "cli/syntax.h"

struct gw_cli {
	const struct gw_cli_command *command; // NULL: the line was empty
	struct gw_cli_match match;
	struct gw_cli_syntax syntax;
	struct gw_err err;
	bool json;
	bool texted; // gw_cli_text() was called
	bool listed; // the result is an array, made by gw_cli_row()
	bool inside; // of an object, which has begun
	size_t rows;
	unsigned rows_now; // of the present call
	json_t *value;
	struct gw_table table;
	struct gw_buf *out; // of the present call
	void *state;
	void (*drop)(void *state);
};

// Prepares a zeroed or ended object for `line`, which is changed and must stay until the end.
// 0 or -errno with cli->err filled.
int gw_cli_begin(struct gw_cli *cli, char *line, bool json);
// One call of the command's function; appends what it wrote to `out`. 0 or -errno: it is over.
int gw_cli_step(struct gw_cli *cli, struct gw_buf *out);
// Appends the error, as text or as JSON.
void gw_cli_error(struct gw_cli *cli, struct gw_buf *out);
void gw_cli_end(struct gw_cli *cli);
