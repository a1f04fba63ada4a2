// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// What a prefix has of each kind: results by kind, 0 none.

#include <stdint.h>

#include "fib/result.h"

static inline uint32_t gw_candidates_best(const uint32_t res[static GW_FIB_KINDS])
{
	for (int k = GW_FIB_NONE + 1; k < GW_FIB_KINDS; k++) {
		if (res[k] != 0)
			return res[k];
	}
	return 0;
}

static inline unsigned gw_candidates_count(const uint32_t res[static GW_FIB_KINDS])
{
	unsigned n = 0;

	for (int k = 0; k < GW_FIB_KINDS; k++)
		n += res[k] != 0;
	return n;
}
