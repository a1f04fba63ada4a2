// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// Neighbour discovery in: who is asked for an own address answers, who hears of a neighbour learns.
// This is a router that advertises nothing: router messages and redirects are not for it.

#include "base/log.h"
#include "dp/worker.h"
#include "iface/iface.h"
#include "ip6/ip6.h"
#include "neigh/entry.h"
#include "neigh/nd_message.h"
#include "slow/slow.h"
#include "sr_mcast/sr_mcast.h"

#define MESSAGE_MAX	   2048	     // octets with the IPv6 header; RFC 6980 5: never fragments
#define DEFEND_INTERVAL_US 10000000u // as in ARP, RFC 5227 1.1

GW_LOG_MODULE("nd");

struct query {
	uint16_t iface;
	uint8_t type;
	uint8_t flags;
	struct in6_addr src, dst, target;
	uint64_t mac; // of the link-layer option, 0 none
};

static uint64_t quiet_until_us[GW_MAX_IFACES]; // conflicts

// RFC 4861 4.6: the link-layer address among the options that the message knows. False: malformed.
static bool options_parse(const uint8_t *at, const uint8_t *end, uint8_t wanted, uint64_t *mac)
{
	*mac = 0;
	while (at < end) {
		uint32_t len;

		if (end - at < 2)
			return false;
		len = at[1] * 8u;
		// 7.1.1, 7.1.2: all included options have a length that is greater than zero
		if (len == 0 || len > (uint32_t)(end - at))
			return false;
		if (at[0] == wanted) {
			const struct gw_nd_link *link = (const struct gw_nd_link *)at;

			// RFC 2464 6: one unit, and no group is anybody's MAC
			if (link->len != 1 || (link->mac[0] & 1) != 0)
				return false;
			*mac = gw_neigh_mac_word(link->mac);
			if (*mac == 0)
				return false;
		}
		at += len;
	}
	return true;
}

// RFC 4861 7.1.1
static bool solicit_valid(const struct query *q)
{
	struct in6_addr group = gw_nd_solicited_node(&q->target);

	if (!IN6_IS_ADDR_UNSPECIFIED(&q->src))
		return true;
	// from the unspecified address: to a solicited-node group, without the source's MAC
	return gw_ip6_eq(&q->dst, &group) && q->mac == 0;
}

// RFC 4861 7.1.2: what was solicited did not go to a group.
static bool advert_valid(const struct query *q)
{
	return !IN6_IS_ADDR_UNSPECIFIED(&q->src) &&
		(!IN6_IS_ADDR_MULTICAST(&q->dst) || (q->flags & GW_ND_SOLICITED) == 0);
}

static enum gw_drop query_parse(const uint8_t *packet, uint32_t len, struct query *q)
{
	const struct rte_ipv6_hdr *ip = (const struct rte_ipv6_hdr *)packet;
	const struct gw_nd_message *nd = (const struct gw_nd_message *)(ip + 1);
	bool solicit;

	if (len < sizeof(*ip) + 8 || len != gw_ip6_len(ip) || ip->proto != IPPROTO_ICMPV6)
		return GW_DROP_nd_invalid;
	// 7.1: no router forwarded it, the checksum is right, the code is 0
	if (ip->hop_limits != GW_ND_HOP_LIMIT || rte_ipv6_udptcp_cksum_verify(ip, nd) != 0 ||
		nd->code != 0)
		return GW_DROP_nd_invalid;
	if (nd->type != GW_ND_SOLICIT && nd->type != GW_ND_ADVERT)
		return GW_DROP_nd_ignored;
	// 7.1: the ICMP length is 24 or more octets
	if (len < sizeof(*ip) + sizeof(*nd))
		return GW_DROP_nd_invalid;
	solicit = nd->type == GW_ND_SOLICIT;
	q->type = nd->type;
	q->flags = nd->flags;
	q->target = nd->target;
	memcpy(&q->src, ip->src_addr, sizeof(q->src));
	memcpy(&q->dst, ip->dst_addr, sizeof(q->dst));
	// 7.1: the target is not multicast
	if (IN6_IS_ADDR_MULTICAST(&q->target) || IN6_IS_ADDR_MULTICAST(&q->src))
		return GW_DROP_nd_invalid;
	if (!options_parse((const uint8_t *)(nd + 1), packet + len,
		    solicit ? GW_ND_OPT_SOURCE_LINK : GW_ND_OPT_TARGET_LINK, &q->mac) ||
		!(solicit ? solicit_valid(q) : advert_valid(q)))
		return GW_DROP_nd_invalid;
	gw_slow_event(solicit ? GW_EV_nd_solicit_received : GW_EV_nd_advert_received);
	return GW_DROP_NONE;
}

// RFC 4861 7.2.3: an entry for who asks, if it is on this link; that packets reach it is not known.
static void learn(const struct query *q)
{
	uint32_t nh;

	if (q->mac == 0)
		return;
	nh = gw_neigh_hear(q->iface, gw_ip_of6(&q->src), true);
	if (nh != 0 && gw_neigh_mac(nh) != q->mac)
		gw_neigh_heard(nh, q->mac);
}

// The first address and the trees' belong to the node: each link of the SR domain may ask for them.
static bool is_ours(const struct query *q)
{
	const struct gw_iface *ifc = &gw_ifaces[q->iface];

	return gw_iface_has_address6(q->iface, &q->target) ||
		(ifc->sr_domain && ifc->vrf == GW_SR_UNDERLAY && gw_sr_is_own(&q->target));
}

// 7.2.3: the target is an address of this interface, else nothing happens.
static enum gw_drop solicit_input(const struct query *q)
{
	if (!is_ours(q)) {
		if (gw_neigh_serves(q->iface))
			learn(q);
		return GW_DROP_nd_ignored;
	}
	learn(q);
	gw_nd_advert(q->iface, &q->target, &q->src, q->mac);
	return GW_DROP_NONE;
}

