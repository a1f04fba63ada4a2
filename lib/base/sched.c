// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "base/sched.h"

#include <linux/sched.h>
#include <linux/sched/types.h>
#include <sys/syscall.h>
#include <unistd.h>

#define TURN_NS 100000 // the shortest that there is

void gw_sched_short_turns(void)
{
	struct sched_attr attr = {
		.size = sizeof(attr), .sched_policy = SCHED_NORMAL, .sched_runtime = TURN_NS};

	syscall(SYS_sched_setattr, 0, &attr, 0);
}
