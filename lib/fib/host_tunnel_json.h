// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

#include <stdint.h>

#include <jansson.h>

// The host-tunnel route of an address, new reference; NULL: none. Slow path.
json_t *gw_host_tunnel_json(uint16_t vrf, uint32_t ip);
