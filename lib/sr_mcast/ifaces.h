// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// Interfaces that flows and receivers name. Slow path.

#include <stdint.h>

#include "base/err.h"
#include "sr_mcast/receiver.h"

void gw_mcast_ifaces_init(void);
// By the name of an interface, else that of a port, whose untagged interface is meant. -ENOENT
int gw_mcast_iface_find(const char *name, uint16_t *iface, struct gw_err *err);
// What names an interface is counted: as configured, or as learned.
void gw_mcast_iface_hold(uint16_t iface, enum gw_receiver_origin origin);
void gw_mcast_iface_release(uint16_t iface, enum gw_receiver_origin origin);
// Before an interface is deleted. -EBUSY: the configuration or a command names it.
int gw_mcast_iface_free(uint16_t iface, struct gw_err *err);
// It is deleted: what was learned there goes.
void gw_mcast_iface_gone(uint16_t iface);
