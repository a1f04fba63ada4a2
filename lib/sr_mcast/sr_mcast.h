// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// Multicast over SRv6: where the data path hands packets to it. Workers.

#include <stdbool.h>

#include "dp/worker.h"

extern bool gw_sr_mcast_on; // something is configured; the hooks are called only then

// A unicast IPv6 packet after its header checks, before its look-up. True: taken.
bool gw_sr_mcast_input(struct gw_worker *w, struct gw_pkt *p);
// A native multicast packet of either family after its header checks: takes it.
void gw_mcast_ingress(struct gw_worker *w, struct gw_pkt *p);
