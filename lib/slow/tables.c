// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "slow/tables.h"

#include <errno.h>

#include "dp/rcu.h"
#include "dp/stats.h"
#include "fib/host_tunnel.h"
#include "fib/multipath.h"
#include "fib/route.h"
#include "fib/segment.h"
#include "fib/vrf.h"
#include "group/group.h"
#include "host/host.h"
#include "host_route/host_route.h"
#include "iface/iface.h"
#include "learn/learn.h"
#include "neigh/neigh.h"
#include "sr_mcast/sr_mcast.h"
#include "tunnel/tunnel.h"

int gw_tables_init(unsigned workers)
{
	if (gw_stats_init() < 0 || gw_rcu_init(workers) < 0 || gw_iface_init() < 0 ||
		gw_tunnel_init() < 0 || gw_vrf_init() < 0 || gw_host_init() < 0 ||
		gw_host_tunnel_init() < 0 || gw_neigh_init() < 0 || gw_sr_mcast_init(workers) < 0 ||
		gw_group_init() < 0 || gw_host_route_init() < 0)
		return -ENOMEM;
	return 0;
}

void gw_tables_fini(void)
{
	gw_host_route_fini();
	gw_group_fini();
	gw_host_tunnel_fini();
	gw_segment_fini();
	gw_learn_fini();
	gw_route_fini();
	gw_rcu_fini(); // what still waits for a grace period names entries of those below
	gw_sr_mcast_fini();
	gw_multipath_fini();
	gw_neigh_fini();
	gw_host_fini();
	gw_vrf_fini();
	gw_tunnel_fini();
	gw_iface_fini();
	gw_stats_fini();
}
