// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

#include <stdbool.h>

// The prompt: reads lines from the terminal (with history and completion), or from stdin up to
// the first error, and has them carried out over the control socket. May run in any thread, one
// at a time; until it returns SIGINT ends commands and not the process. Returns an exit status: 0,
// and without a terminal 1 when a command failed, 2 when the connection did.
int gw_repl_run(const char *socket_path, bool json);
