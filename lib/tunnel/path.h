// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// The table between routes and tunnels, for the tunnel code itself.

#include <stdint.h>

int gw_paths_init(void);
void gw_paths_fini(void);
uint16_t gw_path_alloc(uint16_t tunnel); // 0: none left
void gw_path_free(uint16_t path);	 // used again after a grace period
