// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// Inside of lib/icmp: which own IPv6 address speaks, as icmp/source.h for IPv4. A link-local
// address is only ever given for a link-local peer.

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>

// To answer what `peer` sent in by `iface` (0: none): an address of that interface, else any of the
// VRF. False: there is none.
bool gw_icmp6_source_in(
	uint16_t iface, uint16_t vrf, const struct in6_addr *peer, struct in6_addr *ip);
// To speak to `peer` unasked: of the interface that leads there, else any of the VRF.
bool gw_icmp6_source_out(uint16_t vrf, const struct in6_addr *peer, struct in6_addr *ip);
