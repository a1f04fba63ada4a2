// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// ICMP errors of routers of the core about packets of a tunnel (RFC 792). Their MTU is learned: the
// outer packet has DF set, and whoever is told about sizes must be told by us, with the right one.

#include "tunnel/error.h"

#include <netinet/in.h>

#include <rte_byteorder.h>
#include <rte_icmp.h>
#include <rte_ip.h>
#include <rte_udp.h>
#include <rte_vxlan.h>

#include "base/log.h"
#include "dp/mbuf.h"
#include "slow/slow.h"
#include "tunnel/tunnel.h"

GW_LOG_MODULE("tunnel");

#define UNREACHABLE 3
#define TOO_BIG	    4		 // code
#define MTU_MIN	    576		 // RFC 791 3.1: what every host takes; below, it is a forgery
#define MTU_KEEP_US 600000000ull // RFC 1191 6.3
#define POLL_US	    1000000

// What routers quote at least (RFC 792): the IP header and 64 bits, here the UDP header. As it
// stands in the packet, so packed: not aligned.
struct quote {
	struct rte_ipv4_hdr ip;
	struct rte_udp_hdr udp;
	rte_be32_t gpe[2];
} __rte_packed;
#define QUOTE_MIN (sizeof(struct rte_ipv4_hdr) + sizeof(struct rte_udp_hdr))

static void mtu_set(uint16_t tunnel, uint16_t mtu)
{
	__atomic_store_n(&gw_tunnels[tunnel].path_mtu, mtu, __ATOMIC_RELAXED);
	gw_tunnel_routes_changed(); // the MSS follows
	LOG(NOTICE, "%s: %s, inner packets of %u octets", gw_tunnel_infos[tunnel].name,
		mtu != 0 ? "a router of the core has a smaller MTU" : "the MTU is that of the port",
		gw_tunnel_mtu(tunnel));
}

// RFC 1191 6.3: never higher by a message, and forgotten after 10 minutes.
static void too_big(uint16_t tunnel, uint16_t mtu)
{
	struct gw_tunnel_info *info = &gw_tunnel_infos[tunnel];

	// 0: a router from before RFC 1191
	if (mtu < MTU_MIN || mtu > gw_tunnel_mtu(tunnel) + GW_GPE_OVERHEAD)
		return;
	info->path_mtu_until_us = gw_slow_now_us() + MTU_KEEP_US;
	gw_slow_event(GW_EV_tunnel_mtu_lowered);
	if (mtu != gw_tunnels[tunnel].path_mtu)
		mtu_set(tunnel, mtu);
}

static bool is_about(uint16_t tunnel, const struct quote *q, bool with_vni, uint16_t vrf)
{
	const struct gw_tunnel *t = &gw_tunnels[tunnel];

	return t->local == rte_be_to_cpu_32(q->ip.src_addr) &&
		t->remote == rte_be_to_cpu_32(q->ip.dst_addr) &&
		gw_tunnel_infos[tunnel].outer_vrf == vrf &&
		(!with_vni || t->vni == rte_be_to_cpu_32(q->gpe[1]) >> 8);
}

// Without a VNI in the quotation it is about every tunnel between these two. Clients are not
// believed.
bool gw_tunnel_error_received(struct rte_mbuf *m, uint32_t at)
{
	const struct gw_meta *meta = gw_meta(m);
	uint32_t room = m->pkt_len - at, after = at + (uint32_t)sizeof(struct rte_icmp_hdr);
	struct rte_icmp_hdr icmp_copy;
	struct quote copy;
	const struct rte_icmp_hdr *icmp;
	const struct quote *q;
	bool with_vni, found = false;
	uint16_t t = 0;

	if (gw_ifaces[meta->iface].role != GW_ROLE_NETWORK || meta->tunnel != 0 ||
		room < sizeof(*icmp) + QUOTE_MIN)
		return false;
	with_vni = room >= sizeof(*icmp) + sizeof(*q);
	icmp = rte_pktmbuf_read(m, at, sizeof(*icmp), &icmp_copy);
	q = rte_pktmbuf_read(m, after, with_vni ? sizeof(*q) : QUOTE_MIN, &copy);
	if (q->ip.version_ihl != RTE_IPV4_VHL_DEF || q->ip.next_proto_id != IPPROTO_UDP ||
		q->udp.dst_port != RTE_BE16(GW_GPE_PORT))
		return false;
	while ((t = gw_tunnel_next(t)) != 0) {
		if (!is_about(t, q, with_vni, meta->vrf))
			continue;
		found = true;
		gw_tunnel_infos[t].errors++;
		if (icmp->icmp_type == UNREACHABLE && icmp->icmp_code == TOO_BIG)
			too_big(t, rte_be_to_cpu_16(icmp->icmp_seq_nb)); // RFC 1191 4
	}
	if (found)
		gw_slow_event(GW_EV_tunnel_error_received);
	return found;
}

bool gw_tunnel_mtu_forget(uint64_t now_us)
{
	uint16_t i = 0;

	while ((i = gw_tunnel_next(i)) != 0) {
		if (gw_tunnels[i].path_mtu != 0 && now_us >= gw_tunnel_infos[i].path_mtu_until_us)
			mtu_set(i, 0);
	}
	return false;
}

void gw_tunnel_errors_init(void)
{
	gw_slow_every(POLL_US, gw_tunnel_mtu_forget);
}
