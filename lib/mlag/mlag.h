// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// The MLAG pair that this device is of: the protocol (mlag_sync/), LACP (lacp/) and the ports,
// wired to the slow path. Slow path only.

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>

#include "base/err.h"
#include "lacp/lacp.h"
#include "mlag_sync/mlag.h"

#define GW_MLAG_MEMBERS_MAX    64
#define GW_MLAG_KEEPALIVE_PORT 49778

struct gw_mlag_member_spec {
	uint16_t mlag; // id
	uint16_t port;
	bool keep_up;
};

struct gw_mlag_spec {
	struct gw_mlag_conf sync;		    // but for peer_port, peer_mtu
	uint16_t peer_link;			    // port
	uint32_t keepalive_local, keepalive_remote; // with sync.keepalive
	uint16_t keepalive_port;
	bool lacp;
	struct gw_lacp_conf lacp_conf; // but for key and port
	uint32_t member_count;
	struct gw_mlag_member_spec member[GW_MLAG_MEMBERS_MAX];
};

// Once; ports and interfaces are there.
int gw_mlag_start(const struct gw_mlag_spec *spec, struct gw_err *err);
void gw_mlag_stop(void);
bool gw_mlag_running(void);
uint32_t gw_mlag_age(void); // seconds
json_t *gw_mlag_json(bool detail);
json_t *gw_mlag_stats_json(void); // counters, and how many entries there are
