// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// Trees, flows and receivers as JSON, with counters. Slow path.

#include <jansson.h>
#include <stdint.h>

#include "base/addr.h"

json_t *gw_mcast_tree_json(uint32_t tree);
json_t *gw_mcast_flow_json(uint32_t flow);
json_t *gw_mcast_group_json(uint32_t group);
