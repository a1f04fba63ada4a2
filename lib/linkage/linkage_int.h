// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// Inside of lib/linkage: what its files ask of each other.

#include <jansson.h>

#include "linkage/linkage.h"

struct linkage {
	struct gw_linkage_spec spec;
	struct gw_linkage_group g;
	bool told; // what was carried out last
};

extern struct linkage linkages[GW_LINKAGE_GROUPS];
extern uint32_t linkage_count;

// adjacency.c: of the uplink of that port, as the group asks for it
int adjacency_watch(struct gw_err *err); // once
bool adjacency_of(const struct gw_linkage_spec *spec, uint16_t port);
void adjacency_again(void); // what the kernel changed without saying so
extern void (*adjacency_changed)(void);
extern const struct gw_nl_routes_ops adjacency_routes; // for tests

// state.c: the heartbeat and what goes with it
int state_open(const char *control_path, struct gw_err *err);
bool state_group_was_up(const char *name, const char **why);
bool state_port_was_held(const char *name);
void state_write(void);
void state_beat(void);
void state_end(bool in_service, uint32_t restart_ms);
bool state_fenced(void);		 // the watchdog acted since the last call
bool state_fence_took(const char *port); // down, then
int state_watchdog(void);		 // its process, 0: none

// view.c
void view_route(const struct gw_prefix *prefix, const struct gw_ip *via, int ifindex, bool there);
void view_begin(void);
void view_end(void);
bool view_is_gateway(void);
void view_reset(void);		      // for tests
json_t *view_next_json(uint32_t *at); // the next server after *at, 0 at first; NULL: no more
