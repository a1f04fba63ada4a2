// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// Inside of lib/sr_mcast: indices of gw_branch_stats. Slow path.

#include <stdint.h>

int gw_branch_ids_init(void); // -ENOMEM
void gw_branch_ids_fini(void);
// `n` ids with counters of 0, side by side when there is such a place: the counters of a tree that
// are written one after the other are then on neighbouring lines. -ENOSPC: none was taken.
int gw_branch_ids_get(uint32_t n, uint32_t ids[]);
void gw_branch_id_put(uint32_t id); // free after a grace period
