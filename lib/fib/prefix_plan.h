// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// For sections whose elements are prefixes of a VRF: what all of them ask of a prefix.

#include "config/config.h"
#include "iface/plan.h"

// The VRF of that name, NULL (absent) being "default"; -ENOENT at the path "vrf".
int gw_prefix_plan_vrf(struct gw_conf *conf, const struct gw_ifaces_plan *plan, const char *name,
	uint16_t *vrf, struct gw_err *err);
// That the prefix, which stands at `path` in element `index`, has no bits behind its length, and
// that no element of `section` before has it in that VRF. `what`: what cannot be of IPv6 ("IPv6
// segments"), NULL when it can.
int gw_prefix_plan_check(struct gw_conf *conf, const char *section, const char *path, uint16_t vrf,
	const struct gw_conf_prefix *prefix, size_t index, const char *what, struct gw_err *err);
