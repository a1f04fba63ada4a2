// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// The look-up tables of a VRF, of both families by one name. Slow path.

#include <stdbool.h>
#include <stdint.h>

#include "base/addr.h"
#include "fib/result.h"

// As gw_rib_set() and its like, and gw_rib6_set().
int gw_fib_set(uint16_t vrf, const struct gw_prefix *p, enum gw_fib_kind kind, uint32_t index);
bool gw_fib_del(uint16_t vrf, const struct gw_prefix *p, enum gw_fib_kind kind);
uint32_t gw_fib_get(uint16_t vrf, const struct gw_prefix *p, enum gw_fib_kind kind);
// The interface on whose connected subnet an address lies, 0 none.
uint16_t gw_fib_connected(uint16_t vrf, const struct gw_ip *ip);
