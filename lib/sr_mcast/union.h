// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// Inside of lib/sr_mcast: source lists of receivers, and what workers see of them.

#include "sr_mcast/receiver.h"

// A copy of the sources into `part`, ascending, each once. -ENOMEM.
int gw_receiver_sources_copy(
	struct gw_receiver_part *part, const struct gw_ip *sources, uint32_t n);
bool gw_receiver_part_same(const struct gw_receiver_part *a, const struct gw_receiver_part *b);
// One member per receiver, in one object; NULL: no memory.
struct gw_mcast_members *gw_receiver_union(const struct gw_receiver *first);
