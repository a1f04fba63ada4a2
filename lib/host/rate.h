// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// Rate limits: each distinct one is a meter profile that clients share. Slow path.

#include <stdint.h>

#include <jansson.h>

#include "base/err.h"
#include "host/host.h"

int gw_rates_init(void);
void gw_rates_fini(void);
// The profile of a rate limit, counted; 0 for none. -EINVAL, -ENOSPC.
int gw_rate_get(const struct gw_rate *rate, uint16_t *profile, struct gw_err *err);
void gw_rate_put(uint16_t profile);
const struct gw_rate *gw_rate_of(uint16_t profile);
// host_json.c: the rate limit under the key, for the user and for the file; no limit, no key.
void gw_rate_json_set(json_t *o, const char *key, uint16_t profile);
// Start a meter of this profile with full buckets.
void gw_rate_meter_init(struct rte_meter_trtcm *meter, uint16_t profile);
