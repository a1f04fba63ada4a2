// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// ARP packets out (RFC 826).

#include <rte_arp.h>
#include <rte_ether.h>

#include "dp/worker.h"
#include "iface/iface.h"
#include "ip4/ip4.h"
#include "neigh/entry.h"
#include "slow/slow.h"

#define BROADCAST	    GW_MAC_MASK
#define ANNOUNCE_PER_SECOND 1000

static struct gw_bucket announce_bucket;

int gw_arp_out_init(void)
{
	gw_bucket_init(&announce_bucket, ANNOUNCE_PER_SECOND, ANNOUNCE_PER_SECOND);
	return 0;
}

static void mac_write(struct rte_ether_addr *to, uint64_t mac)
{
	memcpy(to->addr_bytes, &mac, sizeof(to->addr_bytes));
}

// Without a packet buffer nothing is sent: the other side, or our timer, tries again.
static bool arp_send(
	uint16_t iface, uint16_t op, uint64_t to, uint32_t spa, uint64_t tha, uint32_t tpa)
{
	const struct gw_iface *ifc = &gw_ifaces[iface];
	const rte_be16_t type = RTE_BE16(RTE_ETHER_TYPE_ARP);
	const struct gw_mac as = gw_neigh_speaks_as(iface, gw_ip_of4(spa));
	struct rte_mbuf *m = gw_slow_packet();
	struct rte_arp_hdr *arp;

	if (m == NULL)
		return false;
	// cannot fail: our buffers hold 9,000 octets
	arp = (struct rte_arp_hdr *)rte_pktmbuf_append(m, sizeof(*arp));
	arp->arp_hardware = RTE_BE16(RTE_ARP_HRD_ETHER);
	arp->arp_protocol = RTE_BE16(RTE_ETHER_TYPE_IPV4);
	arp->arp_hlen = RTE_ETHER_ADDR_LEN;
	arp->arp_plen = sizeof(rte_be32_t);
	arp->arp_opcode = rte_cpu_to_be_16(op);
	memcpy(arp->arp_data.arp_sha.addr_bytes, as.b, RTE_ETHER_ADDR_LEN);
	arp->arp_data.arp_sip = rte_cpu_to_be_32(spa);
	mac_write(&arp->arp_data.arp_tha, tha);
	arp->arp_data.arp_tip = rte_cpu_to_be_32(tpa);
	gw_l2_write(m, ifc, to);
	gw_neigh_source_write(m, &as);
	memcpy(rte_pktmbuf_mtod_offset(m, uint8_t *, ifc->l2_len - 2), &type, sizeof(type));
	gw_inject_tx(ifc->port, m);
	return true;
}

bool gw_arp_request(uint16_t iface, uint32_t ip, uint64_t mac)
{
	uint32_t own;

	if (gw_ifaces[iface].half != GW_HALF_ACTIVE || !gw_iface_source(iface, ip, &own))
		return false;
	if (arp_send(iface, RTE_ARP_OP_REQUEST, mac != 0 ? mac : BROADCAST, own, 0, ip))
		gw_slow_event(GW_EV_arp_request_sent);
	return true;
}

void gw_arp_reply(uint16_t iface, uint32_t ip, uint32_t to_ip, uint64_t to_mac)
{
	if (gw_ifaces[iface].half == GW_HALF_ACTIVE &&
		arp_send(iface, RTE_ARP_OP_REPLY, to_mac, ip, to_mac, to_ip))
		gw_slow_event(GW_EV_arp_reply_sent);
}

// RFC 5227 3: a request whose sender and target are the address that is announced.
void gw_arp_announce(uint16_t iface, uint32_t ip)
{
	if (gw_ifaces[iface].half == GW_HALF_ACTIVE &&
		gw_bucket_take(&announce_bucket, rte_rdtsc()) &&
		arp_send(iface, RTE_ARP_OP_REQUEST, BROADCAST, ip, 0, ip))
		gw_slow_event(GW_EV_arp_announce_sent);
}

void gw_arp_announce_iface(uint16_t iface)
{
	const struct gw_iface_info *info = &gw_iface_infos[iface];

	for (unsigned i = 0; i < info->addr_count; i++)
		gw_arp_announce(iface, info->addrs[i].p.addr);
}
