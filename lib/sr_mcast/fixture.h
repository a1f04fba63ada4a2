// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// Unit tests of lib/sr_mcast: the interfaces of neigh/fixture.h, and tables with the node's own
// addresses set: first address fd00:0:3::, blocks fd00:0::/32 and fd00:ffff::/32.

#include "neigh/fixture.h"
#include "sr_mcast/sr_mcast.h"
#include "sr_mcast/tree.h"

extern uint16_t core6; // network interface with 2001:db8::1/64, inside the domain

int sr_setup(void **state);
int sr_teardown(void **state);
struct in6_addr ip6_of(const char *text);
struct gw_ip ip_of(const char *text);
// "fd00:0:5:: fd00:0:6::", decap by VRF + 1.
int tree_try(const char *source, const char *branches, uint16_t decap, struct gw_err *err);
uint32_t tree_put(const char *source, const char *branches, uint16_t decap); // its index
uint16_t vrf_of(const char *name);
