// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// For tests of --check: a configuration that is right, one section of it exchanged.

struct check_case {
	const char *section; // one that the configuration has, or one more
	const char *value;   // in its place, ' for "; NULL: left out
	const char *error;   // what is said, NULL: nothing
};

void check_run(const struct check_case *c);
