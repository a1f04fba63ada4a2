// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// Packet trace: what came in and what each stage made of it, for the next N packets. Workers write
// records into arrays of their own; the slow path reads them.

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/addr.h"

#define GW_TRACE_MAX   1024 // records per worker
#define GW_TRACE_STEPS 32   // copies of a multicast packet among them
#define GW_TRACE_HEAD  64

struct gw_trace_step {
	const char *what; // end of the way, or of a leg of it
	uint32_t arg, res;
	struct gw_ip src, dst;
	uint16_t len, iface, tunnel, vrf;
};

struct gw_trace_record {
	uint64_t tsc;
	uint32_t frame_len;
	uint16_t port;
	uint8_t head_len;
	uint8_t steps;
	uint32_t more; // steps beyond
	struct gw_trace_step step[GW_TRACE_STEPS];
	uint8_t head[GW_TRACE_HEAD];
};

extern atomic_bool gw_trace_on;
