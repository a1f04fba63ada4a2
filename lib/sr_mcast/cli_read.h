// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// Inside of lib/sr_mcast: what commands name. Each returns 0, or -errno with the command failed.

#include "base/addr.h"
#include "cli/cli.h"

int gw_mcast_cli_ip6(struct gw_cli *cli, const char *arg, struct in6_addr *ip);
// "A,B,C"; nothing when the argument was not given. The list is to be freed.
int gw_mcast_cli_ip6s(struct gw_cli *cli, const char *arg, struct in6_addr **list, uint32_t *n);
int gw_mcast_cli_ips(struct gw_cli *cli, const char *arg, struct gw_ip **list, uint32_t *n);
int gw_mcast_cli_ip(struct gw_cli *cli, const char *arg, struct gw_ip *ip); // "*": all zero
int gw_mcast_cli_ifaces(
	struct gw_cli *cli, const char *arg, uint16_t list[], uint32_t max, uint32_t *n);
