// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// Port linkage (mlag.md, part 2): the groups of the configuration, bound to ports. What a group
// wants of its downlinks reaches their other ends as loss of carrier. Slow path.

#include <stdbool.h>
#include <stdint.h>

#include "base/addr.h"
#include "base/err.h"
#include "dp/stats.h"
#include "linkage/group.h"
#include "port/port.h"

#define GW_LINKAGE_GROUPS    64
#define GW_LINKAGE_DOWNLINKS GW_MAX_PORTS

// What an uplink's routing adjacency is taken from.
enum gw_linkage_adjacency {
	GW_LINKAGE_ADJ_NONE,
	GW_LINKAGE_ADJ_ROUTE,	 // a routing protocol gave the kernel a route out of the uplink
	GW_LINKAGE_ADJ_NEIGHBOR, // a next hop of some route out of the uplink has answered
};

struct gw_linkage_spec {
	char name[GW_NAME_LEN];
	struct gw_linkage_conf conf;
	enum gw_linkage_adjacency adjacency;
	struct gw_prefix route; // of GW_LINKAGE_ADJ_ROUTE
	uint32_t uplink_count, downlink_count;
	uint16_t uplink[GW_LINKAGE_UPLINKS];
	uint16_t downlink[GW_LINKAGE_DOWNLINKS];
};

// The groups of the configuration. One that is new takes its downlinks as they are.
void gw_linkage_apply(const struct gw_linkage_spec *specs, uint32_t n);
// From here on groups are carried out. What the process before left is in the file that goes with
// the control socket: its downlinks are taken over without a flap.
int gw_linkage_start(const char *control_path, struct gw_err *err);
// The process ends: the downlinks go down and host routes are withdrawn, unless it ends for one
// that is started in its place within `gw_linkage_restart_ms`.
void gw_linkage_stop(void);
// After it, and after the kernel has no published route any more: the watchdog hears that nothing
// is left to do for it. Until then it does what a process does not that is killed meanwhile.
void gw_linkage_fini(void);
extern uint32_t gw_linkage_restart_ms;
