// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// The DPDK device behind a port.

#include <stdint.h>

#include "base/err.h"
#include "port/port.h"

// Make or find the device of `spec`; fills the port's xdp for AF_XDP. The DPDK port id goes to
// *id.
int gw_device_probe(const struct gw_port_spec *spec, unsigned workers, struct gw_xdp **xdp,
	uint16_t *id, struct gw_err *err);
// Queues, offloads, MAC, MTU; not started yet.
int gw_device_configure(
	uint16_t id, const struct gw_port_spec *spec, unsigned workers, struct gw_err *err);
// "af_xdp:IFNAME": the interface's name, else NULL.
const char *gw_device_af_xdp(const char *device);
