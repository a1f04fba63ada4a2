// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// What a configuration says about the start of the program: needed before EAL is there.

#include "base/err.h"
#include "config/config.h"
#include "dp/mbuf.h"
#include "dp/stats.h"

struct gw_boot {
	char name[GW_CONF_NAME_LEN];
	char **eal; // options for EAL, NULL behind the last
	unsigned eal_count;
	unsigned slow_cpu;
	unsigned workers[GW_MAX_LCORES - 1]; // CPU of each
	unsigned worker_count;
	unsigned port_count;
	struct gw_mbuf_conf mbuf;
	int idle_sleep_us; // most that an idle worker sleeps; 0: polls always, -1: left to the
			   // program
};

// Of a configuration that has passed gw_conf_check(). -EINVAL: a CPU that is not there, -ENOMEM.
int gw_boot_read(struct gw_conf *conf, struct gw_boot *boot, struct gw_err *err);
void gw_boot_free(struct gw_boot *boot);
