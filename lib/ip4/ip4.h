// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// The IPv4 header on the data path: checks of RFC 1812, TTL, and the last steps of a packet.

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include <rte_byteorder.h>
#include <rte_ip.h>

#include "dp/worker.h"
#include "fib/nexthop.h"
#include "iface/iface.h"

#define GW_IP4_DF 0x4000

static inline struct rte_ipv4_hdr *gw_pkt_ip(const struct gw_pkt *p)
{
	return rte_pktmbuf_mtod(p->m, struct rte_ipv4_hdr *);
}

// One's complement sum of the header's 16-bit words, folded; 0xffff for a correct header.
static inline uint16_t gw_ip4_sum(const struct rte_ipv4_hdr *ip, uint32_t ihl)
{
	const uint8_t *b = (const uint8_t *)ip;
	uint64_t sum, w;
	uint32_t half, last, fold;

	memcpy(&sum, b, 8);
	memcpy(&w, b + 8, 8);
	memcpy(&last, b + 16, 4);
	sum += w;
	sum += sum < w;
	sum += last;
	sum += sum < last;
	for (uint32_t i = 5; unlikely(i < ihl); i++) {
		memcpy(&last, b + i * 4, 4);
		sum += last;
		sum += sum < last;
	}
	half = (uint32_t)(sum >> 32);
	fold = (uint32_t)sum + half;
	fold += fold < half;
	fold = (fold >> 16) + (fold & UINT16_MAX);
	return (uint16_t)(fold + (fold >> 16));
}

static inline uint32_t gw_word32(const void *p)
{
	uint32_t v;

	memcpy(&v, p, sizeof(v));
	return v;
}

// The checksum of a header of 20 octets is right. A one's complement sum is the sum modulo 65,535,
// of words of any size; a product with the inverse of 65,535 is small for its multiples only.
static inline bool gw_ip4_sum_ok(const struct rte_ipv4_hdr *ip)
{
	const uint8_t *b = (const uint8_t *)ip;
	uint64_t sum = (uint64_t)gw_word32(b) + gw_word32(b + 4) + gw_word32(b + 8) +
		gw_word32(b + 12) + gw_word32(b + 16);

	return sum * 0xfffefffefffeffff <= UINT64_MAX / UINT16_MAX;
}

// RFC 1812 5.2.2: `avail` octets from the header on, at least the header's in one piece.
static inline enum gw_drop gw_ip4_check(
	const struct rte_ipv4_hdr *ip, uint32_t avail, uint64_t ol_flags)
{
	uint32_t ihl, total;

	// (1) the packet length reported by the link layer holds a minimal header
	if (unlikely(avail < sizeof(*ip)))
		return GW_DROP_ip4_truncated;
	// (3) the version is 4
	if (unlikely(ip->version_ihl >> 4 != 4))
		return GW_DROP_ip4_version;
	// (4) the header length is at least 20 octets
	ihl = ip->version_ihl & 15;
	if (unlikely(ihl < 5))
		return GW_DROP_ip4_header_length;
	// (5) the total length holds the header
	total = rte_be_to_cpu_16(ip->total_length);
	if (unlikely(total < ihl * 4))
		return GW_DROP_ip4_total_length;
	// (1) again: the link layer delivered all of it
	if (unlikely(avail < total))
		return GW_DROP_ip4_truncated;
	// (2) the checksum
	if ((ol_flags & RTE_MBUF_F_RX_IP_CKSUM_MASK) != RTE_MBUF_F_RX_IP_CKSUM_GOOD &&
		unlikely(gw_ip4_sum(ip, ihl) != UINT16_MAX))
		return GW_DROP_ip4_checksum;
	return GW_DROP_NONE;
}

// RFC 1812 5.3.7: 0/8, 127/8, multicast, class E and broadcast are no source.
static inline bool gw_ip4_source_ok(uint32_t src)
{
	uint32_t net = src >> 24;

	return net - 1 < 223 && net != 127;
}

