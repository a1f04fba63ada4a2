// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// Unicast routes in messages of rtnetlink(7). Any thread.

#include <stdbool.h>
#include <stdint.h>

#include <linux/netlink.h>

#include "base/addr.h"

#define GW_NL_HOPS 32

struct gw_nl_hop {
	struct gw_ip via; // all zeros: on the link itself
	int ifindex;
	bool dead; // without carrier, or gone
};

struct gw_nl_route {
	struct gw_prefix prefix;
	uint32_t table, metric;
	uint8_t protocol;
	uint8_t type;  // RTN_UNICAST, RTN_BLACKHOLE, ...
	bool special;  // of a type of service or a source, or a cached one: no route to a prefix
	bool replaces; // the one of this prefix, table and metric, of which no RTM_DELROUTE tells
	uint32_t n;    // next hops; more than GW_NL_HOPS are counted and not kept
	struct gw_nl_hop hop[GW_NL_HOPS];
};

// RTM_NEWROUTE or RTM_DELROUTE; false: malformed, or of another family.
bool gw_nl_route_parse(const struct nlmsghdr *nlh, struct gw_nl_route *r);
// Write the request that adds or deletes the blackhole route `prefix`, `table`, `metric` and
// `protocol` of `r` say, into 128 octets. An add is refused (EEXIST) when the kernel has that
// route, or, but for table main, one of this prefix and metric.
void gw_nl_route_put(void *buf, bool add, const struct gw_nl_route *r);
