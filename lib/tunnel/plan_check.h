// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// Inside of lib/tunnel: addresses and keys of planned tunnels.

#include "tunnel/plan.h"

// That `local` is an address of a network port here and `remote` one of another device.
int gw_tunnel_plan_ends(struct gw_conf *conf, const struct gw_ifaces_plan *ifaces,
	const struct gw_path_plan *p, struct gw_err *err);
// That no two tunnels have the same local, remote and VNI.
int gw_tunnel_plan_keys(struct gw_conf *conf, const struct gw_paths_plan *plan, struct gw_err *err);
