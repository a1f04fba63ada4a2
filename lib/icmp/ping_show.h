// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// What commands that ping answer, as text and as JSON.

#include "cli/cli.h"
#include "icmp/ping.h"

void gw_ping_event_show(struct gw_cli *cli, const struct gw_ping_event *ev);
// After the last event. -ETIMEDOUT with the command failed: nothing came back.
int gw_ping_summary_show(struct gw_cli *cli, const struct gw_ping *p);
