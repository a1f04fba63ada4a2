// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// What the commands `show port stats|info|xstats [all|PORT]` have in common.

#include <stdint.h>

#include "cli/cli.h"

// Shows the argument PORT's object, or a list of all ports'.
int gw_port_cli_show(struct gw_cli *cli, json_t *(*json)(uint16_t port),
	void (*text)(struct gw_cli *cli, const json_t *o));
json_int_t gw_port_cli_number(const json_t *o, const char *key);
