// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

#include <stdint.h>

#include "base/err.h"
#include "iface/iface.h"

// Give the interface these addresses and no others: own /32s, and for those that are not gateway
// addresses the connected subnet. -EEXIST: the address is a host's. Slow path.
int gw_iface_addrs_set(
	uint16_t iface, const struct gw_iface_addr *addrs, uint8_t count, struct gw_err *err);
// The interface whose own address this is, 0 none. One address may be on several.
uint16_t gw_iface_addr_owner(uint16_t vrf, uint32_t ip);
