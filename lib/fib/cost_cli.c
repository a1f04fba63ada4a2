// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "fib/cost_cli.h"

#include <errno.h>

#include "cli/cli.h"
#include "fib/segment.h"
#include "publish/publish.h"

int gw_cost_cli_read(struct gw_cli *cli, uint32_t *cost)
{
	*cost = gw_cli_u32(cli, "COST", GW_SEGMENT_COST);
	if (*cost >= 1 && *cost <= GW_PUBLISH_COST_MAX)
		return 0;
	return gw_cli_fail(
		cli, ERANGE, "cost %u is out of range (1..%u)", *cost, GW_PUBLISH_COST_MAX);
}
