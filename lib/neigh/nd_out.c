// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// Neighbour discovery out (RFC 4861 7.2.2, 7.2.4, 7.2.6).

#include <rte_ether.h>

#include "dp/worker.h"
#include "iface/iface.h"
#include "ip6/ip6.h"
#include "neigh/entry.h"
#include "neigh/nd_message.h"
#include "slow/slow.h"

#define ANNOUNCE_PER_SECOND 1000

static struct gw_bucket announce_bucket;

// RFC 4291 2.7.1
static const struct in6_addr all_nodes = {.s6_addr = {0xff, 2, [15] = 1}};

int gw_nd_out_init(void)
{
	gw_bucket_init(&announce_bucket, ANNOUNCE_PER_SECOND, ANNOUNCE_PER_SECOND);
	return 0;
}

struct in6_addr gw_nd_solicited_node(const struct in6_addr *ip)
{
	const uint8_t *b = ip->s6_addr;

	return (struct in6_addr){
		.s6_addr = {0xff, 2, [11] = 1, [12] = 0xff, [13] = b[13], b[14], b[15]}};
}

// A message with the option of our MAC. NULL: no packet buffer; the other side, or our timer, tries
// again.
static struct rte_mbuf *message_make(uint16_t iface, uint8_t type, uint8_t flags,
	const struct in6_addr *src, const struct in6_addr *dst, const struct in6_addr *target)
{
	const uint16_t len = sizeof(struct gw_nd_message) + sizeof(struct gw_nd_link);
	struct rte_mbuf *m = gw_slow_packet();
	struct gw_nd_message *nd;
	struct rte_ipv6_hdr *ip;
	struct gw_nd_link *link;
	struct gw_mac as;

	if (m == NULL)
		return NULL;
	// cannot fail: our buffers hold 9,000 octets
	ip = (struct rte_ipv6_hdr *)rte_pktmbuf_append(m, sizeof(*ip) + len);
	*ip = (struct rte_ipv6_hdr){
		.vtc_flow = RTE_BE32(0x60000000),
		.payload_len = rte_cpu_to_be_16(len),
		.proto = IPPROTO_ICMPV6,
		.hop_limits = GW_ND_HOP_LIMIT,
	};
	memcpy(ip->src_addr, src, sizeof(ip->src_addr));
	memcpy(ip->dst_addr, dst, sizeof(ip->dst_addr));
	nd = (struct gw_nd_message *)(ip + 1);
	*nd = (struct gw_nd_message){.type = type, .flags = flags, .target = *target};
	link = (struct gw_nd_link *)(nd + 1);
	link->type = type == GW_ND_SOLICIT ? GW_ND_OPT_SOURCE_LINK : GW_ND_OPT_TARGET_LINK;
	link->len = 1;
	as = gw_neigh_speaks_as(iface, gw_ip_of6(type == GW_ND_SOLICIT ? src : target));
	memcpy(link->mac, as.b, sizeof(link->mac));
	nd->checksum = rte_ipv6_udptcp_cksum(ip, nd);
	*gw_meta(m) = (struct gw_meta){
		.iface = iface,
		.vrf = gw_ifaces[iface].vrf,
		.origin = GW_FROM_SELF,
	};
	return m;
}

static void message_send(struct rte_mbuf *m, uint64_t mac)
{
	const struct gw_iface *ifc = &gw_ifaces[gw_meta(m)->iface];
	const struct gw_nd_link *link = rte_pktmbuf_mtod_offset(m, const struct gw_nd_link *,
		sizeof(struct rte_ipv6_hdr) + sizeof(struct gw_nd_message));
	struct gw_mac as;

	memcpy(as.b, link->mac, sizeof(as.b));
	gw_l2_write6(m, ifc, mac);
	gw_neigh_source_write(m, &as);
	gw_inject_tx(ifc->port, m);
}

// RFC 4861 7.2.2: to the group of who might have the address, or to the MAC that it had.
bool gw_nd_solicit(uint16_t iface, const struct in6_addr *ip, uint64_t mac)
{
	struct in6_addr dst = mac != 0 ? *ip : gw_nd_solicited_node(ip), src;
	struct rte_mbuf *m;

	if (gw_ifaces[iface].half != GW_HALF_ACTIVE)
		return false;
	if (!gw_iface_source6(iface, ip, &src))
		src = *gw_iface_link_local(iface);
	m = message_make(iface, GW_ND_SOLICIT, 0, &src, &dst, ip);
	if (m != NULL) {
		message_send(m, mac != 0 ? mac : gw_ip6_group_mac(dst.s6_addr));
		gw_slow_event(GW_EV_nd_solicit_sent);
	}
	return true;
}

static void advert_to_all(uint16_t iface, const struct in6_addr *ip)
{
	struct rte_mbuf *m = message_make(
		iface, GW_ND_ADVERT, GW_ND_ROUTER | GW_ND_OVERRIDE, ip, &all_nodes, ip);

	if (m == NULL)
		return;
	message_send(m, gw_ip6_group_mac(all_nodes.s6_addr));
	gw_slow_event(GW_EV_nd_advert_sent);
}

// An answer waits for a MAC like any other packet, but who made up its address gets no entry.
static bool may_resolve(uint16_t iface, struct gw_ip ip)
{
	return gw_neigh_find(iface, ip) != 0 || gw_neigh_admits(iface, ip);
}

void gw_nd_advert(
	uint16_t iface, const struct in6_addr *ip, const struct in6_addr *to, uint64_t mac)
{
	struct rte_mbuf *m;

	if (gw_ifaces[iface].half != GW_HALF_ACTIVE)
		return;
	if (IN6_IS_ADDR_UNSPECIFIED(to)) {
		advert_to_all(iface, ip);
		return;
	}
	if (mac == 0 && !may_resolve(iface, gw_ip_of6(to)))
		return;
	m = message_make(
		iface, GW_ND_ADVERT, GW_ND_ROUTER | GW_ND_SOLICITED | GW_ND_OVERRIDE, ip, to, ip);
	if (m == NULL)
		return;
	gw_slow_event(GW_EV_nd_advert_sent);
	if (mac != 0) {
		message_send(m, mac);
		return;
	}
	gw_meta(m)->mtu = iface;
	gw_neigh_resolve(m);
}

// RFC 4861 7.2.6
void gw_nd_announce(uint16_t iface, const struct in6_addr *ip)
{
	if (gw_ifaces[iface].half == GW_HALF_ACTIVE &&
		gw_bucket_take(&announce_bucket, rte_rdtsc()))
		advert_to_all(iface, ip);
}

void gw_nd_announce_iface(uint16_t iface)
{
	const struct gw_iface_info *info = &gw_iface_infos[iface];

	// Where nobody speaks IPv6 nobody asks for the link-local address.
	if (info->addr6_count == 0)
		return;
	gw_nd_announce(iface, &info->link_local);
	for (unsigned i = 0; i < info->addr6_count; i++)
		gw_nd_announce(iface, &info->addrs6[i].p.addr);
}
