// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// Entries of the look-up tables as the user sees them. Slow path.

#include <stdint.h>

#include <jansson.h>

#include "base/addr.h"
#include "fib/result.h"

const char *gw_fib_kind_name(enum gw_fib_kind kind);
// The candidate of this kind for a prefix, new reference; NULL: there is none (any more). Cost and
// publication of a segment stand in its own table.
json_t *gw_fib_json(uint16_t vrf, const struct gw_prefix *prefix, enum gw_fib_kind kind);
