// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

#include <stdbool.h>

// A line that ends the prompt or the file it stands in: "quit", or "exit".
bool gw_cli_is_quit(const char *line);
