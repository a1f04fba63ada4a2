// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// Internal to the command line: what is said about a line that is no command, and completion.

#include "cli/buf.h"
#include "cli/match.h"

struct gw_cli_syntax {
	unsigned column; // from 1; 0: no syntax error
	struct gw_cli_expect expect;
};

// Fills `err` and `syntax` for words that match no command; returns -EINVAL.
int gw_cli_syntax_explain(struct gw_cli_match *m, struct gw_cli_syntax *syntax, struct gw_err *err);
// The error as a JSON object; `syntax` may be NULL or have no column.
void gw_cli_error_json(
	struct gw_buf *out, const struct gw_err *err, const struct gw_cli_syntax *syntax);
// What may stand in place of the last word of `line` (changed), or next if it ends in a blank:
// literals, values of types, "<NAME>" for other arguments; sorted. NULL: no memory.
json_t *gw_cli_complete(char *line);
// How an expected literal or argument is shown: "word", "<NAME>".
void gw_cli_item_show(struct gw_buf *out, const struct gw_cli_item *item);
