// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// What may be a tree, for commands and for a configuration in hand. Any thread.

#include "sr_mcast/tree.h"

// Which part of the tree an error is about, as JSON pointers below it.
struct gw_mcast_fault {
	char path[24];	// "source", "branches/3", ""
	char other[24]; // the second place, "" none
};

// An address that one node or one tree can have: unicast, beyond its link. `what` begins the
// sentence.
int gw_sr_unicast_check(const struct in6_addr *ip, const char *what, struct gw_err *err);
int gw_sr_conf_check(const struct gw_sr_conf *conf, const char **key, struct gw_err *err);
// Of the tree alone; `fault` may be NULL.
int gw_mcast_tree_check(const struct gw_sr_conf *conf, const struct gw_mcast_tree_spec *spec,
	struct gw_mcast_fault *fault, struct gw_err *err);
