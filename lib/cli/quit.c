// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "cli/quit.h"

#include <string.h>

#define BLANKS " \t\r\n"

bool gw_cli_is_quit(const char *line)
{
	const char *word = line + strspn(line, BLANKS);

	return (strncmp(word, "quit", 4) == 0 || strncmp(word, "exit", 4) == 0) &&
		word[4 + strspn(word + 4, BLANKS)] == '\0';
}
