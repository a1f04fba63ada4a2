// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// ARP packets in: who is asked for an own address answers, who hears of a neighbour learns
// (network side); the gateway and local proxy ARP (access side).

#include <errno.h>

#include <rte_arp.h>
#include <rte_ether.h>

#include "base/log.h"
#include "dp/worker.h"
#include "fib/vrf.h"
#include "host/host.h"
#include "iface/iface.h"
#include "ip4/ip4.h"
#include "neigh/entry.h"
#include "slow/slow.h"

#define DEFEND_INTERVAL_US 10000000u // RFC 5227 1.1

GW_LOG_MODULE("arp");

struct query {
	uint16_t iface;
	uint16_t vrf;
	uint16_t op;
	uint32_t spa, tpa; // host order
	uint64_t sha;
};

static uint64_t quiet_until_us[GW_MAX_IFACES]; // conflicts

static enum gw_drop query_parse(const uint8_t *packet, uint32_t len, struct query *q)
{
	struct rte_arp_hdr copy; // what was relayed is not aligned
	const struct rte_arp_hdr *arp = &copy;

	if (len < sizeof(copy))
		return GW_DROP_arp_invalid;
	memcpy(&copy, packet, sizeof(copy));
	if (arp->arp_hardware != RTE_BE16(RTE_ARP_HRD_ETHER) ||
		arp->arp_protocol != RTE_BE16(RTE_ETHER_TYPE_IPV4) ||
		arp->arp_hlen != RTE_ETHER_ADDR_LEN || arp->arp_plen != sizeof(rte_be32_t))
		return GW_DROP_arp_invalid;
	q->op = rte_be_to_cpu_16(arp->arp_opcode);
	q->spa = rte_be_to_cpu_32(arp->arp_data.arp_sip);
	q->tpa = rte_be_to_cpu_32(arp->arp_data.arp_tip);
	q->sha = gw_neigh_mac_word(arp->arp_data.arp_sha.addr_bytes);
	if (q->op != RTE_ARP_OP_REQUEST && q->op != RTE_ARP_OP_REPLY)
		return GW_DROP_arp_ignored;
	// RFC 1812 3.3.2: no group address is anybody's MAC.
	if (q->sha == 0 || rte_is_multicast_ether_addr(&arp->arp_data.arp_sha))
		return GW_DROP_arp_invalid;
	// RFC 5227 2.1.1: who probes has no address yet.
	if (!gw_ip4_source_ok(q->spa) && (q->spa != 0 || q->op != RTE_ARP_OP_REQUEST))
		return GW_DROP_arp_invalid;
	gw_slow_event(q->op == RTE_ARP_OP_REQUEST ? GW_EV_arp_request_received
						  : GW_EV_arp_reply_received);
	return GW_DROP_NONE;
}

// RFC 5227 2.4 (b): say once whose address it is, and not again within ten seconds.
static void address_conflict(const struct query *q)
{
	uint64_t now = gw_neigh_now();
	char ip[GW_IP4_LEN], mac[GW_MAC_LEN];
	struct gw_mac who;

	if (now < quiet_until_us[q->iface])
		return;
	quiet_until_us[q->iface] = now + DEFEND_INTERVAL_US;
	memcpy(who.b, &q->sha, sizeof(who.b));
	LOG(WARNING, "%s uses %s, an address of interface %s", gw_mac_str(&who, mac),
		gw_ip4_str(q->spa, ip), gw_iface_infos[q->iface].name);
	gw_arp_announce(q->iface, q->spa);
}

// RFC 826: an entry that is there learns from every packet; a new one is made for who asks for us,
// and for a server whatever it says.
static bool learn(const struct query *q, bool for_us)
{
	uint32_t nh =
		gw_neigh_hear(q->iface, gw_ip_of4(q->spa), for_us || gw_neigh_serves(q->iface));

	if (nh == 0 || gw_neighs[nh].state == GW_NEIGH_STATIC)
		return false;
	gw_neigh_confirm(nh, q->sha);
	return true;
}

