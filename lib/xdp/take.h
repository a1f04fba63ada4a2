// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// Before an interface becomes an AF_XDP port. Slow path.

#include "xdp/netdev.h"
#include "xdp/xdp.h"

// Whether it can be one: names, MTU, queues, privileges. Changes nothing.
int gw_xdp_check(const struct gw_netdev *dev, const struct gw_xdp_conf *conf, const char *program,
	struct gw_err *err);
// Make it ours: lock it against other processes until `*lock` is closed, take off what a killed
// one left, have it keep VLAN tags in frames, give it the port's MAC. On error `*lock` is -1.
int gw_xdp_take(
	const struct gw_netdev *dev, const struct gw_xdp_conf *conf, int *lock, struct gw_err *err);
