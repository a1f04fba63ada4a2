// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// ICMP errors about outer packets of tunnels. Slow path.

#include <stdbool.h>
#include <stdint.h>

#include <rte_mbuf.h>

// An ICMP error to an own address, whose header is at octet `at`; meta says where it came from.
// True: it is about a tunnel, and counted there; the caller still owns it.
bool gw_tunnel_error_received(struct rte_mbuf *m, uint32_t at);
bool gw_tunnel_mtu_forget(uint64_t now_us); // that is 10 minutes old; every second
void gw_tunnel_errors_init(void);
