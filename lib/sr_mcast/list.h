// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// Inside of lib/sr_mcast: versions of a tree's branch list. Slow path.

#include "sr_mcast/tree.h"

// The list does the same as `spec` asks for, whatever the order.
bool gw_mcast_list_is(const struct gw_mcast_branches *list, const struct gw_mcast_tree_spec *spec);
// A list as `spec` asks for; branches that `old` (NULL: none) has as well keep their counters.
// -ENOSPC, -ENOMEM.
int gw_mcast_list_make(const struct gw_mcast_tree_spec *spec, const struct gw_mcast_branches *old,
	struct gw_mcast_branches **list, struct gw_err *err);
// A list that is in no tree any more: freed after a grace period, with the counters of what `next`
// (NULL: nothing) does not have.
void gw_mcast_list_drop(struct gw_mcast_branches *list, const struct gw_mcast_branches *next);
