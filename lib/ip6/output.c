// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// What happens to an IPv6 packet by the result of its look-up.

#include "fib/vrf.h"
#include "ip6/ip6.h"

void gw_ip6_output(struct gw_worker *w, struct gw_pkt *p)
{
	gw_drop_error(w, p, GW_DROP_no_route, 0);
}
