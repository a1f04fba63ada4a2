// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// Tree ping (RFC 9524 2.2.2, keyed by source): an echo request over all branches of a tree whose
// checksum is right only for the one leaf that is meant; that one answers to the tree's source.
// Slow path.

#include "base/err.h"
#include "icmp/ping.h"

// With count and interval_us set. The tree is in use until gw_tree_ping_stop(). -ENOENT, -EINVAL:
// what is no leaf, or no tree that begins here.
int gw_tree_ping_start(struct gw_ping *p, const struct in6_addr *source,
	const struct in6_addr *leaf, struct gw_err *err);
void gw_tree_ping_stop(struct gw_ping *p); // of one that was not started: nothing