// Local proxy ARP of servers: the others of their subnet are behind other ports and switches. Who
// checks whether an address is free (RFC 5227 1.1) is not told of it.
static bool proxies(const struct query *q)
{
	const struct gw_rib *rib = &gw_vrfs[q->vrf].rib;
	uint32_t res, nh;

	if (q->op != RTE_ARP_OP_REQUEST || q->spa == 0 || q->spa == q->tpa ||
		!gw_neigh_serves(q->iface) || !gw_iface_infos[q->iface].proxy_arp ||
		!gw_neigh_on_link(q->iface, gw_ip_of4(q->spa)) ||
		!gw_neigh_on_link(q->iface, gw_ip_of4(q->tpa)))
		return false;
	res = gw_rib_lookup(rib, q->tpa);
	nh = gw_fib_index(res);
	// It answers for itself where it is.
	return res != 0 && !(gw_fib_kind(res) == GW_FIB_NEIGH && gw_nexthops[nh].iface == q->iface);
}

static enum gw_drop network_input(const struct query *q)
{
	bool for_us = q->op == RTE_ARP_OP_REQUEST && gw_iface_has_address(q->iface, q->tpa);
	bool learned = q->spa != 0 && learn(q, for_us);

	if (for_us || proxies(q))
		gw_arp_reply(q->iface, q->tpa, q->spa, q->sha);
	return for_us || learned ? GW_DROP_NONE : GW_DROP_arp_ignored;
}

// The sender is a user entry of the interface, or why not. A known client elsewhere is a move.
static enum gw_drop guard(const struct query *q)
{
	uint32_t host = gw_host_find(q->vrf, q->spa);
	uint64_t where = gw_host_where(&gw_host_up[host]) & ~GW_HOST_SPECIAL;
	bool known;

	if (host != 0 && where == (q->sha | (uint64_t)q->iface << 48))
		return gw_host_up_extra[host].flags & GW_HOST_STANDBY ? GW_DROP_standby
								      : GW_DROP_NONE;
	if (host != 0)
		known = (where & GW_HOST_MAC) == q->sha;
	else
		known = gw_rib_get(&gw_vrfs[q->vrf].rib, q->spa, 32, GW_FIB_HOST_TUNNEL) != 0;
	if (!known)
		return GW_DROP_source_guard;
	gw_slow_event(GW_EV_host_moved);
	return GW_DROP_source_moved;
}

// The longest gateway prefix that holds the sender; len 0: none.
static struct gw_prefix4 gateway_prefix(const struct query *q)
{
	const struct gw_iface_info *info = &gw_iface_infos[q->iface];
	struct gw_prefix4 best = {0};

	for (unsigned i = 0; i < info->addr_count; i++) {
		const struct gw_prefix4 *p = &info->addrs[i].p;

		if (p->len > best.len && gw_prefix4_has(p, q->spa))
			best = *p;
	}
	return best;
}

// The target is in the sender's segment: the gateway's prefix or the configured segment that
// holds the sender, the longest of them.
static bool segment_has_target(const struct query *q)
{
	const struct gw_rib *rib = &gw_vrfs[q->vrf].rib;
	struct gw_prefix4 p = gateway_prefix(q);

	for (uint8_t len = 31; len > p.len; len--) {
		if (gw_rib_get(rib, q->spa & gw_mask4(len), len, GW_FIB_SEGMENT) != 0) {
			p = (struct gw_prefix4){q->spa, len};
			break;
		}
	}
	return p.len > 0 && gw_prefix4_has(&p, q->tpa);
}

// Nothing is learned from clients: who they are is configured.
static enum gw_drop access_input(const struct query *q)
{
	bool gateway = gw_iface_has_address(q->iface, q->tpa);
	enum gw_drop reason;

