// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// Internal to the command line: a line as words, and words against a pattern. A pattern is
// followed without going back: at each word a literal that fits wins over an argument that fits.

#include "cli/pattern.h"

#define GW_CLI_WORDS  64
#define GW_CLI_EXPECT 128

struct gw_cli_word {
	char *text;
	unsigned len;
	unsigned column; // from 0
	char after;	 // what the zero behind it replaced
};

// What could have stood at the furthest word that was reached.
struct gw_cli_expect {
	unsigned at; // index of the word; the number of words: the line ended too early
	unsigned n;
	const struct gw_cli_item *items[GW_CLI_EXPECT];
};

struct gw_cli_match {
	unsigned n_words;
	struct gw_cli_word words[GW_CLI_WORDS];
	uint64_t literals; // bits by index in the pattern
	uint32_t args;
	const char *texts[GW_CLI_ARGS]; // valid where `args` has the bit
	struct gw_cli_value values[GW_CLI_ARGS];
	struct gw_cli_expect *expect; // NULL: not wanted
};

// Splits `line` (changed, must outlive `m`) into words; 0, or -E2BIG, or -EINVAL for a quotation
// mark without its partner, with the column in `column`.
int gw_cli_split(struct gw_cli_match *m, char *line, unsigned *column);

// True when all words match the pattern from its item `skip` on, which are known to match.
// With m->expect, failures are collected there.
bool gw_cli_match(struct gw_cli_match *m, const struct gw_cli_pattern *p, unsigned skip);
