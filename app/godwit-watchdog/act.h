// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

#include "heartbeat/heartbeat.h"

// Takes down the downlinks that `file` names, marks there which ones, and withdraws the routes.
void act(struct gw_heartbeat *file, const struct gw_heartbeat *copy, const char *why);
