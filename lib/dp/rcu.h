// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// Grace periods. Workers report a quiescent state once per loop and go offline while they sleep;
// the slow path, the one writer, unlinks an object and hands it here; it is freed when every
// worker has passed a quiescent state since. The writer never waits.

#include <stdbool.h>
#include <stdint.h>

#include <rte_rcu_qsbr.h>

extern struct rte_rcu_qsbr *gw_rcu;

int gw_rcu_init(unsigned workers); // workers report as threads 0..workers-1
void gw_rcu_fini(void);		   // frees what is still waiting; no worker runs any more
// Slow path: call fn(arg) after a grace period. `arg` may be an index cast to a pointer.
void gw_rcu_defer(void (*fn)(void *arg), void *arg);
bool gw_rcu_reclaim(void); // slow path, each loop; true when something was freed
unsigned gw_rcu_pending(void);
void gw_rcu_flush(void); // slow path: wait for everything deferred; workers must be running
