// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

#include "base/err.h"

// What the program was started with, for those who show or use it. Set before the slow path runs.
extern const char *gw_config_path;
extern const char *gw_control_path; // control socket, NULL: none
extern const char *gw_name;	    // "name" of the configuration

// Bring the running state to what the configuration file says now. On error nothing has changed,
// unless memory or a table ran out on the way. Slow path.
int gw_config_reload(struct gw_err *err);
