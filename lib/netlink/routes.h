// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// The routes of the kernel, of all tables and both families: read once, then kept by notification.
// After an overrun of the socket, or whatever the kernel changes without saying so, they are read
// again. Slow path; called from the loop.

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "netlink/route.h"

struct gw_nl_routes_ops {
	void (*begin)(void); // all routes follow
	// `by`: the socket whose request it was, 0: the kernel, or an answer to our reading.
	void (*route)(const struct gw_nl_route *r, bool there, uint32_t by);
	void (*end)(void); // those that did not follow are gone
	// Given up: what follows, until the next begin, are notifications. NULL: not asked for.
	void (*stop)(void);
};

// Registered for good; the first one opens the sockets. Read (again) for all: at once after some
// quiet, else after a pause of at least as long as the last reading took.
int gw_nl_routes_watch(const struct gw_nl_routes_ops *ops, struct gw_err *err);
void gw_nl_routes_again(void);

struct gw_nl_routes_stats {
	uint64_t reads;	   // of everything
	uint64_t overruns; // of the socket
	uint64_t failures; // of reading
	uint64_t malformed;
};
extern struct gw_nl_routes_stats gw_nl_routes_stats;
