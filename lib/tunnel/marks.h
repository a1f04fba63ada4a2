// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// A new configuration marks the running tunnels and groups that it names; the others go when what
// it changed is in place. Local, remote and VNI make a tunnel, its name is only a label. Slow path.

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "tunnel/tunnel.h"

void gw_tunnel_marks_begin(void); // nothing is marked
void gw_tunnel_mark(uint16_t tunnel);
bool gw_tunnel_marked(uint16_t tunnel);
void gw_tunnel_rename(uint16_t tunnel, const char *name);
// Take the name from one that will go.
void gw_tunnel_retire(uint16_t tunnel);
// Delete those that are not marked, and host-tunnel routes with a lifetime that lead there.
// -EBUSY: something else does.
int gw_tunnel_marks_sweep(struct gw_err *err);

void gw_tunnel_group_mark(struct gw_tunnel_group *g);
void gw_tunnel_group_retire(struct gw_tunnel_group *g);
int gw_tunnel_group_marks_sweep(struct gw_err *err);
