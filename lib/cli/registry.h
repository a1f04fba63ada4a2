// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// Internal to the command line: all registered commands, found by their leading literals.

#include "cli/match.h"

// All commands, their patterns compiled, in the order of their patterns' text.
struct gw_cli_command *const *gw_cli_commands(unsigned *count);
// The command whose pattern the words of `m` match, with `m` filled; NULL: none.
const struct gw_cli_command *gw_cli_find(struct gw_cli_match *m);
// Forgets all commands but those that keep() wants: tests must not depend on what else is linked.
void gw_cli_commands_filter(bool (*keep)(const struct gw_cli_command *c));
