// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// Everything that the kernel has of one kind, read in pieces by the loop. A reading that fails,
// that the tables change under, or that the kernel leaves without an end is given up and made
// again. Slow path; nothing waits. Times are microseconds of the loop's clock.

#include <stdbool.h>
#include <stdint.h>

#include "netlink/netlink.h"

#define GW_NL_DUMP_SILENT_US 2000000 // without a word from the kernel: given up
#define GW_NL_DUMP_RETRY_US  100000  // after one that failed; after another one at least

// All zeros but nl.fd -1 before gw_nl_open(&d->nl, 0, ...).
struct gw_nl_dump {
	struct gw_nl nl;
	bool wanted; // set by who wants it (again)
	bool running;
	uint64_t begun_us;
	uint64_t heard_us;	// of the one that runs, last
	uint64_t not_before_us; // the next one
};

// Whether one is to be started now: it is wanted, none runs, and the last failure is long enough
// ago. One that runs without a word is given up here: *silent.
bool gw_nl_dump_due(struct gw_nl_dump *d, uint64_t now_us, bool *silent);
// A reading of one or several parts, each with a start of its own, begins: nobody wants it now.
void gw_nl_dump_begin(struct gw_nl_dump *d, uint64_t now_us);
// It has come to its end. Not called for, the next one may follow at once; else it is not due for
// as long again, nor for GW_NL_DUMP_RETRY_US: readings take half of the time at most.
void gw_nl_dump_end(struct gw_nl_dump *d, uint64_t now_us);
// Ask as gw_nl_dump() does.
// -errno: it will be due again.
int gw_nl_dump_start(struct gw_nl_dump *d, uint16_t type, uint8_t family, uint64_t now_us);
// Up to `max` datagrams of it; `fn` is called for each message. 1: it goes on, or none runs, 0:
// that was all, -errno: it has ended otherwise (-EINTR: the tables changed under it), and will be
// due again.
int gw_nl_dump_read(struct gw_nl_dump *d, unsigned max,
	void (*fn)(const struct nlmsghdr *nlh, void *arg), void *arg, uint64_t now_us);
