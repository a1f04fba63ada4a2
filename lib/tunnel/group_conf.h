// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// Inside of lib/tunnel.

#include "tunnel/plan.h"

// Running groups that are not planned, or that carried another VRF, lose their name.
int gw_tunnel_groups_match(
	struct gw_conf *conf, const struct gw_paths_plan *plan, struct gw_err *err);
