// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// For sections whose elements are clients, by address and VRF: a million of them.

#include "config/config.h"

// That "ip" of element `index` is a host's address, not an own one, and in the VRF (of
// gw_ifaces_plan) of no element of `section` before.
int gw_address_plan_check(struct gw_conf *conf, const char *section, uint16_t vrf, uint32_t ip,
	size_t index, struct gw_err *err);
