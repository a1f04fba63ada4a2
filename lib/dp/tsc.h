// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// Cycles of the time stamp counter per second, measured against CLOCK_MONOTONIC, to some
// millionths. DPDK 22.11 rounds what it measures to 10 MHz, up to 0.2 % of a usual one: too coarse
// for rate limits. The first call may wait for 20 ms; any thread, the first call by the main one.
double gw_tsc_hz(void);
