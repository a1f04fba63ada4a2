// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// Routes that are to be known upstream. Each becomes a route of the kernel's with our protocol
// number and the cost as metric, which FRR or BIRD redistributes; what is wanted, minus what the
// kernel has, is written in batches from the loop. Without a section "publish" in the configuration
// nothing is written, and what is wanted is remembered. Slow path.

#include <stdbool.h>
#include <stdint.h>

#include "base/addr.h"
#include "base/err.h"

#define GW_PUBLISH_COST_MAX ((1u << 24) - 1) // zebra reads the top octet of a metric as distance

enum gw_publish_origin {
	GW_PUBLISH_HOST,
	GW_PUBLISH_SEGMENT,
	GW_PUBLISH_SERVER,
	GW_PUBLISH_ORIGINS
};

// The route to `prefix` is wanted at `cost`, 1 to GW_PUBLISH_COST_MAX, of VRF "default" only. Of
// several origins the lowest cost counts. -EINVAL, -ENOTSUP (VRF), -ENOSPC (too many prefixes),
// -ENOMEM change nothing.
int gw_publish_set(enum gw_publish_origin origin, uint16_t vrf, const struct gw_prefix *prefix,
	uint32_t cost, struct gw_err *err);
// The same where nobody waits for an answer: what cannot be is logged. For want of room or memory
// it is tried again each second, until it is asked for anew or deleted.
void gw_publish_again(enum gw_publish_origin origin, const struct gw_prefix *prefix, uint32_t cost);
void gw_publish_del(enum gw_publish_origin origin, uint16_t vrf, const struct gw_prefix *prefix);
// Whether it can be: what gw_publish_set() says about VRF and cost.
int gw_publish_check(
	uint16_t vrf, const struct gw_prefix *prefix, uint32_t cost, struct gw_err *err);
// What waits is written now, withdrawals first: for a port that went down. When the process ends,
// it has been written on return.
void gw_publish_flush(void);
// The same, and withdrawals have been written on return, unless that takes the kernel more than 20
// ms: for ports whose other ends are to see it next.
void gw_publish_settle(void);
bool gw_publish_wants(const struct gw_prefix *prefix);
// Called when a prefix begins or ceases to be wanted.
void gw_publish_watch(void (*fn)(const struct gw_prefix *prefix, bool wanted));
