// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// A command that pings, with `[count N] [interval MS]` in its pattern: what it answers, as text and
// as JSON. Slow path.

#include "cli/cli.h"
#include "icmp/ping.h"

// Start p, whose count and interval_us are set, and say so in a line. An error: the command's.
typedef int gw_ping_start_fn(struct gw_cli *cli, struct gw_ping *p);

// The whole of the command's function. `stop` gets the struct gw_ping, also of one that was not
// started. -ETIMEDOUT: nothing came back.
int gw_ping_run(struct gw_cli *cli, gw_ping_start_fn *start, void (*stop)(void *ping));