// RFC 4861 7.2.5
static enum gw_drop advert_input(const struct query *q)
{
	bool announces = q->mac != 0 && gw_neigh_serves(q->iface); // a server, itself (7.2.6)
	bool solicited = (q->flags & GW_ND_SOLICITED) != 0, known, differs;
	uint32_t nh = gw_neigh_hear(q->iface, gw_ip_of6(&q->target), announces);
	uint64_t mac;

	// "If no entry exists, the advertisement SHOULD be silently discarded."
	if (nh == 0 || gw_neighs[nh].state == GW_NEIGH_STATIC)
		return GW_DROP_nd_ignored;
	mac = gw_neigh_mac(nh);
	known = mac != 0;
	// Without an address, on a link that has addresses, nothing is learned.
	if (!known && q->mac == 0)
		return GW_DROP_nd_ignored;
	differs = known && q->mac != 0 && q->mac != mac;
	if (differs && (q->flags & GW_ND_OVERRIDE) == 0) {
		gw_neigh_doubt(nh);
		return GW_DROP_NONE;
	}
	if (q->mac != 0)
		mac = q->mac;
	if (solicited)
		gw_neigh_confirm(nh, mac);
	else if (!known || differs)
		gw_neigh_heard(nh, mac);
	return GW_DROP_NONE;
}

// Another node has an own address: say whose it is, and not again within ten seconds.
static void address_conflict(const struct query *q, const struct in6_addr *ip)
{
	uint64_t now = gw_neigh_now();
	char text[GW_IP6_LEN], mac[GW_MAC_LEN];
	struct gw_mac who;

	if (now < quiet_until_us[q->iface])
		return;
	quiet_until_us[q->iface] = now + DEFEND_INTERVAL_US;
	memcpy(who.b, &q->mac, sizeof(who.b));
	LOG(WARNING, "%s uses %s, an address of interface %s", gw_mac_str(&who, mac),
		gw_ip6_str(ip, text), gw_iface_infos[q->iface].name);
	gw_nd_announce(q->iface, ip);
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
	return q->mac == gw_neigh_mac_word(gw_iface_infos[q->iface].src.b) ? GW_DROP_nd_ignored
									   : GW_DROP_NONE;
}

static const struct in6_addr *sender_of(const struct query *q)
{
	return q->type == GW_ND_SOLICIT ? &q->src : &q->target;
}

// Another node has an own address.
static enum gw_drop conflict(const struct query *q)
{
	if (q->mac == 0)
		return GW_DROP_nd_ignored;
	address_conflict(q, sender_of(q));
	return GW_DROP_NONE;
}

static enum gw_drop nd_input(const uint8_t *packet, uint32_t len, struct query *q)
{
	enum gw_drop reason = query_take(packet, len, q);

	if (reason != GW_DROP_NONE)
		return reason;
	if (gw_iface_has_address6(q->iface, sender_of(q)))
		return conflict(q);
	return q->type == GW_ND_SOLICIT ? solicit_input(q) : advert_input(q);
}

static bool member_learn(const struct query *q)
{
	struct gw_ip ip = gw_ip_of6(sender_of(q));
	uint32_t nh = gw_neigh_find(q->iface, ip);
	uint64_t mac = q->mac;

	if (mac == 0 && nh != 0)
		mac = gw_neigh_mac(nh); // RFC 4861 7.2.5: an advertisement may leave it out
	if (mac == 0)
		return false;
	if (nh == 0 && gw_neigh_on_link(q->iface, ip))
		nh = gw_neigh_get(q->iface, ip);
	if (nh == 0 || gw_neighs[nh].state == GW_NEIGH_STATIC)
		return false;
	gw_neigh_confirm(nh, mac);
	return true;
}

static bool answered(const struct query *q, unsigned how)
{
	return q->type == GW_ND_SOLICIT && is_ours(q) &&
		((how & GW_NEIGH_ANSWER) != 0 ||
			((how & GW_NEIGH_ANSWER_OWN) != 0 &&
				!gw_neigh_is_virtual(q->iface, gw_ip_of6(&q->target))));
}

bool gw_nd_learn(uint16_t iface, const uint8_t *packet, uint32_t len, unsigned how)
{
	struct query q = {.iface = iface};
	uint8_t copy[MESSAGE_MAX] __attribute__((aligned(8)));
	bool learned;

	if (len > sizeof(copy))
		return false;
	memcpy(copy, packet, len);
	if (query_take(copy, len, &q) != GW_DROP_NONE)
		return false;
	if (gw_iface_has_address6(iface, sender_of(&q))) {
		conflict(&q);
		return false;
	}
	learned = (how & GW_NEIGH_LEARN) != 0 && !IN6_IS_ADDR_UNSPECIFIED(sender_of(&q)) &&
		member_learn(&q);
	if (answered(&q, how))
		gw_nd_advert(iface, &q.target, &q.src, q.mac);
	return learned;
}

void gw_nd_input(struct rte_mbuf *m)
{
	uint8_t buf[MESSAGE_MAX];
	uint32_t len = m->pkt_len;
	struct query q = {.iface = gw_meta(m)->iface};
	enum gw_drop reason = GW_DROP_nd_invalid;
	const uint8_t *packet = len <= sizeof(buf) ? rte_pktmbuf_read(m, 0, len, buf) : NULL;

	if (packet != NULL)
		reason = nd_input(packet, len, &q);
	if (reason == GW_DROP_NONE)
		gw_slow_consume(m);
	else
		gw_slow_drop(m, reason);
}
