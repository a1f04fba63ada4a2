// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// The kernel's side of lib/publish/table.h: steps are carried out, and what it has is read. Slow
// path.

#include <stdbool.h>

#include "base/err.h"
#include "publish/table.h"

extern struct gw_publish_table gw_publish_table;

// The longest that the kernel took for a batch, microseconds: it lets one writer at a time change
// anything of the network. Batches are written by a thread of its own, which the slow path does not
// wait for but at the end.
extern _Atomic uint64_t gw_publish_longest_us;

// The configuration says so; the first time that routes are to be published, sockets are opened.
int gw_publish_kernel_conf(const struct gw_publish_conf *conf, struct gw_err *err);
// Hand what waits to the thread, withdrawals first, unless it has a batch already. Nothing is
// written before what the kernel has is known.
void gw_publish_kernel_start(void);
// The same with withdrawals alone, and waits for them, at most so long.
void gw_publish_kernel_withdraw(uint64_t wait_us);
// The same, until nothing waits but what the kernel refused. Blocks.
void gw_publish_kernel_write_all(void);
// The end: everything is withdrawn, unless the process ends for one in its place.
void gw_publish_kernel_fini(void);
