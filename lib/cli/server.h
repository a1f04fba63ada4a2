// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// Internal to the control socket: the limits of its clients, which tests make smaller.

#include "cli/cli.h"

#define GW_CTL_CLIENTS 64

struct gw_ctl_limits {
	unsigned idle_ms;   // without any request
	unsigned half_ms;   // with half a request
	unsigned unread_ms; // with answers waiting that the client does not read
};

struct gw_ctl_limits *gw_ctl_limits(struct gw_ctl_server *server);
unsigned gw_ctl_clients(const struct gw_ctl_server *server);
