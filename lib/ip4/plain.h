// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// The plain case of input: an untagged frame to the port's own MAC with an IPv4 packet that has no
// options and nothing wrong. Workers.

#include "fib/vrf.h"
#include "ip4/ip4.h"
#include "port/port.h"

// Ethernet type IPv4, version 4 and header length 5 as they stand at octet 12 of the frame.
#define GW_PLAIN_TYPE 0x00450008u
#define GW_PLAIN_MASK 0x00ffffffu

// What is the same for every frame of a port, read once per burst.
struct gw_plain {
	const struct gw_rib *rib;
	uint64_t mac;  // shifted to the upper 48 bits; UINT64_MAX: no frame is plain
	uint64_t tail; // of the lane's entries: tunnel, vrf, origin, l2_len, traced
	uint16_t iface;
};

static_assert(sizeof(struct gw_pkt) - offsetof(struct gw_pkt, tunnel) == sizeof(uint64_t), "tail");
static_assert(offsetof(struct gw_pkt, src) == offsetof(struct gw_pkt, dst) + sizeof(uint32_t),
	"one store");

// By the first octet of an address: not gw_ip4_source_ok().
static const uint8_t gw_plain_martian[256] = {[0] = 1, [127] = 1, [224 ... 255] = 1};

static inline void gw_plain_prepare(struct gw_plain *pl, uint16_t port, uint8_t origin)
{
	const struct gw_iface *ifc = &gw_ifaces[gw_port_untagged[port]];
	const struct gw_pkt p = {
		.vrf = ifc->vrf,
		.origin = origin,
		.l2_len = RTE_ETHER_HDR_LEN,
	};

	memcpy(&pl->tail, &p.tunnel, sizeof(pl->tail));
	pl->rib = &gw_vrfs[ifc->vrf].rib;
	pl->iface = gw_port_untagged[port];
	// No interface, or a standby half: no frame is plain.
	pl->mac = ifc->l2_len != 0 && ifc->half == GW_HALF_ACTIVE ? ifc->mac[0] << 16 : UINT64_MAX;
}

// All of it at once: false says nothing about the frame but that it is not plain.
static __rte_always_inline bool gw_plain_parse(
	struct gw_pkt *p, struct rte_mbuf *m, const struct gw_plain *pl, bool by_source)
{
	uint8_t *data = rte_pktmbuf_mtod(m, uint8_t *);
	const struct rte_ipv4_hdr *ip = (const void *)(data + RTE_ETHER_HDR_LEN);
	uint32_t type, total, avail = m->data_len;
	uint64_t mac, addrs;

	if (unlikely(m->nb_segs != 1))
		return false;
	if (unlikely(avail < RTE_ETHER_HDR_LEN + sizeof(*ip)))
		return false;
	memcpy(&mac, data, sizeof(mac));
	if (unlikely(mac << 16 != pl->mac))
		return false;
	memcpy(&type, data + 12, sizeof(type));
	if (unlikely((type & GW_PLAIN_MASK) != GW_PLAIN_TYPE))
		return false;
	// RFC 1812 5.2.2 (1) and (5): the total length holds the header, the frame holds all of it
	total = rte_be_to_cpu_16(ip->total_length);
	if (unlikely(total - (uint32_t)sizeof(*ip) >
		    avail - RTE_ETHER_HDR_LEN - (uint32_t)sizeof(*ip)))
		return false;
	if (unlikely(!gw_ip4_sum_ok(ip)))
		return false;
	memcpy(&addrs, &ip->src_addr, sizeof(addrs));
	if (unlikely(gw_plain_martian[addrs & 255] | gw_plain_martian[addrs >> 32 & 255]))
		return false;
	addrs = __builtin_bswap64(addrs);
	m->data_off += RTE_ETHER_HDR_LEN;
	m->data_len = (uint16_t)total;
	m->pkt_len = total;
	p->m = m;
	memcpy(&p->dst, &addrs, sizeof(addrs)); // source in the upper half
	p->len = (uint16_t)total;
	p->iface = pl->iface;
	memcpy(&p->tunnel, &pl->tail, sizeof(pl->tail));
	p->res = gw_rib_start(pl->rib, (uint32_t)(by_source ? addrs >> 32 : addrs));
	return true;
}