// RFC 1812 5.3.1: one hop less of at least one, checksum by RFC 1624. TTL, protocol and checksum
// are one word, in which the TTL is the lowest octet and the checksum the upper half.
static inline void gw_ip4_hop(struct rte_ipv4_hdr *ip)
{
	uint32_t word = gw_word32(&ip->time_to_live);

	if (unlikely(word >= 0xfffe0000))
		word += 0x10000; // the carry, around the end
	word += 0x10000 - 1;
	memcpy(&ip->time_to_live, &word, sizeof(word));
}

// The bits of DSCP and ECN change; checksum by RFC 1624 3.
static inline void gw_ip4_tos_set(struct rte_ipv4_hdr *ip, uint8_t tos)
{
	uint32_t sum = (uint16_t)~ip->hdr_checksum;

	sum += rte_cpu_to_be_16(tos) + (uint32_t)(uint16_t)~rte_cpu_to_be_16(ip->type_of_service);
	sum = (sum & UINT16_MAX) + (sum >> 16);
	sum = (sum & UINT16_MAX) + (sum >> 16);
	ip->type_of_service = tos;
	ip->hdr_checksum = (rte_be16_t)~sum;
}

// Write the link layer of `iface` with this destination before the packet's data.
static inline void gw_l2_write(struct rte_mbuf *m, const struct gw_iface *ifc, uint64_t mac)
{
	uint8_t *ip = rte_pktmbuf_mtod(m, uint8_t *);
	uint32_t mac_lo = (uint32_t)mac;
	uint16_t mac_hi = (uint16_t)(mac >> 32);

	memcpy(ip - GW_L2_MAX, ifc->l2, GW_L2_MAX); // what stands before the frame is headroom
	memcpy(ip - ifc->l2_len, &mac_lo, sizeof(mac_lo));
	memcpy(ip - ifc->l2_len + 4, &mac_hi, sizeof(mac_hi));
	m->data_off -= ifc->l2_len;
	m->data_len += ifc->l2_len;
	m->pkt_len += ifc->l2_len;
}

// Send an IP packet of `len` octets out of an interface to a MAC.
static inline void gw_iface_send(
	struct gw_worker *w, struct rte_mbuf *m, uint16_t iface, uint64_t mac, uint32_t len)
{
	const struct gw_iface *ifc = &gw_ifaces[iface];
	struct gw_io_stats *s = &w->iface_stats[iface];

	s->tx_packets++;
	s->tx_octets += len;
	gw_l2_write(m, ifc, mac);
	gw_tx(w, ifc->port, m);
}

// To a next hop; waits in the slow path while that has no MAC.
static inline void gw_nexthop_send(struct gw_worker *w, struct gw_pkt *p, uint32_t nh)
{
	uint64_t mac = gw_nexthop_mac(nh);

	if (unlikely(!(mac & GW_NH_RESOLVED))) {
		gw_punt(w, p, GW_PUNT_RESOLVE, nh, 0, GW_DROP_NONE);
		return;
	}
	if (unlikely(w->tracing))
		gw_trace_end(w, p, "next-hop", nh);
	gw_iface_send(w, p->m, gw_nexthops[nh].out, mac & GW_MAC_MASK, p->m->pkt_len);
}

// The hash of a flow: addresses, protocol, and ports unless the packet is a fragment.
uint32_t gw_ip4_flow_hash(const struct rte_mbuf *m);

// Larger than `mtu`: ICMP when DF is set, else fragments, each handed to `send`.
void gw_ip4_fragment(struct gw_worker *w, struct gw_pkt *p, uint16_t mtu,
	void (*send)(struct gw_worker *w, struct gw_pkt *p, uint32_t arg), uint32_t arg);

// Encapsulate and send by the tunnel in use on a path (tunnel/encap.c).
void gw_tunnel_output(struct gw_worker *w, struct gw_pkt *p, uint16_t tunnel);
// A packet to UDP 4790 of an own address (tunnel/decap.c): into the lane of the next pass.
void gw_tunnel_input(struct gw_worker *w, struct gw_pkt *p);
