// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// Ordinary routes out of the kernel: what a routing daemon puts into one of its tables becomes a
// route of VRF "default" as long as it leads over ports of ours. Of one prefix the route with the
// lowest metric counts that has a next hop which can be used. Never learned: what we publish.
// Slow path.

#include <stdbool.h>
#include <stdint.h>

#include "base/addr.h"
#include "base/err.h"

struct gw_learn_conf {
	bool on;
	uint32_t table;
	uint32_t max_routes;
	uint8_t protocols[256 / 8]; // bits
};

struct gw_learn_stats {
	uint32_t routes;    // in the kernel, that could be learned
	uint32_t learned;   // of these: prefixes in our tables
	uint32_t waiting;   // next hop on no subnet of ours (yet)
	uint32_t elsewhere; // over interfaces that are no ports of ours, or have no carrier
	uint32_t published; // to prefixes that we publish
	// Ignored since everything was read last.
	uint64_t protocol, type, no_nexthop, over_limit;
};

int gw_learn_conf(const struct gw_learn_conf *conf, struct gw_err *err);
void gw_learn_defaults(struct gw_learn_conf *conf);
void gw_learn_fini(void);
// Interfaces or addresses of ours changed: what is learned is looked at again, soon.
void gw_learn_again(void);
struct gw_learn_stats gw_learn_stats(void);
// Whose route to the prefix is used ("ospf", "bird", or a number), and its metric; NULL: none is.
const char *gw_learn_said(const struct gw_prefix *prefix, uint32_t *metric);
