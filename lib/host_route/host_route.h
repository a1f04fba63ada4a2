// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// Host routes of servers (mlag.md, part 2): each server that speaks ARP or ND on a port with
// "host_routes" has one on that port's interface, published upstream in place of the subnet. The
// life of a server is that of a neighbour (neigh/). Slow path.

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>

#include "base/addr.h"
#include "host_route/servers.h"

#define GW_HOST_ROUTE_EXCLUDES 64

struct gw_host_route_conf {
	struct gw_servers_conf servers;
	uint32_t cost;
	uint32_t exclude_count;
	struct gw_prefix exclude[GW_HOST_ROUTE_EXCLUDES]; // nobody in there is a server
};

extern const struct gw_host_route_conf gw_host_route_conf_default;

int gw_host_route_init(void);
void gw_host_route_fini(void);
void gw_host_route_conf_set(const struct gw_host_route_conf *conf);
// A route to this address elsewhere was learned, or went: then it is asked for here.
void gw_host_route_elsewhere(const struct gw_prefix *prefix, bool there);
// All host routes go: the process ends.
void gw_host_route_withdraw_all(void);
uint32_t gw_host_route_next(uint32_t after);
json_t *gw_host_route_json(uint32_t server); // new reference
json_t *gw_host_route_summary_json(void);
uint32_t gw_host_route_count(uint16_t port); // servers that are there
