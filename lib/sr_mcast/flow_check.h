// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

#include "sr_mcast/flow.h"

// Source and group alone, for commands and for a configuration in hand. *key: "source" or "group".
int gw_mcast_flow_check_addrs(const struct gw_ip *source, const struct gw_ip *group,
	const char **key, struct gw_err *err);
// All of it, against the running tables.
int gw_mcast_flow_check(const struct gw_mcast_flow_spec *spec, uint32_t *tree, struct gw_err *err);
