// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// The ECN field where an outer header is taken off. Any thread.

#include <stdint.h>

#define GW_ECN_DROP 4

// RFC 6040 4.2, figure 4: what the inner ECN field becomes; GW_ECN_DROP: the packet is dropped.
static inline uint8_t gw_ecn_combine(uint8_t outer, uint8_t inner)
{
	enum { NOT_ECT, ECT1, ECT0, CE };

	outer &= 3;
	inner &= 3;
	if (outer == CE)
		return inner == NOT_ECT ? GW_ECN_DROP : CE;
	return outer == ECT1 && inner == ECT0 ? ECT1 : inner;
}
