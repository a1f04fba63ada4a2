// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// Inside of lib/lacp: the machines.

#include "lacp/lacp.h"

// 6.4.4, in microseconds
#define LACP_FAST_US	1000000ull
#define LACP_SLOW_US	30000000ull
#define LACP_SHORT_US	3000000ull
#define LACP_LONG_US	90000000ull
#define LACP_WAIT_US	2000000ull
#define LACP_NEVER	UINT64_MAX
#define LACP_PER_SECOND 3 // 6.4.16: LACPDUs in Fast_Periodic_Time

// receive.c
void lacp_receive_port(struct gw_lacp *p); // carrier came or went
void lacp_receive_pdu(struct gw_lacp *p, const struct gw_lacp_pdu *pdu);
void lacp_receive_tick(struct gw_lacp *p);

// mux.c
void lacp_mux_run(struct gw_lacp *p);
void lacp_select(struct gw_lacp *p);
void lacp_unselect(struct gw_lacp *p); // once: another partner

// transmit.c
void lacp_transmit_run(struct gw_lacp *p);
uint64_t lacp_transmit_next(const struct gw_lacp *p);
