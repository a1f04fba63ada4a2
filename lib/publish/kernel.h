// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// The kernel's side of lib/publish/table.h: steps are carried out, and what it has is read. Slow
// path.

#include <stdbool.h>

#include "base/err.h"
#include "publish/table.h"

extern struct gw_publish_table gw_publish_table;

// The longest that a batch kept the slow path, microseconds: the kernel lets one writer at a time
// change anything of the network.
extern uint64_t gw_publish_longest_us;

// The configuration says so; the first time that routes are to be published, sockets are opened.
int gw_publish_kernel_conf(const struct gw_publish_conf *conf, struct gw_err *err);
// Write what waits; `all`: until nothing does, or the kernel refuses everything; else some.
// Nothing is written before what the kernel has is known. True when it did work.
bool gw_publish_kernel_write(bool all);
// The end: everything is withdrawn, unless the process ends for one in its place.
void gw_publish_kernel_fini(void);
