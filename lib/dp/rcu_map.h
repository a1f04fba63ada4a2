// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// A map (base/map.h) that workers read: what is taken out of it is used again after a grace period.
// Slow path.

#include <stdint.h>

#include "base/map.h"

// As gw_map_init(). The map stays where it is until gw_map_fini(), which comes after
// gw_rcu_fini() or with nothing of the map deferred.
int gw_rcu_map_init(struct gw_map *m, uint32_t key_len, uint32_t expected, uint32_t max);
