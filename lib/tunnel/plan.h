// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// Tunnels and tunnel groups of a configuration in hand, in one namespace, for the sections that
// refer to them. Says nothing of the running ones but `path`. Lives as long as the gw_conf.

#include <stdbool.h>
#include <stdint.h>

#include "config/config.h"
#include "iface/plan.h"
#include "tunnel/tunnel.h"

struct gw_path_plan {
	const char *name;
	bool group, on_backup;
	uint32_t at;		     // index in "tunnels" or "tunnel_groups"
	uint16_t vrf;		     // of the inner packets: gw_ifaces_plan.vrfs
	uint16_t path;		     // the running one's, 0: not known yet
	struct gw_tunnel_spec spec;  // tunnels
	const char *active, *backup; // groups
};

struct gw_paths_plan {
	bool done;
	uint32_t count;
	struct gw_path_plan *v; // tunnels, then groups
	json_t *names;		// name -> index
};

// Made and checked at the first call, with gw_ifaces_plan().
int gw_paths_plan(struct gw_conf *conf, struct gw_paths_plan **plan, struct gw_err *err);
struct gw_path_plan *gw_path_plan_find(const struct gw_paths_plan *plan, const char *name);
// "/tunnels/0 (line 12)"
const char *gw_path_plan_place(struct gw_conf *conf, const struct gw_path_plan *p);
// For sections that name a tunnel or a group at `path` and are in VRF `vrf_name`, by `vrf_path`.
// -ENOENT, -EINVAL: it carries another VRF.
int gw_path_plan_of(struct gw_conf *conf, const char *name, bool group_only, const char *path,
	const char *vrf_name, const char *vrf_path, struct gw_path_plan **out, struct gw_err *err);
// The running path of a planned tunnel or group.
uint16_t gw_path_plan_running(struct gw_path_plan *p);
