// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// Inside of lib/sr_mcast: what maps that workers read do with what they no longer use.

#include "base/map.h"

void gw_sr_record_retire(struct gw_map *m, uint32_t record);
void gw_sr_table_retire(struct gw_hash32_table *old);
