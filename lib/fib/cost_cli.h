// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

#include <stdint.h>

struct gw_cli;

// The argument COST of a command, GW_SEGMENT_COST without one. -ERANGE: it could not be published.
int gw_cost_cli_read(struct gw_cli *cli, uint32_t *cost);
