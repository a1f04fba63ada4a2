// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// What workers ask of an MLAG pair.

#include <stdbool.h>
#include <stdint.h>

#include <rte_byteorder.h>
#include <rte_ether.h>

#include "dp/worker.h"
#include "iface/iface.h"
#include "lacp/pdu.h"
#include "mlag_sync/message.h"

// The other device of the pair as low 48 bits of a little-endian load, 0: there is none.
extern uint64_t gw_mlag_peer_mac;

// A frame that is to none of the interface's own MACs. What comes over the peer link is to the MAC
// of a host behind a port that the peer has lost. What hosts say to the peer may land here.
static inline bool gw_mlag_takes(const struct gw_iface *ifc, uint64_t dst)
{
	return ifc->mlag == GW_MLAG_PEER_LINK ||
		(ifc->mlag == GW_MLAG_MEMBER && dst == gw_mlag_peer_mac);
}

// What C's hash sends here may be the answer to anybody.
static inline enum gw_drop gw_mlag_not_for_us(const struct gw_iface *ifc, uint16_t type)
{
	return ifc->mlag == GW_MLAG_MEMBER && type == RTE_BE16(RTE_ETHER_TYPE_ARP)
		? GW_DROP_arp_reply_foreign
		: GW_DROP_eth_not_for_us;
}

static inline bool gw_mlag_is_lacp(const struct gw_iface *ifc, uint16_t type)
{
	return ifc->mlag == GW_MLAG_MEMBER && type == RTE_BE16(GW_LACP_ETHERTYPE);
}

static inline bool gw_mlag_is_message(const struct gw_iface *ifc, uint16_t type)
{
	return ifc->mlag == GW_MLAG_PEER_LINK && type == RTE_BE16(GW_MLAG_ETHERTYPE);
}

// Of IGMP and MLD: what comes in by a member is told to the peer.
static inline enum gw_class gw_mlag_group_class(const struct gw_pkt *p)
{
	return gw_ifaces[p->iface].mlag == GW_MLAG_MEMBER ? GW_PUNT_MEMBER : GW_PUNT_GROUP;
}

// Split horizon: what came over the peer link leaves neither by it nor by a member whose twin is
// up.
static inline bool gw_mlag_splits(const struct gw_iface *out, const struct gw_pkt *p)
{
	return unlikely(out->split) && gw_ifaces[p->iface].mlag == GW_MLAG_PEER_LINK;
}
