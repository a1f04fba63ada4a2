// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// Inside of lib/icmp: which own address speaks.

#include <stdbool.h>
#include <stdint.h>

// Any own address of a VRF, of network interfaces first. False: there is none.
bool gw_icmp_own_address(uint16_t vrf, uint32_t *ip);
// To answer what `peer` sent in by `iface` (0: by a tunnel): an address of that interface, else
// any of the VRF.
bool gw_icmp_source_in(uint16_t iface, uint16_t vrf, uint32_t peer, uint32_t *ip);
// To speak to `peer` unasked: of the interface that leads there, else any of the VRF.
bool gw_icmp_source_out(uint16_t vrf, uint32_t peer, uint32_t *ip);
bool gw_icmp_is_own(uint16_t vrf, uint32_t ip);
// The broadcast address of a connected subnet.
bool gw_icmp_is_broadcast(uint16_t vrf, uint32_t ip);
