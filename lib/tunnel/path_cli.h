// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

#include <stdint.h>

#include "cli/cli.h"

// The path that a command names as TUNNEL (a tunnel or a group; type "path") or GROUP (a group
// only), 0 when it names none. 0 or -ENOENT.
int gw_path_cli_read(struct gw_cli *cli, uint16_t *path);
// Sets "tunnel" or "group" to the path's name; "discard" for 0.
void gw_path_json_set(json_t *o, uint16_t path);
