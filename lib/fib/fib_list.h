// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// A sorted list of what the look-up tables hold, for `show route`. Keys are copied, the rest is
// looked up when it is shown: routes may come and go meanwhile. Slow path.

#include <stdbool.h>
#include <stdint.h>

#include "base/addr.h"

struct gw_fib_item {
	struct gw_prefix prefix;
	uint32_t cost; // of a segment, as is `publish`
	uint16_t vrf;
	uint8_t kind; // enum gw_fib_kind
	bool publish;
};

struct gw_fib_list {
	// What is wanted.
	bool one_vrf;
	uint16_t vrf;
	bool one_address; // what covers in.addr, in the order of preference; in one VRF
	bool one_prefix;  // else what lies inside `in`, by prefix; hosts, host-tunnels and
			  // neighbors, which are many, only when it is a whole address
	struct gw_prefix in;
	struct gw_fib_item *items;
	uint32_t n, room;
	bool failed;
};

#define GW_FIB_MANY_KINDS 3
extern const uint8_t gw_fib_many_kinds[GW_FIB_MANY_KINDS]; // of which there may be millions

int gw_fib_list_collect(struct gw_fib_list *list); // -ENOMEM
void gw_fib_list_free(struct gw_fib_list *list);
