// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// The look-up of a burst: /32s in the VRF's hash, the rest in its trie, and the lines of the
// objects found on their way into the cache.

#include "fib/multipath.h"
#include "fib/vrf.h"
#include "host/host.h"
#include "ip4/ip4.h"
#include "tunnel/tunnel.h"

// Above the index, an entry of a full /24's node that is a client.
#define CLIENT (GW_TRIE4_EXACT >> GW_FIB_INDEX_BITS | GW_FIB_HOST)

static inline void result_prefetch(uint32_t res)
{
	uint32_t i = gw_fib_index(res);

	switch (gw_fib_kind(res)) {
	case GW_FIB_HOST:
		__builtin_prefetch(&gw_host_down[i], 1);
		break;
	case GW_FIB_HOST_TUNNEL:
	case GW_FIB_SEGMENT:
		rte_prefetch0(&gw_tunnels[gw_path_tunnel((uint16_t)i)]);
		break;
	case GW_FIB_MULTIPATH:
		rte_prefetch0(&gw_multipaths[i]);
		break;
	case GW_FIB_ROUTE:
	case GW_FIB_NEIGH:
		rte_prefetch0(&gw_nexthops[i]);
		break;
	default:
		break;
	}
}

// Uses p->res as gw_rib_start() left it where the packet was parsed. The object found is asked for
// here and used in gw_output(), a burst later. With several workers, what goes to a client that
// another one owns is handed over; the others stay in order.
static __rte_always_inline void lookup(struct gw_worker *w, struct gw_lane *lane, const bool alone)
{
	uint32_t kept = 0;

	for (uint32_t i = 0; i < lane->n; i++) {
		struct gw_pkt *p = &lane->p[i];
		uint32_t e = gw_trie4_finish(p->res, p->dst);

		// No need to know the VRF.
		if (likely(e >> GW_FIB_INDEX_BITS == CLIENT))
			p->res = e ^ GW_TRIE4_EXACT;
		else
			p->res = gw_rib_finish(&gw_vrfs[p->vrf].rib, p->dst, p->res);
		if (!alone) {
			unsigned owner = gw_owner(p->dst);

			if (gw_fib_kind(p->res) == GW_FIB_HOST && owner != w->id) {
				gw_handoff(w, p, owner, GW_STAGE_LOOKUP);
				continue;
			}
			lane->p[kept++] = *p;
		}
		// The line is written to: each packet is counted.
		if (likely(e >> GW_FIB_INDEX_BITS == CLIENT))
			__builtin_prefetch(&gw_host_down[gw_fib_index(e)], 1);
		else
			result_prefetch(p->res);
	}
	if (!alone)
		lane->n = kept;
}

void gw_lane_run(struct gw_worker *w, struct gw_lane *lane)
{
	struct gw_lane *next = lane == &w->lane[0] ? &w->lane[1] : &w->lane[0];

	while (lane->n > 0) {
		struct gw_lane *done = lane;

		next->n = 0;
		w->next = next;
		if (gw_worker_count == 1)
			lookup(w, lane, true);
		else
			lookup(w, lane, false);
		gw_output(w, lane);
		lane = next;
		next = done;
	}
}
