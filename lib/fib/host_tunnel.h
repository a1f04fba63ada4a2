// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// Host-tunnel routes: the client is behind another user plane. Maybe with a lifetime, after which
// the entry deletes itself; anything newer for the client replaces such an entry. Slow path.

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

int gw_host_tunnel_init(void);
void gw_host_tunnel_fini(void);
// `path`: of a tunnel or group of the same VRF. lifetime_ms 0: until it is deleted.
int gw_host_tunnel_add(
	uint16_t vrf, uint32_t ip, uint16_t path, uint32_t lifetime_ms, struct gw_err *err);
int gw_host_tunnel_del(uint16_t vrf, uint32_t ip, struct gw_err *err); // -ENOENT
// A newer entry for the client came: one with a lifetime goes.
void gw_host_tunnel_superseded(uint16_t vrf, uint32_t ip);
// What is left of the lifetime, 0: none.
uint32_t gw_host_tunnel_lifetime_ms(uint16_t vrf, uint32_t ip);
// Walk: the next entry of the VRF from *cursor (0 at first) on; false at the end.
bool gw_host_tunnel_next(uint16_t vrf, uint64_t *cursor, uint32_t *ip, uint16_t *path);
// A new configuration marks its entries; the sweep deletes those without lifetime that it did not
// name.
void gw_host_tunnel_mark(uint16_t vrf, uint32_t ip);
void gw_host_tunnel_marks_sweep(void);
