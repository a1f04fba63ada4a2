// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// The IPv6 header on the data path: checks of RFC 8200 and RFC 4291, and the last steps of a
// packet. Addresses are octets in wire order, as in a header; struct in6_addr by .s6_addr.

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include <rte_byteorder.h>
#include <rte_hash_crc.h>
#include <rte_ip.h>

#include "dp/worker.h"
#include "fib/nexthop.h"
#include "iface/iface.h"
#include "ip4/ip4.h"

#define GW_IP6_HEADER 40 // octets

static_assert(sizeof(struct rte_ipv6_hdr) == GW_IP6_HEADER, "RFC 8200 3");

static inline struct rte_ipv6_hdr *gw_pkt_ip6(const struct gw_pkt *p)
{
	return rte_pktmbuf_mtod(p->m, struct rte_ipv6_hdr *);
}

// The version of an IP packet whose data begins with its header.
static inline bool gw_mbuf_is_ip6(const struct rte_mbuf *m)
{
	return *rte_pktmbuf_mtod(m, const uint8_t *) >> 4 == 6;
}

// Header and payload.
static inline uint32_t gw_ip6_len(const struct rte_ipv6_hdr *ip)
{
	return GW_IP6_HEADER + rte_be_to_cpu_16(ip->payload_len);
}

// RFC 8200 3: `avail` octets from the header on, at least the header's in one piece.
static inline enum gw_drop gw_ip6_check(const struct rte_ipv6_hdr *ip, uint32_t avail)
{
	uint32_t len;

	if (unlikely(avail < GW_IP6_HEADER))
		return GW_DROP_ip6_truncated;
	if (unlikely((ip->vtc_flow & RTE_BE32(0xf0000000)) != RTE_BE32(0x60000000)))
		return GW_DROP_ip6_version;
	len = gw_ip6_len(ip);
	if (unlikely(avail < len || len > UINT16_MAX))
		return GW_DROP_ip6_truncated;
	// RFC 2675 2: the length of a jumbogram stands in a hop-by-hop option
	if (unlikely(ip->payload_len == 0 && ip->proto == 0))
		return GW_DROP_ip6_truncated;
	return GW_DROP_NONE;
}

static inline bool gw_ip6_is_multicast(const uint8_t a[16])
{
	return a[0] == 0xff;
}

// RFC 4291 2.5.6: fe80::/10
static inline bool gw_ip6_is_link_local(const uint8_t a[16])
{
	return a[0] == 0xfe && (a[1] & 0xc0) == 0x80;
}

static inline bool gw_ip6_is_unspecified(const uint8_t a[16])
{
	uint64_t w[2];

	memcpy(w, a, sizeof(w));
	return (w[0] | w[1]) == 0;
}

// RFC 4291 2.5.2, 2.5.3, 2.5.5.2: neither ::, nor ::1, nor of ::ffff:0:0/96. A multicast address
// passes.
static inline bool gw_ip6_routable(const uint8_t a[16])
{
	uint64_t w[2];

	memcpy(w, a, sizeof(w));
	if (likely(w[0] != 0))
		return true;
	w[1] = rte_be_to_cpu_64(w[1]);
	return w[1] > 1 && w[1] >> 32 != 0xffff;
}

// Of a single node.
static inline bool gw_ip6_source_ok(const uint8_t a[16])
{
	return gw_ip6_routable(a) && !gw_ip6_is_multicast(a);
}

// RFC 6438 3: the flow is source, destination and flow label.
static inline uint32_t gw_ip6_flow_hash(const struct rte_ipv6_hdr *ip)
{
	uint32_t hash = rte_be_to_cpu_32(ip->vtc_flow) & 0xfffff;
	uint64_t w[4];

	memcpy(w, ip->src_addr, sizeof(w)); // both addresses
	for (unsigned i = 0; i < 4; i++)
		hash = rte_hash_crc_8byte(w[i], hash);
	return hash ^ hash >> 16;
}

// RFC 2464 7: the MAC of a multicast group.
static inline uint64_t gw_ip6_group_mac(const uint8_t a[16])
{
	uint32_t low;

	memcpy(&low, a + 12, sizeof(low));
	return 0x3333 | (uint64_t)low << 16;
}

// Write the link layer of `iface` with this destination before an IPv6 packet.
static inline void gw_l2_write6(struct rte_mbuf *m, const struct gw_iface *ifc, uint64_t mac)
{
	const uint16_t type = RTE_BE16(RTE_ETHER_TYPE_IPV6);
	uint8_t *ip = rte_pktmbuf_mtod(m, uint8_t *);

	gw_l2_write(m, ifc, mac);
	memcpy(ip - sizeof(type), &type, sizeof(type));
}

// Send an IPv6 packet of `len` octets out of an interface to a MAC.
static inline void gw_iface_send6(
	struct gw_worker *w, struct rte_mbuf *m, uint16_t iface, uint64_t mac, uint32_t len)
{
	const struct gw_iface *ifc = &gw_ifaces[iface];
	struct gw_io_stats *s = &w->iface_stats[iface];

	s->tx_packets++;
	s->tx_octets += len;
	gw_l2_write6(m, ifc, mac);
	gw_tx(w, ifc->port, m);
}

// To a next hop; waits in the slow path while that has no MAC.
static inline void gw_nexthop_send6(struct gw_worker *w, struct gw_pkt *p, uint32_t nh)
{
	uint64_t mac = gw_nexthop_mac(nh);

	if (unlikely(!(mac & GW_NH_RESOLVED))) {
		gw_punt(w, p, GW_PUNT_RESOLVE, nh, 0, GW_DROP_NONE);
		return;
	}
	if (unlikely(w->tracing))
		gw_trace_end(w, p, "next-hop", nh);
	gw_iface_send6(w, p->m, gw_nexthops[nh].out, mac & GW_MAC_MASK, p->m->pkt_len);
}

// ICMPv6 133 to 137 without an extension header before it (RFC 4861 4).
bool gw_ip6_is_nd(const struct gw_pkt *p, const struct rte_ipv6_hdr *ip);
// Checks of a frame's packet; its data begins at the IPv6 header. Sets of the packet: len, its data
// ends with it. `group_frame`: its MAC was a group's.
enum gw_drop gw_ip6_receive(struct gw_pkt *p, bool group_frame);
// A checked packet goes into a lane, its look-up is begun.
void gw_ip6_put(struct gw_lane *lane, const struct gw_pkt *p);
// To a multicast destination, by its protocol.
void gw_ip6_multicast(struct gw_worker *w, struct gw_pkt *p);
// Look-up and output of a lane; it is empty then.
void gw_ip6_run(struct gw_worker *w, struct gw_lane *lane);
void gw_ip6_output(struct gw_worker *w, struct gw_pkt *p); // by p->res
void gw_ip6_local(struct gw_worker *w, struct gw_pkt *p);  // to an own address

// The protocol behind the extension headers of a packet whose data begins at its IPv6 header, and
// where it begins. False: the headers are malformed, or go beyond the packet.
struct gw_ip6_upper {
	uint8_t proto;
	bool fragment; // of a larger packet
	bool first;    // the first of its fragments, or whole
	uint32_t at;   // octets from the IPv6 header on
};
bool gw_ip6_upper(const struct rte_mbuf *m, uint32_t at, struct gw_ip6_upper *upper);
