// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

#include "cli/cli.h"

// Whether an argument may become the name of something: as a configuration's names, 1 to 31 of
// A-Z a-z 0-9 _ . -, so that what is saved can be read again. Not given: it may. 0 or -EINVAL.
int gw_cli_name_check(struct gw_cli *cli, const char *arg);
