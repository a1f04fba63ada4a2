// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// All counters as JSON, new references. Slow path, or when no lcore runs any more.

#include <jansson.h>

#include "dp/stats.h"

enum gw_listed { GW_LIST_COUNTED, GW_LIST_ALL }; // those that have counted, or every one

// Both sides of the equation, and reasons.
json_t *gw_drop_json(enum gw_listed which);
json_t *gw_events_json(enum gw_listed which); // {NAME: count}
// {"rx_packets", "rx_octets", "tx_packets", "tx_octets"}
json_t *gw_io_json(const struct gw_io_stats *s);
// What --stats-json writes.
json_t *gw_stats_json(void);
