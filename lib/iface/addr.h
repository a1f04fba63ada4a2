// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

#include <stdint.h>

#include "base/err.h"
#include "iface/iface.h"

// Give the interface these addresses and no others: own /32s, and for those that are not gateway
// addresses the connected subnet. -EEXIST: the address is a host's. Slow path.
int gw_iface_addrs_set(
	uint16_t iface, const struct gw_iface_addr *addrs, uint8_t count, struct gw_err *err);
// The interface whose own address this is, 0 none. One address may be on several.
uint16_t gw_iface_addr_owner(uint16_t vrf, uint32_t ip);
// The same of IPv6 (addr6.c).
int gw_iface_addrs6_set(
	uint16_t iface, const struct gw_iface_addr6 *addrs, uint8_t count, struct gw_err *err);
uint16_t gw_iface_addr6_owner(uint16_t vrf, const struct in6_addr *ip);
// Why this cannot be the address of an interface; NULL: it can.
const char *gw_iface_addr6_wrong(const struct in6_addr *ip);
// RFC 4291 appendix A, RFC 2464 5.
struct in6_addr gw_iface_link_local_of(const struct gw_mac *mac);
