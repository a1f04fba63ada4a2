// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

#include <stdbool.h>

struct options {
	const char *config;
	const char *socket;
	const char *exec;
	const char *stats_json;
	bool interactive;
	bool replay;
	bool check;
	char **eal; // what stands after "--"
	int eal_count;
};

// Parses the command line; ends the process for --help, --version, --print-schema and for what it
// does not understand (status 2).
void options_parse(int argc, char **argv, struct options *o);