	// RFC 5227 2.1.1: a probe, without a sender, is told only of what is the gateway's.
	if (q->op != RTE_ARP_OP_REQUEST || (q->spa == 0 && !gateway))
		return GW_DROP_arp_ignored;
	reason = q->spa == 0 ? GW_DROP_NONE : guard(q);
	if (gateway) {
		if (reason != GW_DROP_standby && gateway_prefix(q).len > 0)
			reason = GW_DROP_NONE;
	} else if (reason == GW_DROP_NONE &&
		(!gw_iface_infos[q->iface].proxy_arp || q->tpa == q->spa ||
			!segment_has_target(q))) {
		reason = GW_DROP_arp_ignored;
	}
	if (reason == GW_DROP_NONE)
		gw_arp_reply(q->iface, q->tpa, q->spa, q->sha);
	return reason;
}

static enum gw_drop query_take(const uint8_t *packet, uint32_t len, struct query *q)
{
	enum gw_drop reason;

	// The worker looked at both; either may have changed since.
	if (gw_iface_infos[q->iface].name[0] == '\0')
		return GW_DROP_no_interface;
	if (gw_ifaces[q->iface].half != GW_HALF_ACTIVE)
		return GW_DROP_standby;
	reason = query_parse(packet, len, q);
	if (reason != GW_DROP_NONE)
		return reason;
	// Our own frame back, or that of another user plane with the same gateway MAC.
	if (q->sha == gw_neigh_mac_word(gw_iface_infos[q->iface].src.b))
		return GW_DROP_arp_ignored;
	return GW_DROP_NONE;
}

static bool conflicts(const struct query *q)
{
	if (q->spa == 0 || !gw_iface_has_address(q->iface, q->spa))
		return false;
	address_conflict(q);
	return true;
}

void gw_arp_input(struct rte_mbuf *m)
{
	struct query q = {.iface = gw_meta(m)->iface};
	enum gw_drop reason;

	q.vrf = gw_ifaces[q.iface].vrf;
	reason = query_take(rte_pktmbuf_mtod(m, const uint8_t *), m->data_len, &q);
	if (reason == GW_DROP_NONE && !conflicts(&q))
		reason = gw_ifaces[q.iface].role == GW_ROLE_ACCESS ? access_input(&q)
								   : network_input(&q);
	if (reason == GW_DROP_NONE)
		gw_slow_consume(m);
	else
		gw_slow_drop(m, reason);
}

static bool member_learn(const struct query *q)
{
	struct gw_ip spa = gw_ip_of4(q->spa);
	uint32_t nh = gw_neigh_find(q->iface, spa);

	if (nh == 0 && gw_neigh_on_link(q->iface, spa))
		nh = gw_neigh_get(q->iface, spa);
	if (nh == 0 || gw_neighs[nh].state == GW_NEIGH_STATIC)
		return false;
	gw_neigh_confirm(nh, q->sha);
	return true;
}

static bool answered(const struct query *q, unsigned how)
{
	return q->op == RTE_ARP_OP_REQUEST && gw_iface_has_address(q->iface, q->tpa) &&
		((how & GW_NEIGH_ANSWER) != 0 ||
			((how & GW_NEIGH_ANSWER_OWN) != 0 &&
				!gw_neigh_is_virtual(q->iface, gw_ip_of4(q->tpa))));
}

bool gw_arp_learn(uint16_t iface, const uint8_t *arp, uint32_t len, unsigned how)
{
	struct query q = {.iface = iface, .vrf = gw_ifaces[iface].vrf};
	bool learned;

	if (query_take(arp, len, &q) != GW_DROP_NONE || conflicts(&q))
		return false;
	learned = (how & GW_NEIGH_LEARN) != 0 && q.spa != 0 && member_learn(&q);
	if (answered(&q, how))
		gw_arp_reply(iface, q.tpa, q.spa, q.sha);
	return learned;
}
