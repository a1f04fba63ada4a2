// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

#include "base/err.h"
#include "options.h"
#include "port/boot.h"

// Start DPDK's EAL: lcore 0 is the slow path, lcores 1.. the workers, on the configuration's CPUs.
// Fills boot->mbuf.count when the configuration leaves it open.
int eal_start(struct gw_boot *boot, const struct options *o, struct gw_err *err);
