// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// Inside of lib/sr_mcast: the data path's parts. Workers only.
//
//   input.c    IPv6 packets: border of the SR domain, packets to the first address
//   ingress.c  native multicast into a tree
//   branch.c   over the branches of a tree
//   deliver.c  to the receivers of a VRF

#include <stdbool.h>
#include <stdint.h>

#include "sr_mcast/replicate.h"
#include "sr_mcast/tree.h"

// Over the branches of a tree, at least one. Uses: r with everything but `shared`. `hash` chooses
// among equal paths. `error`: who is told when the packet does not fit.
enum gw_branch_error {
	GW_BRANCH_SILENT,
	GW_BRANCH_TELL_SOURCE, // of the payload, which is IPv6: room for it alone
	GW_BRANCH_TELL_ROOT, // source of the packet as it came, the outer header before the payload
};
void gw_branches_send(struct gw_replication *r, const struct gw_mcast_branches *list, uint32_t hash,
	enum gw_branch_error error);

// A multicast packet, its TTL decremented, to the receivers of a VRF, but not out of p->iface
// again. Data begins at its IP header.
void gw_receivers_send(struct gw_worker *w, struct gw_pkt *p, uint16_t vrf, bool ip4);

// For the leaf's part of a packet that goes over branches too: a copy from its data on, counted.
// False: no buffer; counted as dropped.
bool gw_leaf_copy(struct gw_worker *w, const struct gw_pkt *p, struct gw_pkt *copy);
