// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// Inside of lib/sr_mcast: what of it stands in the IPv6 table of the underlay. Slow path.

#include <stdbool.h>
#include <stdint.h>

#include <netinet/in.h>

void gw_mcast_underlay_init(void);
// Look a first address up now; the poll does it again whenever the table has changed.
void gw_mcast_dest_resolve(uint32_t dest);
// Let go of what it resolves to; `res` stays as it is.
void gw_mcast_dest_forget(uint32_t dest);
// A part of the first addresses and own addresses, when a look-up may give another result.
bool gw_mcast_underlay_poll(uint64_t now_us);
// The address is one of this node's, of an interface inside the domain.
void gw_sr_local_add(const struct in6_addr *addr);
void gw_sr_local_del(const struct in6_addr *addr);
