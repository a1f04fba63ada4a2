// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "sr_mcast/sr_mcast.h"

#include "ip6/ip6.h"

bool gw_sr_mcast_input(struct gw_worker *, struct gw_pkt *)
{
	return false;
}

void gw_mcast_ingress(struct gw_worker *w, struct gw_pkt *p)
{
	gw_drop(w, p, gw_mbuf_is_ip6(p->m) ? GW_DROP_ip6_multicast : GW_DROP_ip4_multicast);
}
